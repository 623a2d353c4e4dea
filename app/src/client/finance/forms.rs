//! Answers the forms of the Finance tab. Native only.

use super::{
    booking::{Booked, Booking, Order},
    notice,
};
use crate::{
    admins::{
        store::{self as audit, Deed},
        visitor::Caller,
    },
    client::{
        forms::{Form as Filled, Page, Posted, answer, text},
        no_such_client,
        store::{self as answers, Sent},
    },
    clients::store as clients,
    error::Error,
    mail,
    values::Money,
};
use axum::{extract::Path, response::Response};
use serde::Deserialize;
use serde_json::json;

/// The form Top up account.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct TopUp {
    idempotency_key: String,
    amount: String,
    comment: String,
    confirmed: String,
}

/// The form Correction.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Correction {
    idempotency_key: String,
    amount: String,
    reason: String,
    confirmed: String,
}

/// The form that takes a row back.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Reversal {
    idempotency_key: String,
    transaction: String,
    reason: String,
}

/// The form Set credit.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Credit {
    idempotency_key: String,
    amount: String,
    notify: String,
}

/// `POST /clients/{id}/finance/top-up`
pub async fn top_up(Path(id): Path<String>, Posted { sender, form }: Posted<TopUp>) -> Response {
    let filled = Filled {
        name: "top-up",
        page: Page::Client { id: &id, tab: "finance" },
        key: &form.idempotency_key,
        confirmed: &form.confirmed,
        typed: vec![("amount", form.amount.clone()), ("comment", form.comment.clone())],
    };
    answer(sender, &filled, |caller, sent| async move {
        let amount = above_zero(&form.amount, "To take money off, use Correction.")?;
        let comment = text("comment", &form.comment)?;
        confirm(&caller, &sent, "Top up", amount).await?;
        book(&caller, sent, Booking::TopUp { amount, comment }).await
    })
    .await
}

/// `POST /clients/{id}/finance/correction`
pub async fn correction(Path(id): Path<String>, Posted { sender, form }: Posted<Correction>) -> Response {
    let filled = Filled {
        name: "correction",
        page: Page::Client { id: &id, tab: "finance" },
        key: &form.idempotency_key,
        confirmed: &form.confirmed,
        typed: vec![("amount", form.amount.clone()), ("reason", form.reason.clone())],
    };
    answer(sender, &filled, |caller, sent| async move {
        // It takes off in any case, so a minus says nothing new.
        let amount = above_zero(form.amount.trim().trim_start_matches('-'), "")?;
        let reason = text("reason", &form.reason)?;
        if reason.is_empty() {
            return Err(Error::refused("reason", "Say why the money is taken off."));
        }
        confirm(&caller, &sent, "Take off", amount).await?;
        book(&caller, sent, Booking::Correction { amount, reason }).await
    })
    .await
}

/// `POST /clients/{id}/finance/reversal`
pub async fn reversal(Path(id): Path<String>, Posted { sender, form }: Posted<Reversal>) -> Response {
    let filled = Filled {
        name: "reversal",
        page: Page::Client { id: &id, tab: "finance" },
        key: &form.idempotency_key,
        confirmed: "",
        typed: vec![("transaction", form.transaction.clone()), ("reason", form.reason.clone())],
    };
    answer(sender, &filled, |caller, sent| async move {
        let of = form.transaction.trim().parse().map_err(|_| super::booking::no_such_transaction())?;
        let reason = text("reason", &form.reason)?;
        book(&caller, sent, Booking::Reversal { of, reason }).await
    })
    .await
}

/// `POST /clients/{id}/finance/credit`
pub async fn credit(Path(id): Path<String>, Posted { sender, form }: Posted<Credit>) -> Response {
    let filled = Filled {
        name: "credit",
        page: Page::Client { id: &id, tab: "finance" },
        key: &form.idempotency_key,
        confirmed: "",
        typed: vec![("amount", form.amount.clone()), ("notify", form.notify.clone())],
    };
    let filled = &filled;
    answer(sender, filled, |caller, sent| async move {
        let credit = Money::typed(&form.amount).map_err(|problem| Error::refused("amount", problem))?;
        if credit.0 < 0 {
            return Err(Error::refused("amount", "A credit is zero or more."));
        }
        set_credit(&caller, &sent, filled, credit, form.notify == "true").await
    })
    .await
}

/// Shows a large amount back before it is booked.
async fn confirm(caller: &Caller, sent: &Sent, verb: &str, amount: Money) -> Result<(), Error> {
    let limit = caller.services.policy.confirm_above;
    let subject = amount.to_string();
    if amount <= limit || sent.confirmed.as_ref() == Some(&subject) {
        return Ok(());
    }
    let client_id = sent.client_id;
    let client = clients::find(&caller.services.database, client_id).await?.ok_or_else(no_such_client)?;
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

async fn book(caller: &Caller, sent: Sent, booking: Booking) -> Result<String, Error> {
    let order =
        Order { client_id: sent.client_id, idempotency_key: sent.idempotency_key, booking, author: caller.author() };
    let Booked { entry, repeated, currency } = caller.services.bookings.book(order).await?;
    let what = format!(
        "transaction {}, {} {}, balance {}",
        entry.id,
        entry.kind.label().to_lowercase(),
        entry.amount.named(&currency),
        entry.balance.named(&currency)
    );
    Ok(if repeated {
        format!("This was booked already ({what}). Nothing was booked again.")
    } else {
        format!("Booked: {what}.")
    })
}

async fn set_credit(
    caller: &Caller,
    sent: &Sent,
    form: &Filled<'_>,
    credit: Money,
    notify: bool,
) -> Result<String, Error> {
    let transaction = caller.services.database.write().await?;
    let client = clients::lock(&transaction, sent.client_id).await?.ok_or_else(no_such_client)?;
    let recipient = client.email.clone().filter(|address| !address.is_empty());
    if notify && recipient.is_none() {
        return Err(Error::refused("notify", "The client has no e-mail address to be notified at."));
    }
    let named = credit.named(&client.currency);
    let told = if notify { " The client is notified by mail." } else { "" };
    let message = format!("The credit is {named}.{told}");
    if let Some(first) = answers::claim(&transaction, sent, &form.answer(Ok(message.clone()))).await? {
        let before = first.outcome.unwrap_or_default();
        return Ok(format!("This form was sent already, and then: {before} Nothing was changed again."));
    }
    if client.credit == credit && !notify {
        transaction.commit().await?;
        return Ok(format!("The credit is {named}, as it was."));
    }
    clients::set_credit(&transaction, client.id, credit).await?;
    let state = |credit: Money| Some(json!({ "credit": credit.to_string() }).to_string());
    let deed =
        Deed { action: "set credit", client: Some(client.id), before: state(client.credit), after: state(credit) };
    audit::record(&transaction, caller.actor(), deed).await?;
    if let (true, Some(recipient)) = (notify, recipient) {
        let called = client.name.as_deref().or(client.company.as_deref());
        let text = notice::credit_changed(&client.language, &client.login, called, &named);
        mail::store::enqueue(&transaction, client.id, &sent.idempotency_key, &recipient, text).await?;
    }
    clients::record_changes(&transaction, &[client.id]).await?;
    transaction.commit().await?;
    Ok(message)
}

/// An amount above zero, from the form's field `amount`.
fn above_zero(typed: &str, otherwise: &str) -> Result<Money, Error> {
    let amount = Money::typed(typed).map_err(|problem| Error::refused("amount", problem))?;
    if amount.0 <= 0 {
        return Err(Error::refused("amount", format!("Type an amount above zero. {otherwise}").trim_end()));
    }
    Ok(amount)
}
