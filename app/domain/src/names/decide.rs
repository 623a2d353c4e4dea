//! Decides names, one or several, of one client or several.

use super::{
    NameStatus, NameVersion, UNDO_SECONDS,
    change::{self, Change, Signature},
    look_alikes,
    name::{self, NameId, changed_meanwhile, no_such_name},
    notice, store,
};
use crate::{
    actor::Actor,
    clients::store as clients,
    database::Database,
    form_answers::{self, Submission},
    ids::ClientId,
    mail,
};
use chrono::Duration;
use sea_orm::DatabaseTransaction;
use std::collections::{BTreeMap, HashMap};
use values::{error::Error, time};

/// The most names in a decision: as many as a page may show.
pub const AT_ONCE: usize = 100;

/// The time in which [`super::undo`] takes a decision back, and its mail is held back. It is longer than pages offer
/// it, since the request takes a moment.
pub(super) const ACCEPTED: Duration = Duration::seconds(UNDO_SECONDS.cast_signed() + 4);

/// The decision that a form asks for.
#[derive(Debug)]
pub struct Decision {
    to: NameStatus,
    reason: Option<String>,
    notify: bool,
}

impl Decision {
    /// Reads a decision: the new status, the reason for a rejection, and whether to send mail to the clients.
    ///
    /// # Errors
    /// [`Error::Refused`] with the form's field.
    pub fn read(to: &str, reason: String, notify: bool) -> Result<Self, Error> {
        let to = to.parse().ok().filter(|to| NameStatus::CURRENT.contains(to));
        let to = to.ok_or_else(|| Error::refused("", "Choose New, Checked or Rejected."))?;
        if to == NameStatus::Rejected && reason.is_empty() {
            return Err(Error::refused("reason", "Enter a reason."));
        }
        // A reason goes with a rejection only.
        let reason = Some(reason).filter(|_| to == NameStatus::Rejected);
        Ok(Self { to, reason, notify })
    }
}

/// Decides names, and returns the message for the administrator. `ticked` are the versions that the administrator saw.
/// If two people decide the same name, the second one is shown the first decision and nothing is overwritten.
///
/// # Errors
/// [`Error::Conflict`] if others changed all of the names meanwhile; [`Error::Unconfirmed`] for names that look like
/// others.
pub async fn decide(
    database: &Database,
    author: &Actor,
    sent: &Submission,
    decision: &Decision,
    ticked: &[String],
) -> Result<String, Error> {
    let seen = versions(ticked)?;
    let transaction = database.write().await?;
    clients::lock_all(&transaction, seen.iter().map(|seen| seen.client_id)).await?;
    let ids: Vec<NameId> = seen.iter().map(|seen| NameId::new(seen.client_id, &seen.name)).collect();
    let names = store::find_all(&transaction, &ids).await?;
    // A repeated form stops here. It would find its own changes below.
    if form_answers::claim(&transaction, sent, "Decided.").await?.is_some() {
        return Ok("Already sent. Nothing was decided again.".to_owned());
    }

    let signature = Signature { login: &author.login, at: time::now() };
    let Judged { changes, skipped } = judge(&seen, names, decision, signature)?;
    let Some(first) = changes.first() else {
        let message = format!("{} Nothing was changed.", skipped.join(" "));
        return Err(Error::Conflict { field: String::new(), message });
    };
    confirm(&transaction, sent, &changes, decision).await?;
    let mut message = match changes.len() {
        1 => format!("{} is {} now.", first.after.name, decision.to.label()),
        several => format!("{several} names are {} now.", decision.to.label()),
    };
    store::apply(&transaction, &changes, author).await?;
    if decision.notify {
        notify(&transaction, database, sent, &changes, decision).await?;
        message.push_str(" A mail to the client is queued.");
    }
    if !skipped.is_empty() {
        message = format!("{message} Not decided: {}", skipped.join(" "));
    }
    transaction.commit().await?;
    Ok(message)
}

