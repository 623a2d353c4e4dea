//! Changes to a client's names from forms. [`super::decide`] decides names.

use super::{
    NameStatus, NameVersion,
    change::{self, Change, Signature},
    look_alikes,
    name::{self, NameId, changed_meanwhile, no_such_name},
    rules::{self, Questionnaire},
    store, usage,
};
use crate::{
    actor::Actor,
    clients::{no_such_client, store as clients},
    database::Database,
    form_answers::{self, Submission},
    ids::ClientId,
    intake::{LineError, record::Record},
};
use sea_orm::DatabaseTransaction;
use serde_json::Value;
use std::collections::HashMap;
use values::{error::Error, time};

/// The names and values of a form's fields.
pub type Fields = HashMap<String, String>;

/// The value of a field, or an empty text.
fn value<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map(String::as_str).unwrap_or_default()
}

/// Adds a name with the status New.
pub async fn add(database: &Database, author: &Actor, sent: Submission, fields: &Fields) -> Result<String, Error> {
    change(database, author, sent, async move |work: &Work<'_>| {
        let name = name_of(fields)?;
        let questionnaire = questionnaire_of(fields)?;
        let removed = removed_or_free(work, &name).await?;
        confirm(work, &name, "Add").await?;
        let added =
            change::added(work.client_id, &name, (NameStatus::New, None), questionnaire, removed, work.signature());
        Ok((format!("Added {name}. It is waiting for a decision."), vec![added]))
    })
    .await
}

/// Saves a name's questionnaire and its spelling.
pub async fn save(database: &Database, author: &Actor, sent: Submission, fields: &Fields) -> Result<String, Error> {
    change(database, author, sent, async move |work: &Work<'_>| {
        let before = seen(work, fields).await?;
        let name = name_of(fields)?;
        let questionnaire = questionnaire_of(fields)?;
        if name != before.name {
            may_be_respelled(work, &before).await?;
        }
        let mut after = if before.questionnaire() == questionnaire {
            before.clone()
        } else {
            before.filled_in(questionnaire.clone(), work.signature())
        };
        let changes = if rules::key(&name) != before.name_key {
            let removed = removed_or_free(work, &name).await?;
            confirm(work, &name, "Save").await?;
            let status = (before.status, before.reason.clone());
            let added = change::added(work.client_id, &name, status, questionnaire, removed, work.signature());
            let old = before.moved(NameStatus::Removed, None, work.signature());
            vec![Change { before: Some(before), after: old }, added]
        } else if name == before.name && after == before {
            Vec::new()
        } else {
            if name != before.name {
                after.name.clone_from(&name);
                after.revision = before.revision + 1;
                after.changed_at = work.at;
                work.author.login.clone_into(&mut after.changed_by);
            }
            vec![Change { before: Some(before), after }]
        };
        let message = if changes.is_empty() {
            "Nothing to save: no field has changed.".to_owned()
        } else {
            format!("Saved {name}.")
        };
        Ok((message, changes))
    })
    .await
}

/// Removes a name, or retires it if it was used.
pub async fn remove(database: &Database, author: &Actor, sent: Submission, fields: &Fields) -> Result<String, Error> {
    change(database, author, sent, async move |work: &Work<'_>| {
        let before = seen(work, fields).await?;
        let name = &before.name;
        let (status, message) = if usage::is_used(work.transaction, before.client_id, &before.name_key).await? {
            (NameStatus::Retired, format!("Retired {name}. It stays in reports."))
        } else {
            (NameStatus::Removed, format!("Removed {name}."))
        };
        if before.status == status {
            return Err(Error::refused("", format!("{name} is retired already.")));
        }
        let after = before.moved(status, None, work.signature());
        Ok((message, vec![Change { before: Some(before), after }]))
    })
    .await
}

/// A change in progress. The client is locked.
struct Work<'a> {
    transaction: &'a DatabaseTransaction,
    client_id: ClientId,
    /// The name that the form confirms.
    confirmed: Option<String>,
    author: &'a Actor,
    at: time::Moment,
}

impl Work<'_> {
    fn signature(&self) -> Signature<'_> {
        Signature { login: &self.author.login, at: self.at }
    }
}

