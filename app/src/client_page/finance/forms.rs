//! Answers the forms of the Finance tab. Native only.

use crate::{
    access::{Authorized, ChangeClients},
    posted::{FilledForm, Page, Posted, answer},
};
use axum::{extract::Path, response::Response};
use domain::{
    form_answers::Submission,
    ledger::{
        booking::{Booking, no_such_transaction},
        manual::{self, NewCredit},
    },
};
use serde::Deserialize;
use values::{Money, comment, error::Error};

/// The form Top up account.
#[derive(Default, Deserialize)]
#[serde(default)]
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

/// The form that reverses a transaction.
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
    /// The credit that the form showed when it was opened, in plain digits.
    seen: String,
    confirmed: String,
}

/// `POST /clients/{id}/finance/top-up`
pub async fn top_up(Path(id): Path<String>, Posted { sender, form }: Posted<TopUp>) -> Response {
    let filled = FilledForm {
        name: "top-up",
        page: Page::Client { id: &id, tab: "finance" },
        key: &form.idempotency_key,
        confirmed: &form.confirmed,
        typed: vec![("amount", form.amount.clone()), ("comment", form.comment.clone())],
    };
    answer(sender, filled, |authorized, submission| async move {
        let amount = above_zero(&form.amount, "Use Correction to deduct money.")?;
        let comment = comment::read("comment", &form.comment)?;
        book(authorized, submission, Booking::TopUp { amount, comment }).await
    })
    .await
}

/// `POST /clients/{id}/finance/correction`
pub async fn correction(Path(id): Path<String>, Posted { sender, form }: Posted<Correction>) -> Response {
    let filled = FilledForm {
        name: "correction",
        page: Page::Client { id: &id, tab: "finance" },
        key: &form.idempotency_key,
        confirmed: &form.confirmed,
        typed: vec![("amount", form.amount.clone()), ("reason", form.reason.clone())],
    };
    answer(sender, filled, |authorized, submission| async move {
        // A correction always deducts, so a minus changes nothing.
        let amount = above_zero(form.amount.trim().trim_start_matches('-'), "")?;
        let reason = reason(&form.reason)?;
        book(authorized, submission, Booking::Correction { amount, reason }).await
    })
    .await
}

/// `POST /clients/{id}/finance/reversal`
pub async fn reversal(Path(id): Path<String>, Posted { sender, form }: Posted<Reversal>) -> Response {
    let filled = FilledForm {
        name: "reversal",
        page: Page::Client { id: &id, tab: "finance" },
        key: &form.idempotency_key,
        confirmed: "",
        typed: vec![("transaction", form.transaction.clone()), ("reason", form.reason.clone())],
    };
    answer(sender, filled, |authorized, submission| async move {
        let of = form.transaction.trim().parse().map_err(|_| no_such_transaction())?;
        let reason = reason(&form.reason)?;
        book(authorized, submission, Booking::Reversal { of, reason }).await
    })
    .await
}

/// `POST /clients/{id}/finance/credit`
pub async fn credit(Path(id): Path<String>, Posted { sender, form }: Posted<Credit>) -> Response {
    let filled = FilledForm {
        name: "credit",
        page: Page::Client { id: &id, tab: "finance" },
        key: &form.idempotency_key,
        confirmed: &form.confirmed,
        typed: vec![("amount", form.amount.clone()), ("notify", form.notify.clone())],
    };
    answer(sender, filled, |authorized, submission| async move {
        let credit = Money::typed(&form.amount).map_err(|problem| Error::refused("amount", problem))?;
        if credit.0 < 0 {
            return Err(Error::refused("amount", "Enter zero or more."));
        }
        let change = NewCredit { seen: form.seen.parse().ok(), credit, notify: form.notify == "true" };
        let services = &authorized.services;
        manual::set_credit(&services.database, services.policy, &authorized.actor(), &submission, change).await
    })
    .await
}

async fn book(
    authorized: Authorized<ChangeClients>,
    submission: Submission,
    booking: Booking,
) -> Result<String, Error> {
    let services = &authorized.services;
    manual::book(&services.database, &services.bookings, services.policy, authorized.actor(), submission, booking).await
}

/// Reads the required field `reason`.
fn reason(typed: &str) -> Result<String, Error> {
    let reason = comment::read("reason", typed)?;
    if reason.is_empty() { Err(Error::refused("reason", "Enter a reason.")) } else { Ok(reason) }
}

/// Parses an amount above zero, from the form's field `amount`. `otherwise` is a hint for other amounts.
fn above_zero(typed: &str, otherwise: &str) -> Result<Money, Error> {
    let amount = Money::typed(typed).map_err(|problem| Error::refused("amount", problem))?;
    if amount.0 <= 0 {
        return Err(Error::refused("amount", format!("Enter an amount above zero. {otherwise}").trim_end()));
    }
    Ok(amount)
}
