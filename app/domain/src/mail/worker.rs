//! Hands mails to an SMTP server.

use super::store::{self, Mail, MailState};
use crate::database::Database;
use chrono::Duration;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::header::ContentType,
    transport::smtp::{
        self,
        client::{Tls, TlsParameters},
    },
};
use std::net::IpAddr;
use url::Url;
use values::{
    error::Error,
    time::{self, Moment},
};

pub use lettre::message::Mailbox;

/// The most attempts of a mail, which take about a day with the pauses between them.
const ATTEMPTS: i32 = 12;

/// Hands over the mails of an outbox. Several servers may do so on one database.
#[derive(Clone, Debug)]
pub struct Mailer {
    database: Database,
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

impl Mailer {
    /// `url` is `smtp://user:password@host:port`, or `smtps://` for implicit TLS. With `smtp://`, STARTTLS is required
    /// unless the host is this machine, so that no password crosses a network in clear text.
    ///
    /// # Errors
    /// Says what is wrong with the URL.
    pub fn new(database: Database, url: &str, from: Mailbox) -> Result<Self, String> {
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|cause| cause.to_string())?;
        let address = Url::parse(url).map_err(|cause| cause.to_string())?;
        if let ("smtp", Some(host)) = (address.scheme(), address.host_str())
            && !is_this_machine(host)
        {
            let encrypted = TlsParameters::new(host.to_owned()).map_err(|cause| cause.to_string())?;
            transport = transport.tls(Tls::Required(encrypted));
        }
        let transport = transport.timeout(Some(std::time::Duration::from_secs(30))).build();
        Ok(Self { database, transport, from })
    }

    /// Hands over the mails that are due.
    pub async fn turn(&self) -> Result<(), Error> {
        store::give_up_left_behind(&self.database).await?;
        let due = store::due(&self.database).await?;
        if due.is_empty() {
            return Ok(());
        }
        // Tests the connection before marking any mail, so that an unreachable server leaves none in doubt.
        if let Err(cause) = self.transport.test_connection().await {
            let problem = format!("the mail server can't be reached: {cause}");
            for mail in due {
                let again = time::now() + Duration::seconds(30);
                store::note_failed(&self.database, &mail, MailState::Queued, &problem, Some(again)).await?;
            }
            return Ok(());
        }
        for mail in due {
            if store::claim(&self.database, &mail).await? {
                self.hand_over(&mail).await?;
            }
        }
        Ok(())
    }

    async fn hand_over(&self, mail: &Mail) -> Result<(), Error> {
        let fail = |problem: String, again: Option<Moment>| async move {
            tracing::warn!(mail = mail.id, problem, "a mail wasn't taken");
            store::note_failed(&self.database, mail, MailState::Sending, &problem, again).await
        };
        let message = match self.message(mail) {
            Ok(message) => message,
            Err(problem) => return fail(problem, None).await,
        };
        match self.transport.send(message).await {
            Ok(_) => store::note_sent(&self.database, mail).await,
            Err(cause) if cause.is_permanent() => fail(refusal(&cause), None).await,
            Err(cause) if cause.is_transient() => {
                let attempts = mail.attempts + 1;
                fail(refusal(&cause), (attempts < ATTEMPTS).then(|| time::now() + pause(attempts))).await
            }
            // Without an answer the mail may have been accepted, and must not arrive twice.
            Err(cause) => {
                fail(
                    format!(
                        "the mail server went away while it was being sent, so it may have arrived or not: {cause}"
                    ),
                    None,
                )
                .await
            }
        }
    }

    fn message(&self, mail: &Mail) -> Result<Message, String> {
        let recipient: Mailbox =
            mail.recipient.parse().map_err(|cause| format!("the address can't be used: {cause}"))?;
        Message::builder()
            .message_id(Some(mail.message_id.clone()))
            .from(self.from.clone())
            .to(recipient)
            .subject(mail.subject.clone())
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body.clone())
            .map_err(|cause| cause.to_string())
    }
}

fn refusal(cause: &smtp::Error) -> String {
    format!("the mail server refused it: {cause}")
}

/// The pause after a number of attempts: a minute, then twice as long each time, up to four hours.
fn pause(attempts: i32) -> Duration {
    Duration::minutes(2i64.saturating_pow(u32::try_from(attempts - 1).unwrap_or(0)).min(240))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_four_hours() {
        assert_eq!(pause(1), Duration::minutes(1));
        assert_eq!(pause(4), Duration::minutes(8));
        assert_eq!(pause(40), Duration::hours(4));
    }
}