/// Makes a change once for each form. `plan` returns the message for the administrator and the changes to write.
async fn change(
    database: &Database,
    author: &Actor,
    sent: Submission,
    plan: impl AsyncFnOnce(&Work<'_>) -> Result<(String, Vec<Change>), Error>,
) -> Result<String, Error> {
    let transaction = database.write().await?;
    clients::lock(&transaction, sent.client_id).await?.ok_or_else(no_such_client)?;
    // A repeated form stops here. It would find its own changes below.
    if form_answers::claim(&transaction, &sent, "Saved.").await?.is_some() {
        return Ok("Already saved. Nothing was changed again.".to_owned());
    }
    let work = Work {
        transaction: &transaction,
        client_id: sent.client_id,
        confirmed: sent.confirmed,
        author,
        at: time::now(),
    };
    let (message, changes) = plan(&work).await?;
    store::apply(&transaction, &changes, author).await?;
    transaction.commit().await?;
    Ok(message)
}

/// Reads the field with the name, and checks it.
fn name_of(fields: &Fields) -> Result<String, Error> {
    let name = value(fields, "name").trim();
    rules::check(name).map_err(|problem| Error::refused("name", format!("This {problem}.")))?;
    Ok(name.to_owned())
}

/// Reads the fields of the questionnaire. The rules are those of the name file.
fn questionnaire_of(fields: &Fields) -> Result<Questionnaire, Error> {
    const FIELDS: &[&str] = &["initiator", "registration_id", "contacts", "web_site", "subject"];
    let values = FIELDS.iter().map(|name| Some(Value::String(value(fields, name).to_owned())));
    rules::questionnaire(&mut Record::new(1, FIELDS, values.collect())).map_err(refused)
}

/// Makes the error of a form from that of a record.
fn refused(refusal: LineError) -> Error {
    let LineError { field, reason, .. } = refusal;
    Error::refused(&field.unwrap_or_default(), format!("This {reason}.").replacen("This \"", "\"", 1))
}

/// Finds the name of the form, if nobody has changed it since it was shown.
async fn seen(work: &Work<'_>, fields: &Fields) -> Result<name::Model, Error> {
    let seen: NameVersion = value(fields, "seen").parse().map_err(|()| no_such_name())?;
    let name = store::find(work.transaction, work.client_id, &seen.name).await?;
    let name = name.filter(|name| seen.client_id == name.client_id).ok_or_else(no_such_name)?;
    if name.revision != seen.revision {
        let message = format!("{} Nothing was changed: open it again.", changed_meanwhile(&name));
        return Err(Error::Conflict { field: String::new(), message });
    }
    Ok(name)
}

/// Finds the removed name with the same key, if there is one.
///
/// # Errors
/// [`Error::Refused`] if the client has a name with this key.
async fn removed_or_free(work: &Work<'_>, name: &str) -> Result<Option<name::Model>, Error> {
    match store::find(work.transaction, work.client_id, name).await? {
        Some(other) if other.status != NameStatus::Removed => {
            let (other, status) = (other.name, other.status.label());
            let message = format!(
                "This client has “{other}” already, and it is {status}: names differ by more than case. Open that one."
            );
            Err(Error::refused("name", message))
        }
        removed => Ok(removed),
    }
}

/// Checks that the spelling of a name may change. The text of a checked or used name is fixed.
async fn may_be_respelled(work: &Work<'_>, name: &name::Model) -> Result<(), Error> {
    let reason = match name.status {
        NameStatus::Checked => "is Checked, and what was checked is how it is written",
        _ if usage::is_used(work.transaction, name.client_id, &name.name_key).await? => {
            "was sent under, and stays in the reports as it is written"
        }
        _ => return Ok(()),
    };
    Err(Error::refused("name", format!("“{}” {reason}. Add another name instead.", name.name)))
}

/// Asks for confirmation of a name that could be mistaken for another.
async fn confirm(work: &Work<'_>, name: &str, verb: &str) -> Result<(), Error> {
    if work.confirmed.as_deref() == Some(name) {
        return Ok(());
    }
    let mut warnings = look_alikes::warnings(work.transaction, &[(work.client_id, name)]).await?;
    let Some(warnings) = warnings.remove(&NameId::new(work.client_id, name)) else {
        return Ok(());
    };
    Err(Error::Unconfirmed {
        question: format!("“{name}” {}. {verb} it all the same?", warnings.join(", and ")),
        button: format!("{verb} {name}"),
        confirmed: name.to_owned(),
    })
}
