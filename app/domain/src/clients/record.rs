//! Parses clients: the fields of the client file, and the rules of each.

use super::{Activation, BillingMode, PropertyType, store::client};
use crate::ids::ClientId;
use crate::intake::{
    LineError,
    record::{Record, is_currency, is_email, is_language},
};
use values::{Money, time::Moment};

/// The fields of a client, by the names that files and calls use.
pub const FIELDS: &[&str] = &[
    "id",
    "login",
    "company",
    "name",
    "site",
    "email",
    "email_accounting",
    "region",
    "language",
    "activity_type",
    "property_type",
    "postal_address",
    "registered_at",
    "last_login_at",
    "login_attempts",
    "activation",
    "referer",
    "channel",
    "channel_source",
    "sms_price",
    "billing_mode",
    "currency",
    "balance",
    "credit",
    "sms_subscription",
];

/// The largest id. Programs that read numbers as floats can't tell larger ones apart.
pub(crate) const LARGEST_ID: i64 = (1 << 53) - 1;

/// The most characters of names and the like.
const NAME: usize = 250;
/// The most characters of URLs.
const URL: usize = 2_000;
/// The most characters of texts with several lines.
const LINES: usize = 2_000;

/// The fields of a client in a record. Missing ones are `None` and don't change the client.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are those of the client file, described in the README")]
pub struct ClientRecord {
    /// The physical line where the record begins, from 1.
    pub line: u64,
    /// Whether the sender may set prices, credit and opening balance. Everybody may send unchanged values.
    pub may_set_money: bool,
    pub id: ClientId,
    pub login: String,
    pub company: Option<String>,
    pub name: Option<String>,
    pub site: Option<String>,
    pub email: Option<String>,
    pub email_accounting: Option<String>,
    pub region: Option<String>,
    pub language: Option<String>,
    pub activity_type: Option<String>,
    pub property_type: Option<PropertyType>,
    pub postal_address: Option<String>,
    pub registered_at: Option<Moment>,
    pub last_login_at: Option<Moment>,
    pub login_attempts: Option<i32>,
    pub activation: Option<Activation>,
    pub referer: Option<String>,
    pub channel: Option<String>,
    pub channel_source: Option<String>,
    pub sms_price: Option<Money>,
    pub billing_mode: Option<BillingMode>,
    pub currency: String,
    pub balance: Option<Money>,
    pub credit: Option<Money>,
    pub sms_subscription: Option<bool>,
}

impl ClientRecord {
    /// A record with all fields of a client.
    #[must_use]
    pub fn naming(line: u64, client: client::Model) -> Self {
        Self {
            line,
            may_set_money: true,
            id: client.id,
            login: client.login,
            company: client.company,
            name: client.name,
            site: client.site,
            email: client.email,
            email_accounting: client.email_accounting,
            region: client.region,
            language: Some(client.language),
            activity_type: client.activity_type,
            property_type: client.property_type,
            postal_address: client.postal_address,
            registered_at: client.registered_at,
            last_login_at: client.last_login_at,
            login_attempts: Some(client.login_attempts),
            activation: client.activation,
            referer: client.referer,
            channel: client.channel,
            channel_source: client.channel_source,
            sms_price: client.sms_price,
            billing_mode: Some(client.billing_mode),
            currency: client.currency,
            balance: Some(client.balance),
            credit: Some(client.credit),
            sms_subscription: Some(client.sms_subscription),
        }
    }

    /// The new client of the record.
    #[must_use]
    pub fn into_client(self) -> client::Model {
        let balance = self.balance.unwrap_or_default();
        let blank = client::Model {
            id: self.id,
            login: String::new(),
            company: None,
            name: None,
            site: None,
            email: None,
            email_accounting: None,
            region: None,
            language: "en".to_owned(),
            activity_type: None,
            property_type: None,
            postal_address: None,
            registered_at: None,
            last_login_at: None,
            login_attempts: 0,
            activation: None,
            referer: None,
            channel: None,
            channel_source: None,
            sms_price: None,
            billing_mode: BillingMode::Sent,
            currency: String::new(),
            balance,
            credit: Money(0),
            sms_subscription: false,
        };
        self.applied_to(blank)
    }

    /// Applies the record to a client. The balance stays, since only the ledger changes it.
    #[must_use]
    pub fn applied_to(self, client: client::Model) -> client::Model {
        client::Model {
            id: client.id,
            login: self.login,
            company: self.company.or(client.company),
            name: self.name.or(client.name),
            site: self.site.or(client.site),
            email: self.email.or(client.email),
            email_accounting: self.email_accounting.or(client.email_accounting),
            region: self.region.or(client.region),
            language: self.language.unwrap_or(client.language),
            activity_type: self.activity_type.or(client.activity_type),
            property_type: self.property_type.or(client.property_type),
            postal_address: self.postal_address.or(client.postal_address),
            registered_at: self.registered_at.or(client.registered_at),
            last_login_at: self.last_login_at.or(client.last_login_at),
            login_attempts: self.login_attempts.unwrap_or(client.login_attempts),
            activation: self.activation.or(client.activation),
            referer: self.referer.or(client.referer),
            channel: self.channel.or(client.channel),
            channel_source: self.channel_source.or(client.channel_source),
            sms_price: self.sms_price.or(client.sms_price),
            billing_mode: self.billing_mode.unwrap_or(client.billing_mode),
            currency: self.currency,
            balance: client.balance,
            credit: self.credit.unwrap_or(client.credit),
            sms_subscription: self.sms_subscription.unwrap_or(client.sms_subscription),
        }
    }
}

/// Parses a client.
pub fn parse(mut record: Record) -> Result<ClientRecord, LineError> {
    let record = &mut record;
    let id = record.whole_number("id", 1..=LARGEST_ID)?;
    let id = ClientId(record.require("id", id)?);
    let login = record.checked("login", 32, is_login, "is not a phone number: digits, with a + before them or not")?;
    let login = record.require("login", login)?;
    let email = |record: &mut Record, field| record.checked(field, 254, is_email, "is not an e-mail address");
    let currency = |text: &str| is_currency(text);
    Ok(ClientRecord {
        line: record.line(),
        may_set_money: true,
        id,
        login,
        company: record.lines("company", NAME)?,
        name: record.lines("name", NAME)?,
        site: record.text("site", URL)?,
        email: email(record, "email")?,
        email_accounting: email(record, "email_accounting")?,
        region: record.lines("region", NAME)?,
        language: record.checked("language", 35, is_language, "is not a language tag such as en, uk or pt-BR")?,
        activity_type: record.lines("activity_type", NAME)?,
        property_type: record.word("property_type")?,
        postal_address: record.lines("postal_address", LINES)?,
        registered_at: record.moment("registered_at")?,
        last_login_at: record.moment("last_login_at")?,
        login_attempts: record
            .whole_number("login_attempts", 0..=i64::from(i32::MAX))?
            .and_then(|attempts| i32::try_from(attempts).ok()),
        activation: record.word("activation")?,
        referer: record.text("referer", URL)?,
        channel: record.text("channel", NAME)?,
        channel_source: record.text("channel_source", NAME)?,
        sms_price: record.money_from_zero("sms_price")?,
        billing_mode: record.word("billing_mode")?,
        currency: {
            let reason = "is not a currency's code in ISO 4217, such as EUR";
            let code = record.checked("currency", NAME, currency, reason)?;
            record.require("currency", code)?
        },
        balance: record.money("balance")?,
        credit: record.money_from_zero("credit")?,
        sms_subscription: record.boolean("sms_subscription")?,
    })
}

fn is_login(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
