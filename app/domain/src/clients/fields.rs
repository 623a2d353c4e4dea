//! The fields of a client, each a row of one table, which stands at the end of this file.
//!
//! A row defines the column of the table `clients`, the field of files and calls with its rule, the description of the
//! API, the field of the profile's form, and the fact on the client's page. Parts that a row leaves out have the defaults
//! of `client_field!`, and a new client has Rust's default as the value. A row has this form:
//!
//! ```text
//! required or optional name: type of the column as Rule = value of a new client => { part: value, ... };
//! ```
//!
//! The rows have the order of the client file. Messages list the fields in that order.

use super::{Activation, BillingMode, PropertyType};
use crate::ids::ClientId;
use crate::intake::{
    LineError,
    record::Record,
    rule::{
        Amount, AmountFromZero, Count, CurrencyCode, Email, Id, Language, Lines, Login, Rule, Shape, Text, Time, Truth,
        Word, required,
    },
};
use values::{
    Money,
    links::{mail_link, site_link},
    time::Moment,
};

/// The most characters of names and the like.
const NAME: usize = 250;
/// The most characters of URLs.
const URL: usize = 2_000;
/// The most characters of texts with several lines.
const LINES: usize = 2_000;

/// The failed sign-ins after which the client's account is locked.
pub const LOGIN_ATTEMPTS: i32 = 5;

/// A field of a client, as the program knows it at run time.
#[derive(Clone, Copy, Debug)]
pub struct ClientField {
    /// The name in files, calls, forms and the database.
    pub name: &'static str,
    /// The label in the form and among the facts.
    pub label: &'static str,
    /// Its place on the client's page, from 1, for form and facts; of one place, the field of the earlier row is first.
    pub place: u8,
    /// Whether it is in the form of the profile.
    pub form: bool,
    /// How the client's page shows it.
    pub fact: Fact,
    /// The note about it in the description of the API.
    pub note: &'static str,
    /// Whether a token may change it only with the scope for money.
    pub guarded: bool,
    /// Whether it is an amount, which the audit record has in ten-thousandths.
    pub is_money: bool,
    /// Whether a record has to have it.
    pub presence: Presence,
    /// The shape of its values in calls.
    pub shape: fn() -> Shape,
    /// The words and labels of a field with few values.
    pub words: fn() -> Option<Vec<(String, String)>>,
    /// Converts a value that was typed into the form to the client file's format, or says how to write it.
    pub typed: fn(String) -> Result<String, String>,
    /// A client's value as files and forms have it; empty if it is unknown.
    pub written: fn(&client::Model) -> String,
    /// A client's value as people read it.
    pub shown: fn(&client::Model) -> Option<String>,
    /// Whether two clients have the same value.
    pub same: fn(&client::Model, &client::Model) -> bool,
    /// Gives the first client the value of the second one.
    pub copy: fn(&mut client::Model, &client::Model),
}

/// Whether a record has to have a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// A record may leave it out, and doesn't change it then.
    Optional,
    /// Every record has it.
    Required,
    /// Every record has it, and a call has it in its address.
    InAddress,
}

/// How the client's page shows a field.
#[derive(Clone, Copy, Debug)]
pub enum Fact {
    /// Not among the facts.
    Hidden,
    /// Its value.
    Shown,
    /// Its value, linked to the address that the function returns.
    Linked(fn(&str) -> Option<String>),
    /// A text of several fields, which the function makes from the client. An empty text means unknown.
    Made(fn(&client::Model) -> String),
}

impl ClientField {
    /// The name of the form's hidden field with the value from when the form was opened.
    #[must_use]
    pub fn was(&self) -> String {
        format!("was_{}", self.name)
    }

    /// The values and labels of a field that is a choice. It may be left unknown if a new client doesn't have it.
    #[must_use]
    pub fn choices(&self) -> Option<Vec<(String, String)>> {
        let words = (self.words)()?;
        let new = client::Model::new(ClientId(0), String::new(), String::new());
        let unknown = (self.written)(&new).is_empty().then(|| (String::new(), "—".to_owned()));
        Some(unknown.into_iter().chain(words).collect())
    }
}

/// The fields in the order of the client's page.
#[must_use]
pub fn on_page() -> Vec<&'static ClientField> {
    let mut fields: Vec<_> = TABLE.iter().filter(|field| field.place > 0).collect();
    fields.sort_by_key(|field| field.place);
    fields
}

