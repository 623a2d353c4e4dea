//! The fields of the profile's form.

values::labelled_enum! {
    /// A field of the profile: its name in files and forms, and its label.
    pub enum ProfileField {
        /// The company's website.
        Site = "site", "Site",
        /// The address for mails.
        Email = "email", "Email",
        /// The client's region.
        Region = "region", "Region",
        /// The language of mails to the client.
        Language = "language", "Language",
        /// The company's name.
        Company = "company", "Company",
        /// The client's name.
        Name = "name", "Name",
        /// The company's line of business.
        ActivityType = "activity_type", "Type of activity",
        /// The client's legal form.
        PropertyType = "property_type", "Property Type",
        /// The address for letters.
        PostalAddress = "postal_address", "Address, postal",
        /// The address for invoices.
        EmailAccounting = "email_accounting", "Email accounting",
        /// The price of a message part.
        SmsPrice = "sms_price", "SMS price",
        /// The messages that the client pays for.
        BillingMode = "billing_mode", "Billed",
        /// The activation of the account.
        Activation = "activation", "Activation",
        /// The page that referred the client.
        Referer = "referer", "Referer",
    }
}

impl ProfileField {
    /// The values and labels of a field that is a choice.
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

    /// The name of the form's hidden field with the value from when the form was opened.
    #[must_use]
    pub fn was(self) -> String {
        format!("was_{}", self.word())
    }
}
