//! Answers the forms that add, change and remove a name. Native only; [`crate::name_queue::forms`] decides names.

use crate::posted::{FilledForm, LARGEST, Page, Posted, answer};
use axum::{extract::Path, response::Response};
use domain::names::{
    QuestionnaireField,
    edit::{self, Fields},
};

fn value<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map(String::as_str).unwrap_or_default()
}

/// `POST /clients/{id}/names/add`
pub async fn add(Path(id): Path<String>, Posted { sender, form: fields }: Posted<Fields, LARGEST>) -> Response {
    let (filled, fields) = (filled("add", &id, &fields), &fields);
    answer(sender, filled, |authorized, submission| async move {
        edit::add(&authorized.services.database, &authorized.actor(), submission, fields).await
    })
    .await
}

/// `POST /clients/{id}/names/save`
pub async fn save(Path(id): Path<String>, Posted { sender, form: fields }: Posted<Fields, LARGEST>) -> Response {
    let (filled, fields) = (filled("save", &id, &fields), &fields);
    answer(sender, filled, |authorized, submission| async move {
        edit::save(&authorized.services.database, &authorized.actor(), submission, fields).await
    })
    .await
}

/// `POST /clients/{id}/names/remove`
pub async fn remove(Path(id): Path<String>, Posted { sender, form: fields }: Posted<Fields>) -> Response {
    let (filled, fields) = (filled("remove", &id, &fields), &fields);
    answer(sender, filled, |authorized, submission| async move {
        edit::remove(&authorized.services.database, &authorized.actor(), submission, fields).await
    })
    .await
}

fn filled<'a>(name: &'static str, id: &'a str, fields: &'a Fields) -> FilledForm<'a> {
    let typed = ["name"].into_iter().chain(QuestionnaireField::ALL.iter().map(|field| field.word()));
    FilledForm {
        name,
        page: Page::Client { id, tab: "names" },
        key: value(fields, "idempotency_key"),
        confirmed: value(fields, "confirmed"),
        typed: typed.map(|field| (field, value(fields, field).to_owned())).collect(),
    }
}
