//! What the form of the profile may change.

values::labelled_enum! {
    /// A field of the profile: its name in files and forms, and what people see.
    pub enum ProfileField {
        /// The company's website.
        Site = "site", "Site",
        /// Where mails go to.
        Email = "email", "Email",
        /// Where the client lives.
        Region = "region", "Region",
        /// The language that the client is written to in.
        Language = "language", "Language",
        /// The company's name.
        Company = "company", "Company",
        /// The client's name.
        Name = "name", "Name",
        /// What the company does.
        ActivityType = "activity_type", "Type of activity",
        /// What the client is, legally.
        PropertyType = "property_type", "Property Type",
        /// Where letters go to.
        PostalAddress = "postal_address", "Address, postal",
        /// Where invoices go to.
        EmailAccounting = "email_accounting", "Email accounting",
        /// The price of a message part.
        SmsPrice = "sms_price", "SMS price",
        /// Which messages the client pays for.
        BillingMode = "billing_mode", "Billed",
        /// Whether the account must be activated, and is.
        Activation = "activation", "Activation",
        /// Where the client came from.
        Referer = "referer", "Referer",
    }
}

impl ProfileField {
    /// The words that it may hold, with their labels, where it is a choice.
    #[must_use]
    pub fn choices(self) -> Option<Vec<(String, String)>> {
        use super::{Activation, BillingMode, PropertyType};
        fn choice(word: &str, label: &str) -> (String, String) {
            (word.to_owned(), label.to_owned())
        }
        let unknown = choice("", "—");
        match self {
            Self::PropertyType => {
                let words = PropertyType::ALL.iter().map(|kind| choice(kind.word(), kind.label()));
                Some([unknown].into_iter().chain(words).collect())
            }
            Self::Activation => {
                let words = Activation::ALL.iter().map(|state| choice(state.word(), state.label()));
                Some([unknown].into_iter().chain(words).collect())
            }
            Self::BillingMode => Some(BillingMode::ALL.iter().map(|mode| choice(mode.word(), mode.label())).collect()),
            _ => None,
        }
    }

    /// The form's field with the value that the profile had when it was opened.
    #[must_use]
    pub fn was(self) -> String {
        format!("was_{}", self.word())
    }
}
