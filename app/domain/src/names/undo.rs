//! Takes decisions back, for a few seconds after they were made.

use super::{
    NameStatus, NameVersion, UNDO_SECONDS,
    change::Change,
    decide::{ACCEPTED, versions},
    name::{self, NameId, changed_meanwhile, no_such_name},
    store::{self, status_change},
};
use crate::{actor::Actor, clients::store as clients, database::Database, mail};
use sea_orm::DatabaseTransaction;
use values::{
    error::Error,
    time::{self, Moment},
};

/// Takes back the author's decision of these names, and returns the message for the administrator. `decided` are the
/// versions before the decision. Mails about it are cancelled.
///
/// # Errors
/// [`Error::Conflict`] if none of the names can be taken back, or if a client has been notified.
pub async fn undo(database: &Database, author: &Actor, decided: &[String]) -> Result<String, Error> {
    let versions = versions(decided)?;
    let transaction = database.write().await?;
    clients::lock_all(&transaction, versions.iter().map(|version| version.client_id)).await?;
    let ids: Vec<NameId> = versions.iter().map(|version| NameId::new(version.client_id, &version.name)).collect();
    let mut names = store::find_all(&transaction, &ids).await?;
    let now = time::now();
    let (mut changes, mut kept) = (Vec::new(), Vec::new());
    for version in &versions {
        let id = NameId::new(version.client_id, &version.name);
        let name = names.remove(&id).ok_or_else(no_such_name)?;
        if let Err(problem) = may_take_back(&name, version, author, now) {
            kept.push(problem);
            continue;
        }
        let history = store::history_until(&transaction, &name, version.revision).await?;
        let before = status_before(history).ok_or_else(no_such_name)?;
        cancel_mail(&transaction, &name).await?;
        changes.push(Change { after: returned(&name, before, author, now), before: Some(name) });
    }
    let message = match changes.as_slice() {
        [] => return Err(Error::Conflict { field: String::new(), message: kept.join(" ") }),
        [one] => format!("{} is {} again.", one.after.name, one.after.status.label()),
        several => format!("{} names are as they were.", several.len()),
    };
    store::apply(&transaction, &changes, author).await?;
    transaction.commit().await?;
    Ok([vec![message], kept].concat().join(" "))
}

/// Checks that the newest change of a name is the author's decision about this version, and recent.
fn may_take_back(name: &name::Model, version: &NameVersion, author: &Actor, now: Moment) -> Result<(), String> {
    let decided = name.revision == version.revision + 1 && name.changed_at == name.status_at;
    if !decided || name.changed_by != author.login || !NameStatus::CURRENT.contains(&name.status) {
        return Err(format!("{} Nothing was taken back.", changed_meanwhile(name)));
    }
    if now - name.changed_at > ACCEPTED {
        return Err(format!("{} was decided more than {UNDO_SECONDS} seconds ago. Decide it again.", name.name));
    }
    Ok(())
}

async fn cancel_mail(transaction: &DatabaseTransaction, name: &name::Model) -> Result<(), Error> {
    if mail::store::cancel(transaction, name.client_id, mail::Topic::Names, name.changed_at).await? {
        return Ok(());
    }
    let message = format!("Client {} has been notified of {}. Nothing was taken back.", name.client_id, name.name);
    Err(Error::Conflict { field: String::new(), message })
}

/// The change that gave a name its status, of changes from the newest on. A status that was taken back before is as old
/// as it was at first.
fn status_before(mut history: Vec<status_change::Model>) -> Option<status_change::Model> {
    while let [newest, decided, first, ..] = history.as_slice()
        && (newest.status, &newest.reason) == (first.status, &first.reason)
        && newest.at - decided.at <= ACCEPTED
    {
        history.drain(..2);
    }
    history.into_iter().next()
}

/// The name with its former status, as old as it was, so that it returns to its place in the queue.
fn returned(name: &name::Model, before: status_change::Model, author: &Actor, now: Moment) -> name::Model {
    name::Model {
        status: before.status,
        reason: before.reason,
        revision: name.revision + 1,
        status_at: before.at,
        status_by: before.by,
        changed_at: now,
        changed_by: author.login.clone(),
        ..name.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ids::ClientId, names::change};
    use chrono::Duration;

    fn author(login: &str) -> Actor {
        Actor::without_account(login, "")
    }

    fn checked() -> (NameVersion, name::Model) {
        let signature = change::Signature { login: "olena", at: Moment::UNIX_EPOCH };
        let new =
            change::added(ClientId(7), "Shop", (NameStatus::New, None), Default::default(), None, signature).after;
        let version = NameVersion { client_id: ClientId(7), revision: 1, name: "Shop".to_owned() };
        (version, new.moved(NameStatus::Checked, None, signature))
    }

    #[test]
    fn a_decision_is_taken_back_by_its_author_alone_and_soon() {
        let (version, name) = checked();
        let at = |seconds| Moment::UNIX_EPOCH + Duration::seconds(seconds);
        assert_eq!(may_take_back(&name, &version, &author("olena"), at(8)), Ok(()));
        let problem = |login, seconds| may_take_back(&name, &version, &author(login), at(seconds)).unwrap_err();
        assert!(problem("olena", 60).contains("more than 8 seconds ago"));
        assert!(problem("marta", 1).starts_with("olena made it Checked at"));
        let older = NameVersion { revision: 0, ..version };
        assert!(may_take_back(&name, &older, &author("olena"), at(1)).is_err(), "another change came first");
    }

    fn step(name: &name::Model, revision: i64, seconds: i64, status: NameStatus) -> status_change::Model {
        status_change::Model {
            client_id: name.client_id,
            name_key: name.name_key.clone(),
            revision,
            at: Moment::UNIX_EPOCH + Duration::seconds(seconds),
            by: "import".to_owned(),
            status,
            reason: None,
        }
    }

    #[test]
    fn a_status_that_was_taken_back_before_is_as_old_as_at_first() {
        use NameStatus::{Checked, New};
        let (_, name) = checked();
        let steps = |times: [i64; 5]| {
            let [first, two, three, four, five] = times;
            let steps = [(5, five, New), (4, four, Checked), (3, three, New), (2, two, Checked), (1, first, New)];
            steps.map(|(revision, at, status)| step(&name, revision, at, status)).to_vec()
        };
        let revision = |times| status_before(steps(times)).unwrap().revision;
        assert_eq!(revision([0, 100, 105, 200, 203]), 1, "taken back twice");
        assert_eq!(revision([0, 100, 900, 1_000, 1_003]), 3, "returned, then taken back");
        assert_eq!(revision([0, 100, 105, 200, 900]), 5, "returned");
        assert_eq!(status_before(Vec::new()), None);
    }

    #[test]
    fn a_name_that_is_taken_back_is_as_old_as_it_was() {
        let (_, name) = checked();
        let before = step(&name, 1, 0, NameStatus::New);
        let returned = returned(&name, before, &author("olena"), Moment::UNIX_EPOCH + Duration::seconds(3));
        assert_eq!((returned.status, returned.status_at), (NameStatus::New, Moment::UNIX_EPOCH));
        assert_eq!((returned.status_by.as_str(), returned.changed_by.as_str()), ("import", "olena"));
        assert_eq!(returned.revision, 3);
    }
}
