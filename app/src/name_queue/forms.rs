//! `POST /names/decide` and `/names/undo`: decides names, of one client or several, and takes decisions back. Native
//! only.

use crate::{
    frame::forms::KIB,
    posted::{FilledForm, Page, Posted, answer},
};
use axum::response::Response;
use domain::names::{
    UNDO_FORM,
    decide::{self, AT_ONCE, Decision},
    undo,
};
use values::comment;

/// The most fields of the form. It leaves room for too many names, so that the answer can say so.
const FIELDS: usize = 2 * AT_ONCE;

/// The fields of a form, some of them several times.
type Fields = Vec<(String, String)>;

fn value(fields: &Fields, name: &str) -> String {
    let found = fields.iter().find(|(field, value)| field == name && !value.is_empty());
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

fn seen(fields: &Fields) -> Vec<String> {
    fields.iter().filter(|(name, _)| name == "seen").map(|(_, value)| value.clone()).collect()
}

/// `POST /names/decide`
pub async fn decide(Posted { sender, form: fields }: Posted<Fields, KIB, FIELDS>) -> Response {
    let value = |name: &str| value(&fields, name);
    let ticked = seen(&fields);
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

/// `POST /names/undo`
pub async fn undo(Posted { sender, form: fields }: Posted<Fields, KIB, FIELDS>) -> Response {
    let (decided, key) = (seen(&fields), value(&fields, "idempotency_key"));
    let filled = FilledForm { name: UNDO_FORM, page: Page::Names, key: &key, confirmed: "", typed: Vec::new() };
    answer(sender, filled, |authorized, _| async move {
        undo::undo(&authorized.services.database, &authorized.actor(), &decided).await
    })
    .await
}