/// Parses the versions of a form.
pub(super) fn versions(ticked: &[String]) -> Result<Vec<NameVersion>, Error> {
    if ticked.is_empty() {
        return Err(Error::refused("", "Select at least one name."));
    }
    if ticked.len() > AT_ONCE {
        return Err(Error::refused("", format!("Select at most {AT_ONCE} names.")));
    }
    let seen: Result<Vec<NameVersion>, ()> = ticked.iter().map(|text| text.parse()).collect();
    let mut seen = seen.map_err(|()| no_such_name())?;
    seen.sort_unstable();
    seen.dedup();
    Ok(seen)
}

/// The changes of a decision, and the reasons why other names are skipped.
struct Judged {
    changes: Vec<Change>,
    skipped: Vec<String>,
}

/// Applies a decision in memory. Skips names that were changed meanwhile.
fn judge(
    seen: &[NameVersion],
    mut names: HashMap<NameId, name::Model>,
    decision: &Decision,
    signature: Signature<'_>,
) -> Result<Judged, Error> {
    let mut judged = Judged { changes: Vec::new(), skipped: Vec::new() };
    for seen in seen {
        let before = names.remove(&NameId::new(seen.client_id, &seen.name)).ok_or_else(no_such_name)?;
        if before.revision != seen.revision {
            judged.skipped.push(changed_meanwhile(&before));
        } else if let Err(problem) = change::may_move(before.status, decision.to) {
            judged.skipped.push(format!("{} {problem}.", before.name));
        } else {
            let after = before.moved(decision.to, decision.reason.clone(), signature);
            judged.changes.push(Change { before: Some(before), after });
        }
    }
    Ok(judged)
}

/// Asks for confirmation before names are checked that could be mistaken for others.
async fn confirm(
    transaction: &DatabaseTransaction,
    sent: &Submission,
    changes: &[Change],
    decision: &Decision,
) -> Result<(), Error> {
    let named: Vec<String> =
        changes.iter().map(|change| format!("{}.{}", change.after.client_id, change.after.name)).collect();
    let subject = format!("{} {}", decision.to.word(), named.join(" "));
    if decision.to != NameStatus::Checked || sent.confirmed.as_ref() == Some(&subject) {
        return Ok(());
    }
    let names: Vec<_> = changes.iter().map(|change| (change.after.client_id, change.after.name.as_str())).collect();
    let mut warnings = look_alikes::warnings(transaction, &names).await?;
    let questions: Vec<String> = changes
        .iter()
        .filter_map(|change| {
            let warnings = warnings.remove(&change.after.id())?;
            Some(format!("“{}” {}.", change.after.name, warnings.join(", and ")))
        })
        .collect();
    if questions.is_empty() {
        return Ok(());
    }
    Err(Error::Unconfirmed {
        question: format!("{} Check all the same?", questions.join(" ")),
        button: match changes {
            [one] => format!("Check {}", one.after.name),
            several => format!("Check {} names", several.len()),
        },
        confirmed: subject,
    })
}

/// Writes one mail to each client, about all of its names. It is held back while the decision can be taken back.
async fn notify(
    transaction: &DatabaseTransaction,
    database: &Database,
    sent: &Submission,
    changes: &[Change],
    decision: &Decision,
) -> Result<(), Error> {
    let mut names: BTreeMap<ClientId, Vec<&str>> = BTreeMap::new();
    for change in changes {
        names.entry(change.after.client_id).or_default().push(&change.after.name);
    }
    let ids: Vec<ClientId> = names.keys().copied().collect();
    let Some(decided) = changes.first().map(|change| change.after.changed_at) else { return Ok(()) };
    for client in clients::rows(database, &ids).await? {
        let Some(recipient) = client.email.as_ref().filter(|address| !address.is_empty()) else {
            let message = format!(
                "Client {} has no email address to notify. Clear Notify customer, or decide its names separately.",
                client.id
            );
            return Err(Error::refused("notify", message));
        };
        let name = client.name.as_deref().or(client.company.as_deref());
        let names = &names[&client.id];
        let text =
            notice::decided(&client.language, &client.login, name, names, decision.to, decision.reason.as_deref());
        let times = [decided, decided + ACCEPTED];
        mail::store::enqueue_until(transaction, client.id, &sent.idempotency_key, recipient, text, times).await?;
    }
    Ok(())
}
