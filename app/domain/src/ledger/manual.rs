//! Bookings and credits that administrators enter in forms.

use super::{
    booking::{Booked, Booking, Order},
    notice,
    queue::BookingQueue,
};
use crate::{
    actor::Actor,
    audit::{self, AuditEntry},
    clients::{no_such_client, store as clients},
    database::Database,
    form_answers::{self, Submission},
    mail,
    policy::Policy,
};
use serde_json::json;
use values::{Money, error::Error};

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
        Booking::TopUp { amount, .. } => confirm(database, policy, &sent, "Top up", *amount).await?,
        Booking::Correction { amount, .. } => confirm(database, policy, &sent, "Take off", *amount).await?,
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
        format!("This was booked already ({details}). Nothing was booked again.")
    } else {
        format!("Booked: {details}.")
    })
}

/// Asks for confirmation of a large amount before it is booked.
async fn confirm(
    database: &Database,
    policy: Policy,
    sent: &Submission,
    verb: &str,
    amount: Money,
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
        button: format!("{verb} {named}"),
        confirmed: subject,
    })
}

/// Sets a client's credit, and sends the client a mail if `notify` is set. Returns the message for the administrator.
///
/// # Errors
/// [`Error::Refused`] with the form's field `notify` for a client without an address.
pub async fn set_credit(
    database: &Database,
    actor: &Actor,
    sent: &Submission,
    credit: Money,
    notify: bool,
) -> Result<String, Error> {
    let transaction = database.write().await?;
    let client = clients::lock(&transaction, sent.client_id).await?.ok_or_else(no_such_client)?;
    let recipient = client.email.clone().filter(|address| !address.is_empty());
    if notify && recipient.is_none() {
        return Err(Error::refused("notify", "The client has no e-mail address to be notified at."));
    }
    let named = credit.named(&client.currency);
    let notice = if notify { " The client is notified by mail." } else { "" };
    let message = format!("The credit is {named}.{notice}");
    if let Some(first) = form_answers::claim(&transaction, sent, &message).await? {
        let before = first.outcome.unwrap_or_default();
        return Ok(format!("This form was sent already, and then: {before} Nothing was changed again."));
    }
    if client.credit == credit && !notify {
        transaction.commit().await?;
        return Ok(format!("The credit is {named}, as it was."));
    }
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
