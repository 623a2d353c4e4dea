//! `POST /views/...`: saves, renames and deletes views. Native only.

use super::author;
use crate::{
    access::SeeClients,
    frame::forms::{FIELDS, KIB},
    posted::{FilledForm, Page, Posted, answer},
};
use axum::response::Response;
use domain::{
    ids::ViewId,
    views::{
        place::Place,
        store::{self, NewView},
    },
};
use serde::Deserialize;
use values::error::Error;

/// A form that everybody may send.
type Sent<T> = Posted<T, KIB, FIELDS, SeeClients>;

/// The form `Save view`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SaveForm {
    idempotency_key: String,
    place: String,
    query: String,
    name: String,
    shared: String,
    default: String,
    relative: String,
}

/// The forms of a view that is there.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ChangeForm {
    idempotency_key: String,
    id: String,
    name: String,
}

/// `POST /views/save`
pub async fn save(Posted { sender, form }: Sent<SaveForm>) -> Response {
    let SaveForm { idempotency_key, place, query, name, shared, default, relative } = form;
    let typed = vec![("name", name.clone()), ("shared", shared.clone()), ("default", default.clone())];
    let filled = filled("save-view", &idempotency_key, typed);
    answer(sender, filled, |authorized, submission| async move {
        let ticked = |value: String| value == "true";
        let new = NewView {
            place: Place::parse(&place)?,
            query,
            name,
            shared: ticked(shared),
            is_default: ticked(default),
            relative: ticked(relative),
        };
        store::save(&authorized.services.database, &author(&authorized), &submission, new).await
    })
    .await
}

/// `POST /views/rename`
pub async fn rename(Posted { sender, form }: Sent<ChangeForm>) -> Response {
    let ChangeForm { idempotency_key, id, name } = form;
    let filled = filled("rename-view", &idempotency_key, vec![("name", name.clone())]);
    answer(sender, filled, |authorized, submission| async move {
        let id = view(&id)?;
        store::rename(&authorized.services.database, &author(&authorized), &submission, id, &name).await
    })
    .await
}

/// `POST /views/delete`
pub async fn delete(Posted { sender, form }: Sent<ChangeForm>) -> Response {
    let ChangeForm { idempotency_key, id, .. } = form;
    let filled = filled("delete-view", &idempotency_key, Vec::new());
    answer(sender, filled, |authorized, submission| async move {
        store::delete(&authorized.services.database, &author(&authorized), &submission, view(&id)?).await
    })
    .await
}

fn filled<'a>(name: &'static str, key: &'a str, typed: Vec<(&'static str, String)>) -> FilledForm<'a> {
    FilledForm { name, page: Page::Any, key, confirmed: "", typed }
}

fn view(id: &str) -> Result<ViewId, Error> {
    id.parse().map_err(|_| Error::NotFound("There is no such view.".to_owned()))
}
