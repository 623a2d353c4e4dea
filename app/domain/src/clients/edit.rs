//! Changes to clients by administrators.

use super::{
    fields::{self, ClientField, FIELDS, Presence, TABLE, client, of_form},
    no_such_client, store,
};
use crate::{
    actor::Actor,
    audit::{self, AuditEntry},
    database::Database,
    form_answers::{self, Submission},
    intake::record::Record,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use values::{error::Error, time};

/// The names and values of a form's fields.
pub type Fields = HashMap<String, String>;

fn value(fields: &Fields, name: &str) -> String {
    fields.get(name).cloned().unwrap_or_default()
}

/// Sets a client's consent to the reseller's own mailings. Returns a message for the form.
pub async fn set_subscription(
    database: &Database,
    actor: &Actor,
    submission: &Submission,
    wanted: bool,
) -> Result<String, Error> {
    change(database, actor, submission, "set SMS subscription", |client| {
        Ok(client::Model { sms_subscription: wanted, ..client.clone() })
    })
    .await
}

/// Changes the fields of the profile that differ from the form's initial values. Returns a message for the form.
///
/// # Errors
/// [`Error::Conflict`] for a field that somebody else has changed; [`Error::Refused`] for one that breaks the rules of
/// the client file.
pub async fn edit_profile(
    database: &Database,
    actor: &Actor,
    submission: &Submission,
    typed: &Fields,
) -> Result<String, Error> {
    let latest = audit::of_client(database, submission.client_id, None, 1).await?.into_iter().next();
    change(database, actor, submission, "edit profile", move |client| {
        for field in of_form().filter(|field| is_edited(field, typed)) {
            let now = (field.written)(client);
            if one_line(&now) != one_line(&value(typed, &field.was())) && now != value(typed, field.name) {
                let by = latest
                    .as_ref()
                    .map(|change| format!("{} changed this at {}", change.administrator_login, time::show(change.at)));
                let by = by.unwrap_or_else(|| "This was changed".to_owned());
                let message = format!("{by}, while you were editing: it is “{now}” now. Open Edit again to change it.");
                return Err(Error::Conflict { field: field.name.to_owned(), message });
            }
        }
        with(client, typed)
    })
    .await
}

/// Whether the sender has changed a field. The others aren't written, since somebody else may have changed them.
fn is_edited(field: &ClientField, typed: &Fields) -> bool {
    // A form of another program may leave out fields.
    typed.contains_key(field.name) && one_line(&value(typed, field.name)) != one_line(&value(typed, &field.was()))
}

/// The text as a browser's one-line field holds it, trimmed.
fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], "").trim().to_owned()
}

/// Applies the edited fields, by the rules of the client file.
fn with(client: &client::Model, typed: &Fields) -> Result<client::Model, Error> {
    let text = |field: &ClientField| match field.presence {
        Presence::Optional if field.form && is_edited(field, typed) => {
            let text = (field.typed)(value(typed, field.name));
            text.map(Some).map_err(|problem| Error::refused(field.name, problem))
        }
        Presence::Optional => Ok(None),
        Presence::Required | Presence::InAddress => Ok(Some((field.written)(client))),
    };
    let values = TABLE.iter().map(|field| Ok(text(field)?.map(Value::String))).collect::<Result<_, Error>>()?;
    let read = fields::parse(Record::new(1, FIELDS, values)).map_err(|refusal| {
        let field = refusal.field.unwrap_or_default();
        let reason = refusal.reason;
        Error::refused(&field, format!("This {reason}.").replacen("This \"", "\"", 1))
    })?;
    // A field that was left empty becomes unknown.
    let read = read.into_client();
    let mut changed = client.clone();
    for field in of_form().filter(|field| is_edited(field, typed)) {
        (field.copy)(&mut changed, &read);
    }
    Ok(changed)
}

/// Changes a client and records the change, once per form.
async fn change(
    database: &Database,
    actor: &Actor,
    submission: &Submission,
    action: &'static str,
    change: impl FnOnce(&client::Model) -> Result<client::Model, Error>,
) -> Result<String, Error> {
    let transaction = database.write().await?;
    let before = store::lock(&transaction, submission.client_id).await?.ok_or_else(no_such_client)?;
    if form_answers::claim(&transaction, submission, "Saved.").await?.is_some() {
        return Ok("Already saved. Nothing was changed again.".to_owned());
    }
    let after = change(&before)?;
    let changed = store::update(&transaction, &before, &after).await?;
    if !changed.is_empty() {
        let state = |pick: fn(&(String, Value, Value)) -> (String, Value)| {
            Some(json!(changed.iter().map(pick).collect::<serde_json::Map<_, _>>()).to_string())
        };
        let entry = AuditEntry {
            action,
            client: Some(before.id),
            before: state(|(name, before, _)| (name.clone(), before.clone())),
            after: state(|(name, _, after)| (name.clone(), after.clone())),
        };
        audit::record(&transaction, actor, entry).await?;
        store::record_changes(&transaction, &[before.id]).await?;
    }
    transaction.commit().await?;
    Ok(if changed.is_empty() { "Nothing to save: no field has changed." } else { "Saved." }.to_owned())
}