/// The fields of the profile's form, in its order.
pub fn of_form() -> impl Iterator<Item = &'static ClientField> {
    on_page().into_iter().filter(|field| field.form)
}

/// Makes the [`ClientField`] of a row.
macro_rules! client_field {
    ($presence:ident $name:ident, $rule:ty, { $($part:ident: $value:expr),* }) => {
        ClientField {
            $($part: $value,)*
            ..ClientField {
                name: stringify!($name),
                label: "",
                place: 0,
                form: false,
                fact: Fact::Hidden,
                note: "",
                guarded: false,
                is_money: <$rule as Rule>::IS_MONEY,
                presence: by_presence!($presence, Presence::Required, Presence::Optional),
                shape: <$rule as Rule>::shape,
                words: <$rule as Rule>::choices,
                typed: <$rule as Rule>::typed,
                written: |client| {
                    let value: Option<<$rule as Rule>::Value> = client.$name.clone().into();
                    value.as_ref().map(<$rule as Rule>::written).unwrap_or_default()
                },
                shown: |client| {
                    let value: Option<<$rule as Rule>::Value> = client.$name.clone().into();
                    value.as_ref().map(<$rule as Rule>::shown)
                },
                same: |one, other| one.$name == other.$name,
                copy: |to, from| to.$name.clone_from(&from.$name),
            }
        }
    };
}

/// The first of two expressions for a required field, the second one for an optional one.
macro_rules! by_presence {
    (required, $required:expr, $optional:expr) => {
        $required
    };
    (optional, $required:expr, $optional:expr) => {
        $optional
    };
}

/// The type of a field in a record.
macro_rules! in_record {
    (required $rule:ty) => {
        <$rule as Rule>::Value
    };
    (optional $rule:ty) => {
        Option<<$rule as Rule>::Value>
    };
}

/// The value of a new client, or what Rust has as the default of the type.
macro_rules! or_default {
    () => {
        Default::default()
    };
    ($value:expr) => {
        $value
    };
}

