//! Changes to a client's names that administrators make by hand. Native only; [`super::decide`] decides names.

use super::{
    NameStatus, Seen,
    change::{self, Change, Hand},
    look_alikes,
    name::{self, no_such_name, overtaken},
    rules::{self, Questionnaire},
    store, usage,
};
use crate::{
    actor::Actor,
    clients::{no_such_client, store as clients},
    database::Database,
    form_answers::{self, Submission},
    intake::{LineError, record::Record},
};
use sea_orm::DatabaseTransaction;
use serde_json::Value;
use std::collections::HashMap;
use values::{error::Error, time};

/// The names and values of a form's fields.
pub type Fields = HashMap<String, String>;

fn value<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map(String::as_str).unwrap_or_default()
}

/// Adds a name, which then waits to be checked.
pub async fn add(database: &Database, author: &Actor, sent: Submission, fields: &Fields) -> Result<String, Error> {
    change(database, author, sent, async move |work: &Work<'_>| {
        let name = name_of(fields)?;
        let questionnaire = questionnaire_of(fields)?;
        let before = free(work, &name).await?;
        confirm(work, &name, "Add").await?;
        let added = change::added(work.client_id, &name, (NameStatus::New, None), questionnaire, before, work.hand());
        Ok((format!("Added {name}: it waits to be checked."), vec![added]))
    })
    .await
}

/// Saves a name's questionnaire, and how it is written.
pub async fn save(database: &Database, author: &Actor, sent: Submission, fields: &Fields) -> Result<String, Error> {
    change(database, author, sent, async move |work: &Work<'_>| {
        let before = seen(work, fields).await?;
        let name = name_of(fields)?;
        let questionnaire = questionnaire_of(fields)?;
        if name != before.name {
            may_be_written_otherwise(work, &before).await?;
        }
        let mut after = if before.questionnaire() == questionnaire {
            before.clone()
        } else {
            before.filled_in(questionnaire.clone(), work.hand())
        };
        let changes = if rules::key(&name) != before.name_key {
            let removed = free(work, &name).await?;
            confirm(work, &name, "Save").await?;
            let standing = (before.status, before.reason.clone());
            let added = change::added(work.client_id, &name, standing, questionnaire, removed, work.hand());
            let gone = before.moved(NameStatus::Removed, None, work.hand());
            vec![Change { before: Some(before), after: gone }, added]
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
        let message =
            if changes.is_empty() { "Saved: nothing was different.".to_owned() } else { format!("Saved {name}.") };
        Ok((message, changes))
    })
    .await
}

/// Removes a name; one that was used is retired.
pub async fn remove(database: &Database, author: &Actor, sent: Submission, fields: &Fields) -> Result<String, Error> {
    change(database, author, sent, async move |work: &Work<'_>| {
        let before = seen(work, fields).await?;
        let name = &before.name;
        let (status, message) = if usage::is_used(work.transaction, before.client_id, &before.name_key).await? {
            (NameStatus::Retired, format!("Retired {name}: it stays in the reports."))
        } else {
            (NameStatus::Removed, format!("Removed {name}."))
        };
        if before.status == status {
            return Err(Error::refused("", format!("{name} is retired already.")));
        }
        let after = before.moved(status, None, work.hand());
        Ok((message, vec![Change { before: Some(before), after }]))
    })
    .await
}

/// A change that is under way, with its client locked.
struct Work<'a> {
    transaction: &'a DatabaseTransaction,
    client_id: i64,
    /// The name that the form's sender has confirmed.
    confirmed: Option<String>,
    author: &'a Actor,
    at: time::Moment,
}

impl Work<'_> {
    fn hand(&self) -> Hand<'_> {
        Hand { login: &self.author.login, at: self.at }
    }
}

/// Makes a change once for each form. `plan` says what was done, in words, and what to write.
async fn change(
    database: &Database,
    author: &Actor,
    sent: Submission,
    plan: impl AsyncFnOnce(&Work<'_>) -> Result<(String, Vec<Change>), Error>,
) -> Result<String, Error> {
    let transaction = database.write().await?;
    clients::lock(&transaction, sent.client_id).await?.ok_or_else(no_such_client)?;
    // Asked before anything else: a form that is sent again finds what it made itself.
    if form_answers::claim(&transaction, &sent, "Saved.").await?.is_some() {
        return Ok("This form was saved already. Nothing was changed again.".to_owned());
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

fn name_of(fields: &Fields) -> Result<String, Error> {
    let name = value(fields, "name").trim();
    rules::check(name).map_err(|problem| Error::refused("name", format!("This {problem}.")))?;
    Ok(name.to_owned())
}

/// What was typed into the questionnaire, by the rules of the name file.
fn questionnaire_of(fields: &Fields) -> Result<Questionnaire, Error> {
    const FIELDS: &[&str] = &["initiator", "registration_id", "contacts", "web_site", "subject"];
    let values = FIELDS.iter().map(|name| Some(Value::String(value(fields, name).to_owned())));
    rules::questionnaire(&mut Record::new(1, FIELDS, values.collect())).map_err(refused)
}

fn refused(refusal: LineError) -> Error {
    let LineError { field, reason, .. } = refusal;
    Error::refused(&field.unwrap_or_default(), format!("This {reason}.").replacen("This \"", "\"", 1))
}

/// The name that the form is about, if it is still as it was seen.
async fn seen(work: &Work<'_>, fields: &Fields) -> Result<name::Model, Error> {
    let seen: Seen = value(fields, "seen").parse().map_err(|()| no_such_name())?;
    let name = store::find(work.transaction, work.client_id, &seen.name).await?;
    let name = name.filter(|name| seen.client_id == name.client_id).ok_or_else(no_such_name)?;
    if name.revision != seen.revision {
        let message = format!("{} Nothing was changed: open it anew.", overtaken(&name));
        return Err(Error::Conflict { field: String::new(), message });
    }
    Ok(name)
}

/// The removed name that had this one's key, if there was one. Otherwise nobody may have it.
async fn free(work: &Work<'_>, name: &str) -> Result<Option<name::Model>, Error> {
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

/// What was checked, or sent under, is the text itself.
async fn may_be_written_otherwise(work: &Work<'_>, name: &name::Model) -> Result<(), Error> {
    let why = match name.status {
        NameStatus::Checked => "is Checked, and what was checked is how it is written",
        _ if usage::is_used(work.transaction, name.client_id, &name.name_key).await? => {
            "was sent under, and stays in the reports as it is written"
        }
        _ => return Ok(()),
    };
    Err(Error::refused("name", format!("“{}” {why}. Add another name instead.", name.name)))
}

/// Asks about a name that could be taken for another.
async fn confirm(work: &Work<'_>, name: &str, verb: &str) -> Result<(), Error> {
    if work.confirmed.as_deref() == Some(name) {
        return Ok(());
    }
    let mut warnings = look_alikes::warnings(work.transaction, &[(work.client_id, name)]).await?;
    let Some(warnings) = warnings.remove(&(work.client_id, rules::key(name))) else {
        return Ok(());
    };
    Err(Error::Unconfirmed {
        question: format!("“{name}” {}. {verb} it all the same?", warnings.join(", and ")),
        button: format!("{verb} {name}"),
        confirmed: name.to_owned(),
    })
}
