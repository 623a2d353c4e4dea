//! Bookings and credits that administrators enter in forms.

use super::{
    booking::{Booked, Booking, Order},
    notice,
    queue::BookingQueue,
};
use crate::{
    actor::Actor,
    audit::{self, AuditEntry},
    clients::{
        no_such_client,
        store::{self as clients, client::Model as Client},
    },
    database::Database,
    form_answers::{self, Submission},
    mail,
    policy::Policy,
};
use sea_orm::DatabaseTransaction;
use serde_json::json;
use values::{Money, error::Error, time};

/// Books a form's order. Returns the message for the administrator.
///
/// # Errors
/// [`Error::Unconfirmed`] for an amount above the policy's limit that the form doesn't confirm, and those of
/// [`Account::book`](super::booking::Account::book).
pub async fn book(
    database: &Database,
    queue: &BookingQueue,
    policy: Policy,
    actor: Actor,
    sent: Submission,
    booking: Booking,
) -> Result<String, Error> {
    match &booking {
        Booking::TopUp { amount, .. } => {
            confirm(database, policy, &sent, *amount, |currency| format!("Top up {}", amount.named(currency))).await?;
        }
        Booking::Correction { amount, .. } => {
            let button = |currency: &str| format!("Correct: {}", Money(-amount.0).signed(currency));
            confirm(database, policy, &sent, *amount, button).await?;
        }
        Booking::Reversal { .. } | Booking::Mailing { .. } => {}
    }
    let order = Order { client_id: sent.client_id, idempotency_key: sent.idempotency_key, booking, author: actor };
    let Booked { entry, repeated, currency } = queue.book(order).await?;
    let details = format!(
        "transaction {}, {} {}, balance {}",
        entry.id,
        entry.kind.label().to_lowercase(),
        entry.amount.named(&currency),
        entry.balance.named(&currency)
    );
    Ok(if repeated {
        format!("Already booked ({details}). Nothing was booked again.")
    } else {
        format!("Booked: {details}.")
    })
}

/// Asks for confirmation of a large amount before it is booked. `button` writes what the button says from the currency.
async fn confirm(
    database: &Database,
    policy: Policy,
    sent: &Submission,
    amount: Money,
    button: impl FnOnce(&str) -> String,
) -> Result<(), Error> {
    let limit = policy.confirm_above;
    let subject = amount.to_string();
    if amount <= limit || sent.confirmed.as_ref() == Some(&subject) {
        return Ok(());
    }
    let client_id = sent.client_id;
    let client = clients::find(database, client_id).await?.ok_or_else(no_such_client)?;
    let named = amount.named(&client.currency);
    Err(Error::Unconfirmed {
        question: format!(
            "{named} is more than {}. Is it right, for client {client_id}?",
            limit.named(&client.currency)
        ),
        button: button(&client.currency),
        confirmed: subject,
    })
}

/// A credit from a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewCredit {
    /// The credit that the form showed when it was opened, if it says so.
    pub seen: Option<Money>,
    /// The credit to set.
    pub credit: Money,
    /// Whether the client gets a mail.
    pub notify: bool,
}

/// Sets a client's credit, and sends the client a mail if the form says so. The same credit changes nothing and mails
/// nobody. Returns the message for the administrator.
///
/// # Errors
/// [`Error::Conflict`] if the credit isn't the one that the form showed; [`Error::Unconfirmed`] for one above the
/// policy's limit that the form doesn't confirm; [`Error::Refused`] with the form's field `notify` for a client without
/// an address.
pub async fn set_credit(
    database: &Database,
    policy: Policy,
    actor: &Actor,
    sent: &Submission,
    NewCredit { seen, credit, notify }: NewCredit,
) -> Result<String, Error> {
    let transaction = database.write().await?;
    let client = clients::lock(&transaction, sent.client_id).await?.ok_or_else(no_such_client)?;
    let named = credit.named(&client.currency);
    let message = match (client.credit == credit, notify) {
        (true, true) => format!("The credit is {named}, as it was. Nothing was changed, and no mail is sent."),
        (true, false) => format!("The credit is {named}, as it was. Nothing was changed."),
        (false, true) => format!("The credit is {named}. A mail to the client is queued."),
        (false, false) => format!("The credit is {named}."),
    };
    if let Some(first) = form_answers::claim(&transaction, sent, &message).await? {
        let before = first.outcome.unwrap_or_default();
        return Ok(format!("This form was sent already, and then: {before} Nothing was changed again."));
    }
    if seen.is_some_and(|seen| seen != client.credit) {
        return Err(changed_meanwhile(&transaction, &client).await?);
    }
    if client.credit == credit {
        transaction.commit().await?;
        return Ok(message);
    }
    let recipient = client.email.clone().filter(|address| !address.is_empty());
    if notify && recipient.is_none() {
        return Err(Error::refused("notify", "The client has no email address to notify."));
    }
    confirm_credit(policy, sent, &client, credit)?;
    clients::set_credit(&transaction, client.id, credit).await?;
    let state = |credit: Money| Some(json!({ "credit": credit.to_string() }).to_string());
    let entry = AuditEntry {
        action: "set credit",
        client: Some(client.id),
        before: state(client.credit),
        after: state(credit),
    };
    audit::record(&transaction, actor, entry).await?;
    if let (true, Some(recipient)) = (notify, recipient) {
        let name = client.name.as_deref().or(client.company.as_deref());
        let text = notice::credit_changed(&client.language, &client.login, name, &named);
        mail::store::enqueue(&transaction, client.id, &sent.idempotency_key, &recipient, text).await?;
    }
    clients::record_changes(&transaction, &[client.id]).await?;
    transaction.commit().await?;
    Ok(message)
}

/// The error for a credit that somebody else has set since the form was opened.
async fn changed_meanwhile(transaction: &DatabaseTransaction, client: &Client) -> Result<Error, Error> {
    let now = client.credit.named(&client.currency);
    let newest = audit::newest_of_field(transaction, client.id, "credit").await?;
    let change = match newest {
        Some(entry) => format!("{} set the credit to {now} at {}", entry.administrator_login, time::show(entry.at)),
        None => format!("The credit was set to {now}"),
    };
    let message = format!("{change}, after this form was opened. Check the amount and save again.");
    Ok(Error::Conflict { field: "amount".to_owned(), message })
}

/// Asks for confirmation of a large credit before it is set.
fn confirm_credit(policy: Policy, sent: &Submission, client: &Client, credit: Money) -> Result<(), Error> {
    let (limit, subject) = (policy.confirm_above, credit.to_string());
    if credit <= limit || sent.confirmed.as_ref() == Some(&subject) {
        return Ok(());
    }
    let named = |money: Money| money.named(&client.currency);
    let question = format!(
        "{} is more than {}. The credit changes from {} to {}, and {} become available. Is it right, for client {}?",
        named(credit),
        named(limit),
        named(client.credit),
        named(credit),
        named(Money(client.balance.0.saturating_add(credit.0))),
        client.id,
    );
    Err(Error::Unconfirmed { question, button: format!("Set credit: {}", named(credit)), confirmed: subject })
}
