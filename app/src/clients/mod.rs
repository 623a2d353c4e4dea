//! The client table: find a client among a million.
//!
//! A request runs from [`page`] (what the administrator sees) through [`api`] (permission, then one call) to
//! [`index`] (which clients, in which order) and [`store`] (their rows); [`export`] writes the same rows into
//! files. Types that the browser and the server share are here.

#[cfg(feature = "ssr")]
pub mod store;

crate::word_enum! {
    /// What a client is, legally.
    pub enum PropertyType {
        /// A company.
        LegalEntity = "legal_entity", "Legal entity",
        /// A person.
        Individual = "individual", "Individual",
        /// A person in business.
        Entrepreneur = "entrepreneur", "Entrepreneur",
    }
}

crate::word_enum! {
    /// Whether a client's account must be activated, and is.
    pub enum Activation {
        /// It need not be.
        NotRequired = "not_required", "not required",
        /// It must be, and isn't yet.
        Required = "required", "required",
        /// It is.
        Done = "done", "done",
    }
}

crate::word_enum! {
    /// Which messages a client pays for.
    pub enum BillingMode {
        /// Every message that was sent.
        Sent = "sent", "per sent",
        /// Those that were delivered.
        Delivered = "delivered", "per delivered",
    }
}
