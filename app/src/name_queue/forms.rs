//! `POST /names/decide`: decides one or several names, of one client or several. Native only.

use crate::{
    client_page::forms::{FilledForm, Page, Posted, answer},
    frame::forms::KIB,
};
use axum::response::Response;
use domain::names::decide::{self, AT_ONCE, Decision};
use values::comment;

/// The most fields of the form. It leaves room for too many names, so that the answer can say so.
const FIELDS: usize = 2 * AT_ONCE;

/// `POST /names/decide`
pub async fn decide(Posted { sender, form: fields }: Posted<Vec<(String, String)>, KIB, FIELDS>) -> Response {
    let value = |name: &str| {
        let found = fields.iter().find(|(field, value)| field == name && !value.is_empty());
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let ticked: Vec<String> =
        fields.iter().filter(|(name, _)| name == "seen").map(|(_, value)| value.clone()).collect();
    let mut typed = vec![("reason", value("reason")), ("notify", value("notify"))];
    typed.extend(ticked.iter().map(|seen| ("seen", seen.clone())));
    let (key, confirmed) = (value("idempotency_key"), value("confirmed"));
    let filled = FilledForm {
        name: if value("ticked").is_empty() { "decide" } else { "decide-ticked" },
        page: Page::Names,
        key: &key,
        confirmed: &confirmed,
        typed,
    };
    let to = value("to");
    let (reason, notify) = (value("reason"), value("notify") == "true");
    answer(sender, filled, |authorized, submission| async move {
        // The confirming button has no status, so the confirmed subject gives it.
        let to = submission.confirmed.as_deref().and_then(|subject| subject.split(' ').next()).unwrap_or(&to);
        let decision = Decision::read(to, comment::read("reason", &reason)?, notify)?;
        decide::decide(&authorized.services.database, &authorized.actor(), &submission, &decision, &ticked).await
    })
    .await
}
