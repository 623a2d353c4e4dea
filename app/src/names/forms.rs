//! `POST /names/decide`: what becomes of names, one or several, of one client or several. Native only.

use crate::{
    admins::visitor::Caller,
    client::{
        forms::{Form as Filled, Page, Posted, answer, text},
        names::{
            NameStatus, Seen,
            change::{self, Change, Hand},
            forms::{no_such_name, overtaken},
            likeness, notice, rules,
            store::{self, Key, name},
        },
        store::{self as answers, Sent},
    },
    clients::store as clients,
    error::Error,
    frame::forms::KIB,
    mail,
    values::time,
};
use axum::response::Response;
use sea_orm::DatabaseTransaction;
use std::collections::{BTreeMap, HashMap};

/// How many names are decided at once: as many as a page may show.
const AT_ONCE: usize = 100;
/// The most fields of the form. A few more names than may be decided are still told so.
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
    let filled = Filled {
        name: if value("ticked").is_empty() { "decide" } else { "decide-ticked" },
        page: Page::Names,
        key: &key,
        confirmed: &confirmed,
        typed,
    };
    let to = value("to");
    let (reason, notify) = (value("reason"), value("notify") == "true");
    answer(sender, &filled, |caller, sent| {
        let filled = &filled;
        async move {
            // The button that confirms says nothing else.
            let to = sent.confirmed.as_deref().and_then(|subject| subject.split(' ').next()).unwrap_or(&to);
            let decision = Decision::read(to, &reason, notify)?;
            make(&caller, &sent, filled, &decision, &ticked).await
        }
    })
    .await
}

/// What is asked for.
struct Decision {
    to: NameStatus,
    reason: Option<String>,
    notify: bool,
}

impl Decision {
    fn read(to: &str, reason: &str, notify: bool) -> Result<Self, Error> {
        let to = to.parse().ok().filter(|to| NameStatus::CURRENT.contains(to));
        let to = to.ok_or_else(|| Error::refused("", "Say what the names become: New, Checked or Rejected."))?;
        let reason = text("reason", reason)?;
        if to == NameStatus::Rejected && reason.is_empty() {
            return Err(Error::refused("reason", "Say why: without a reason no name is rejected."));
        }
        // One that was typed and then not needed says nothing about a checked name.
        let reason = Some(reason).filter(|_| to == NameStatus::Rejected);
        Ok(Self { to, reason, notify })
    }
}

async fn make(
    caller: &Caller,
    sent: &Sent,
    form: &Filled<'_>,
    decision: &Decision,
    ticked: &[String],
) -> Result<String, Error> {
    if ticked.is_empty() {
        return Err(Error::refused("", "Tick the names that are meant, at the end of their rows."));
    }
    if ticked.len() > AT_ONCE {
        return Err(Error::refused("", format!("At most {AT_ONCE} names are decided at once.")));
    }
    let seen: Result<Vec<Seen>, ()> = ticked.iter().map(|text| text.parse()).collect();
    let mut seen = seen.map_err(|()| no_such_name())?;
    seen.sort_unstable();
    seen.dedup();

    let transaction = caller.services.database.write().await?;
    clients::lock_all(&transaction, seen.iter().map(|seen| seen.client_id)).await?;
    let keys: Vec<Key> = seen.iter().map(|seen| (seen.client_id, rules::key(&seen.name))).collect();
    let keys: Vec<(i64, &str)> = keys.iter().map(|(client_id, key)| (*client_id, key.as_str())).collect();
    let names = store::find_all(&transaction, &keys).await?;
    // Asked before anything else: a form that is sent again finds what it made itself.
    if answers::claim(&transaction, sent, &form.answer(Ok("Decided.".to_owned()))).await?.is_some() {
        return Ok("This form was sent already. Nothing was decided again.".to_owned());
    }

    let author = caller.author();
    let hand = Hand { login: &author.login, at: time::now() };
    let Judged { changes, left } = judge(&seen, names, decision, hand)?;
    let Some(first) = changes.first() else {
        let message = format!("{} Nothing was changed.", left.join(" "));
        return Err(Error::Conflict { field: String::new(), message });
    };
    confirm(&transaction, sent, &changes, decision).await?;
    let mut message = match changes.len() {
        1 => format!("{} is {} now.", first.after.name, decision.to.label()),
        several => format!("{several} names are {} now.", decision.to.label()),
    };
    store::apply(&transaction, &changes, &author).await?;
    if decision.notify {
        notify(&transaction, caller, sent, &changes, decision).await?;
        message.push_str(" The client is notified by mail.");
    }
    if !left.is_empty() {
        message = format!("{message} Not decided: {}", left.join(" "));
    }
    transaction.commit().await?;
    Ok(message)
}

/// What becomes of the names, and of which nothing does, with the reasons.
struct Judged {
    changes: Vec<Change>,
    left: Vec<String>,
}

fn judge(
    seen: &[Seen],
    mut names: HashMap<Key, name::Model>,
    decision: &Decision,
    hand: Hand<'_>,
) -> Result<Judged, Error> {
    let mut judged = Judged { changes: Vec::new(), left: Vec::new() };
    for seen in seen {
        let before = names.remove(&(seen.client_id, rules::key(&seen.name))).ok_or_else(no_such_name)?;
        if before.revision != seen.revision {
            judged.left.push(overtaken(&before));
        } else if let Err(problem) = change::may_move(before.status, decision.to) {
            judged.left.push(format!("{} {problem}.", before.name));
        } else {
            let after = before.moved(decision.to, decision.reason.clone(), hand);
            judged.changes.push(Change { before: Some(before), after });
        }
    }
    Ok(judged)
}

/// Asks about names that could be taken for others, before they are checked.
async fn confirm(
    transaction: &DatabaseTransaction,
    sent: &Sent,
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
    let mut warnings = likeness::warnings(transaction, &names).await?;
    let told: Vec<String> = changes
        .iter()
        .filter_map(|change| {
            let warnings = warnings.remove(&change.after.key())?;
            Some(format!("“{}” {}.", change.after.name, warnings.join(", and ")))
        })
        .collect();
    if told.is_empty() {
        return Ok(());
    }
    Err(Error::Unconfirmed {
        question: format!("{} Check all the same?", told.join(" ")),
        button: match changes {
            [one] => format!("Check {}", one.after.name),
            several => format!("Check {} names", several.len()),
        },
        confirmed: subject,
    })
}

/// One mail to each client, about all of its names.
async fn notify(
    transaction: &DatabaseTransaction,
    caller: &Caller,
    sent: &Sent,
    changes: &[Change],
    decision: &Decision,
) -> Result<(), Error> {
    let mut names: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
    for change in changes {
        names.entry(change.after.client_id).or_default().push(&change.after.name);
    }
    let ids: Vec<i64> = names.keys().copied().collect();
    for client in clients::rows(&caller.services.database, &ids).await? {
        let Some(recipient) = client.email.as_ref().filter(|address| !address.is_empty()) else {
            let message = format!(
                "Client {} has no e-mail address to be notified at. Untick this, or decide its names apart.",
                client.id
            );
            return Err(Error::refused("notify", message));
        };
        let called = client.name.as_deref().or(client.company.as_deref());
        let names = &names[&client.id];
        let text =
            notice::decided(&client.language, &client.login, called, names, decision.to, decision.reason.as_deref());
        mail::store::enqueue(transaction, client.id, &sent.idempotency_key, recipient, text).await?;
    }
    Ok(())
}