/// Makes all that depends on the rows. A column is `Option<T>` or, for a field that every client has, `T`; `into` makes
/// either of a known value, and an `Option` of either.
macro_rules! client_fields {
    ($(
        $(#[$column:meta])*
        $presence:ident $name:ident: $type:ty as $rule:ty $(= $new:expr)? => { $($part:ident: $value:expr),* };
    )+) => {
        /// The fields of a client, in the order of the file.
        pub const TABLE: &[ClientField] = &[$(client_field!($presence $name, $rule, { $($part: $value),* }),)+];

        /// Their names.
        pub const FIELDS: &[&str] = &[$(stringify!($name),)+];

        /// The table `clients`.
        pub mod client {
            use super::*;
            use sea_orm::entity::prelude::*;

            /// A client's row.
            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
            #[sea_orm(table_name = "clients")]
            #[allow(missing_docs, reason = "the fields are those of the client file, described in the README")]
            pub struct Model {
                $($(#[$column])* pub $name: $type,)+
            }

            impl Model {
                /// A new client with the required fields alone.
                #[must_use]
                pub fn new(id: ClientId, login: String, currency: String) -> Self {
                    Self { id, login, currency, ..Self { $($name: or_default!($($new)?),)+ } }
                }
            }

            /// Clients have no relations.
            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }

        /// The fields of a client in a record. Missing ones are `None` and don't change the client.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the fields are those of the client file, described in the README")]
        pub struct ClientRecord {
            /// The physical line where the record begins, from 1.
            pub line: u64,
            /// Whether the sender may set prices, credit and opening balance. Everybody may send unchanged values.
            pub may_set_money: bool,
            $(pub $name: in_record!($presence $rule),)+
        }

        impl ClientRecord {
            /// A record with all fields of a client.
            #[must_use]
            pub fn naming(line: u64, client: client::Model) -> Self {
                Self { line, may_set_money: true, $($name: client.$name.into(),)+ }
            }

            /// Replaces all fields that the record has.
            fn replace(self, client: &mut client::Model) {
                $(
                    let value: Option<<$rule as Rule>::Value> = self.$name.into();
                    if let Some(value) = value {
                        client.$name = value.into();
                    }
                )+
            }
        }

        /// Parses a client.
        pub fn parse(mut record: Record) -> Result<ClientRecord, LineError> {
            let record = &mut record;
            Ok(ClientRecord {
                line: record.line(),
                may_set_money: true,
                $($name: by_presence!(
                    $presence,
                    required::<$rule>(record, stringify!($name)),
                    <$rule as Rule>::read(record, stringify!($name))
                )?,)+
            })
        }
    };
}

impl ClientRecord {
    /// The new client of the record.
    #[must_use]
    pub fn into_client(self) -> client::Model {
        let mut client = client::Model::new(self.id, String::new(), String::new());
        self.replace(&mut client);
        client
    }

    /// Applies the record to a client. The balance stays, since only the ledger changes it.
    #[must_use]
    pub fn applied_to(self, mut client: client::Model) -> client::Model {
        let (id, balance) = (client.id, client.balance);
        self.replace(&mut client);
        client::Model { id, balance, ..client }
    }
}

fn region_and_language(client: &client::Model) -> String {
    let parts = [client.region.as_deref(), Some(&client.language)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" / ")
}

fn price_and_billing(client: &client::Model) -> String {
    let told = |price: Money| format!("{} {} {}", price.grouped(), client.currency, client.billing_mode.label());
    client.sms_price.map(told).unwrap_or_default()
}

fn attempts_and_limit(client: &client::Model) -> String {
    format!("{} / {LOGIN_ATTEMPTS}", client.login_attempts)
}

client_fields! {
    #[sea_orm(primary_key, auto_increment = false)]
    required id: ClientId as Id = ClientId(0) => {
        presence: Presence::InAddress, note: "Optional, since the address has it."
    };
    required login: String as Login => { note: "Digits, with an optional + in front; unique." };
    optional company: Option<String> as Lines<NAME> => {
        label: "Company", place: 5, form: true, fact: Fact::Shown
    };
    optional name: Option<String> as Lines<NAME> => { label: "Name", place: 6, form: true };
    optional site: Option<String> as Text<URL> => {
        label: "Site", place: 1, form: true, fact: Fact::Linked(site_link)
    };
    optional email: Option<String> as Email => {
        label: "Email", place: 2, form: true, fact: Fact::Linked(mail_link)
    };
    optional email_accounting: Option<String> as Email => {
        label: "Email accounting", place: 10, form: true, fact: Fact::Linked(mail_link)
    };
    optional region: Option<String> as Lines<NAME> => {
        label: "Region", place: 3, form: true, fact: Fact::Made(region_and_language)
    };
    optional language: String as Language = "en".to_owned() => {
        label: "Language", place: 4, form: true,
        note: "A tag of BCP 47. A new client's default is `en`."
    };
    optional activity_type: Option<String> as Lines<NAME> => {
        label: "Type of activity", place: 7, form: true, fact: Fact::Shown
    };
    optional property_type: Option<PropertyType> as Word<PropertyType> => {
        label: "Property Type", place: 8, form: true, fact: Fact::Shown
    };
    optional postal_address: Option<String> as Lines<LINES> => {
        label: "Address, postal", place: 9, form: true, fact: Fact::Shown
    };
    optional registered_at: Option<Moment> as Time => {
        label: "Registration Date", place: 11, fact: Fact::Shown
    };
    optional last_login_at: Option<Moment> as Time => {
        label: "Last login date", place: 12, fact: Fact::Shown
    };
    optional login_attempts: i32 as Count => {
        label: "Login attempts", place: 15, fact: Fact::Made(attempts_and_limit)
    };
    optional activation: Option<Activation> as Word<Activation> => {
        label: "Activation", place: 16, form: true, fact: Fact::Shown
    };
    optional referer: Option<String> as Text<URL> => {
        label: "Referer", place: 17, form: true, fact: Fact::Shown
    };
    optional channel: Option<String> as Text<NAME> => {};
    optional channel_source: Option<String> as Text<NAME> => {};
    optional sms_price: Option<Money> as AmountFromZero => {
        label: "SMS price", place: 13, form: true, fact: Fact::Made(price_and_billing), guarded: true,
        note: "The price of a message part, such as `0.0525`."
    };
    optional billing_mode: BillingMode as Word<BillingMode> = BillingMode::Sent => {
        label: "Billed", place: 14, form: true, guarded: true
    };
    required currency: String as CurrencyCode => {
        note: "ISO 4217. It can't change once the ledger has a transaction."
    };
    optional balance: Money as Amount => { guarded: true, note: "Read for a new client only." };
    optional credit: Money as AmountFromZero => { guarded: true };
    optional sms_subscription: bool as Truth => {};
}

#[cfg(test)]
mod tests;
