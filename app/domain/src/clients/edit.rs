//! Changes to clients by administrators.

use super::{
    no_such_client,
    profile::ProfileField,
    record,
    store::{self, client},
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
    let edited = edited(typed);
    let latest = audit::of_client(database, submission.client_id, None, 1).await?.into_iter().next();
    change(database, actor, submission, "edit profile", move |client| {
        for field in &edited {
            let now = written(client, *field);
            if one_line(&now) != one_line(&value(typed, &field.was())) && now != value(typed, field.word()) {
                let by = latest
                    .as_ref()
                    .map(|change| format!("{} changed this at {}", change.administrator_login, time::show(change.at)));
                let by = by.unwrap_or_else(|| "This was changed".to_owned());
                let message = format!("{by}, while you were editing: it is “{now}” now. Open Edit again to change it.");
                return Err(Error::Conflict { field: field.word().to_owned(), message });
            }
        }
        with(client, &edited, typed)
    })
    .await
}

/// The fields that the sender has changed. The others aren't written, since somebody else may have changed them.
fn edited(fields: &Fields) -> Vec<ProfileField> {
    let all = ProfileField::ALL.iter().copied();
    // A form of another program may leave out fields.
    all.filter(|field| fields.contains_key(field.word()))
        .filter(|field| one_line(&value(fields, field.word())) != one_line(&value(fields, &field.was())))
        .collect()
}

/// The text as a browser's one-line field holds it, trimmed.
fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], "").trim().to_owned()
}

/// The field's value as a client file has it.
pub fn written(client: &client::Model, field: ProfileField) -> String {
    match field {
        ProfileField::Site => client.site.clone(),
        ProfileField::Email => client.email.clone(),
        ProfileField::Region => client.region.clone(),
        ProfileField::Language => Some(client.language.clone()),
        ProfileField::Company => client.company.clone(),
        ProfileField::Name => client.name.clone(),
        ProfileField::ActivityType => client.activity_type.clone(),
        ProfileField::PropertyType => client.property_type.map(|kind| kind.word().to_owned()),
        ProfileField::PostalAddress => client.postal_address.clone(),
        ProfileField::EmailAccounting => client.email_accounting.clone(),
        ProfileField::SmsPrice => client.sms_price.map(|price| price.to_string()),
        ProfileField::BillingMode => Some(client.billing_mode.word().to_owned()),
        ProfileField::Activation => client.activation.map(|activation| activation.word().to_owned()),
        ProfileField::Referer => client.referer.clone(),
    }
    .unwrap_or_default()
}

/// Applies the edited fields, by the rules of the client file.
fn with(client: &client::Model, edited: &[ProfileField], typed: &Fields) -> Result<client::Model, Error> {
    let mut values: HashMap<&str, String> = HashMap::from([
        ("id", client.id.to_string()),
        ("login", client.login.clone()),
        ("currency", client.currency.clone()),
    ]);
    for field in edited {
        let mut text = value(typed, field.word());
        if *field == ProfileField::SmsPrice {
            text = text.trim().replace(',', ".");
        }
        values.insert(field.word(), text);
    }
    let values = record::FIELDS.iter().map(|name| values.remove(name).map(Value::String)).collect();
    let read = record::parse(Record::new(1, record::FIELDS, values)).map_err(|refusal| {
        let field = refusal.field.unwrap_or_default();
        let reason = refusal.reason;
        Error::refused(&field, format!("This {reason}.").replacen("This \"", "\"", 1))
    })?;
    // A field that was left empty becomes unknown.
    let read = read.into_client();
    let mut changed = client.clone();
    for field in edited {
        match field {
            ProfileField::Site => changed.site.clone_from(&read.site),
            ProfileField::Email => changed.email.clone_from(&read.email),
            ProfileField::Region => changed.region.clone_from(&read.region),
            ProfileField::Language => changed.language.clone_from(&read.language),
            ProfileField::Company => changed.company.clone_from(&read.company),
            ProfileField::Name => changed.name.clone_from(&read.name),
            ProfileField::ActivityType => changed.activity_type.clone_from(&read.activity_type),
            ProfileField::PropertyType => changed.property_type = read.property_type,
            ProfileField::PostalAddress => changed.postal_address.clone_from(&read.postal_address),
            ProfileField::EmailAccounting => changed.email_accounting.clone_from(&read.email_accounting),
            ProfileField::SmsPrice => changed.sms_price = read.sms_price,
            ProfileField::BillingMode => changed.billing_mode = read.billing_mode,
            ProfileField::Activation => changed.activation = read.activation,
            ProfileField::Referer => changed.referer.clone_from(&read.referer),
        }
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
        return Ok("This form was saved already. Nothing was changed again.".to_owned());
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
    Ok(if changed.is_empty() { "Saved: nothing was different." } else { "Saved." }.to_owned())
}
