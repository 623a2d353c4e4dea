//! Answers the forms of the General info tab. Native only.

use crate::posted::{FilledForm, LARGEST, Page, Posted, answer};
use axum::{extract::Path, response::Response};
use domain::clients::{
    edit::{self, Fields},
    fields,
};

fn value(fields: &Fields, name: &str) -> String {
    fields.get(name).cloned().unwrap_or_default()
}

/// `POST /clients/{id}/general/subscription`
pub async fn subscription(Path(id): Path<String>, Posted { sender, form: fields }: Posted<Fields>) -> Response {
    let key = value(&fields, "idempotency_key");
    let filled = FilledForm {
        name: "subscription",
        page: Page::Client { id: &id, tab: "general" },
        key: &key,
        confirmed: "",
        typed: vec![("sms_subscription", value(&fields, "sms_subscription"))],
    };
    let wanted = value(&fields, "sms_subscription") == "true";
    answer(sender, filled, |authorized, submission| async move {
        edit::set_subscription(&authorized.services.database, &authorized.actor(), &submission, wanted).await
    })
    .await
}

/// `POST /clients/{id}/general/profile`
pub async fn profile(Path(id): Path<String>, Posted { sender, form }: Posted<Fields, LARGEST>) -> Response {
    let key = value(&form, "idempotency_key");
    let filled = FilledForm {
        name: "profile",
        page: Page::Client { id: &id, tab: "general" },
        key: &key,
        confirmed: "",
        typed: fields::of_form().map(|field| (field.name, value(&form, field.name))).collect(),
    };
    let form = &form;
    answer(sender, filled, |authorized, submission| async move {
        edit::edit_profile(&authorized.services.database, &authorized.actor(), &submission, form).await
    })
    .await
}
