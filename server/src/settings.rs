//! Settings from environment variables.

use domain::mail::worker::Mailbox;
use std::{env, net::SocketAddr};
use values::Money;

/// The settings of the program.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `CLIENTELE_ADDR`: the address and port to listen on.
    pub address: SocketAddr,
    /// `DATABASE_URL`: the database, embedded SQLite or PostgreSQL.
    pub database_url: String,
    /// `CLIENTELE_TIMEZONE`: the platform's time zone, by its IANA name.
    pub time_zone: chrono_tz::Tz,
    /// `CLIENTELE_BEHIND_PROXY`: whether a trusted proxy is in front, whose `X-Forwarded-For` and `X-Forwarded-Proto`
    /// are believed.
    pub behind_proxy: bool,
    /// `CLIENTELE_CONFIRM_ABOVE`: larger amounts need a confirmation before they are booked.
    pub confirm_above: Money,
    /// `SMTP_URL`: the mail server. Without it no mail is sent.
    pub smtp_url: Option<String>,
    /// `CLIENTELE_MAIL_FROM`: the sender of mails.
    pub mail_from: Mailbox,
}

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    /// A value is malformed. The message names the variable and shows a valid value.
    pub fn from_environment() -> Result<Self, String> {
        let read = |name: &str, default: &str| env::var(name).unwrap_or_else(|_| default.to_owned());
        let address = read("CLIENTELE_ADDR", "127.0.0.1:3000");
        let time_zone = read("CLIENTELE_TIMEZONE", "UTC");
        let database_url = read("DATABASE_URL", "sqlite://data/clientele.db?mode=rwc");
        let behind_proxy = read("CLIENTELE_BEHIND_PROXY", "false");
        let confirm_above = read("CLIENTELE_CONFIRM_ABOVE", "1000");
        let mail_from = read("CLIENTELE_MAIL_FROM", "Clientele <clientele@localhost>");
        if !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| database_url.starts_with(scheme)) {
            return Err("DATABASE_URL begins with sqlite: or postgres: .".to_owned());
        }
        Ok(Self {
            address: address.parse().map_err(|_| {
                format!("CLIENTELE_ADDR is an address and a port such as 127.0.0.1:3000, not “{address}”.")
            })?,
            time_zone: time_zone
                .parse()
                .map_err(|_| format!("CLIENTELE_TIMEZONE is a name such as Europe/Kyiv, not “{time_zone}”."))?,
            behind_proxy: behind_proxy
                .parse()
                .map_err(|_| format!("CLIENTELE_BEHIND_PROXY is true or false, not “{behind_proxy}”."))?,
            confirm_above: confirm_above.parse().ok().filter(|amount: &Money| amount.0 >= 0).ok_or_else(|| {
                format!("CLIENTELE_CONFIRM_ABOVE is an amount such as 1000 or 250.50, not “{confirm_above}”.")
            })?,
            smtp_url: env::var("SMTP_URL").ok().filter(|url| !url.is_empty()),
            mail_from: mail_from.parse().map_err(|_| {
                format!("CLIENTELE_MAIL_FROM is a sender such as Billing <billing@example.com>, not “{mail_from}”.")
            })?,
            database_url,
        })
    }
}
