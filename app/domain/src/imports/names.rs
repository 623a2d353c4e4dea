//! Batches of names into the database. Native only.
//!
//! What a person has decided isn't undone by sending a line again: `New` is for names that aren't there yet, and only
//! a step that an administrator could take is taken.

use crate::{
    actor::Actor,
    administrators::scope::Scope,
    clients::store as clients,
    intake::{
        LineError, Outcome,
        writer::{BatchError, Line},
    },
    names::{
        NameStatus,
        change::{self, Change, Signature},
        look_alikes,
        name::{self, Key},
        record::NameLine,
        rules::{self, Questionnaire},
        store,
    },
};
use sea_orm::DatabaseTransaction;
use std::collections::{HashMap, HashSet};
use values::time;

/// A good number of lines for a batch.
pub const BATCH: usize = 4_000;

impl Line for NameLine {
    async fn write(batch: &[Self], transaction: &DatabaseTransaction, author: &Actor) -> Result<Outcome, BatchError> {
        let locked = clients::lock_all(transaction, batch.iter().map(|line| line.client_id)).await?;
        let locked: HashSet<i64> = locked.into_iter().map(|(id, _)| id).collect();
        let keys: Vec<Key> = batch.iter().map(|line| (line.client_id, rules::key(&line.name))).collect();
        let wanted: HashSet<(i64, &str)> = keys.iter().map(|(client_id, key)| (*client_id, key.as_str())).collect();
        let before = store::find_all(transaction, &wanted.into_iter().collect::<Vec<_>>()).await?;

        let mut outcome = Outcome::default();
        let (mut lines, mut changes): (Vec<u64>, Vec<Change>) = Default::default();
        // Several lines may be about one name.
        let mut newest: HashMap<&Key, usize> = HashMap::new();
        let hand = Signature { login: &author.login, at: time::now() };
        for (line, key) in batch.iter().zip(&keys) {
            let current = newest.get(key).map(|change| &changes[*change].after).or_else(|| before.get(key));
            match judge(line, &locked, current, hand) {
                Ok(Some(name)) if !line.may_decide && is_decided(current, &name) => {
                    return Err(Scope::NamesDecide.is_needed_for("status").into());
                }
                Ok(Some(name)) => {
                    outcome.accepted += 1;
                    let change = in_one_step(current.cloned(), name);
                    newest.insert(key, changes.len());
                    lines.push(line.line);
                    changes.push(change);
                }
                Ok(None) => outcome.repeated += 1,
                Err(refusal) => outcome.refusals.push(refusal),
            }
        }
        store::apply(transaction, &changes, author).await?;
        outcome.warnings = warnings(transaction, &lines, &changes).await?;
        Ok(outcome)
    }
}

/// The name that a line makes of what is there; none when it is as the line says already.
fn judge(
    line: &NameLine,
    clients: &HashSet<i64>,
    current: Option<&name::Model>,
    hand: Signature<'_>,
) -> Result<Option<name::Model>, LineError> {
    let refuse = |field: &str, reason: String| LineError::new(line.line, Some(field), reason);
    if !clients.contains(&line.client_id) {
        return Err(refuse("client_id", format!("{} is no client: import clients first", line.client_id)));
    }
    let Some(current) = current.filter(|current| current.status != NameStatus::Removed) else {
        let status = line.status.clone().unwrap_or((NameStatus::New, None));
        let questionnaire = line.questionnaire.clone();
        let removed = current.cloned();
        return Ok(Some(change::added(line.client_id, &line.name, status, questionnaire, removed, hand).after));
    };
    if current.name != line.name {
        let reason = format!("is there as “{}” already: names of a client differ by more than case", current.name);
        return Err(refuse("name", reason));
    }
    if current.status == NameStatus::Retired {
        return Err(refuse("name", "was retired: return it to New on the client's page first".to_owned()));
    }
    let mut name = current.clone();
    match &line.status {
        // It was sent as new before somebody decided it.
        None | Some((NameStatus::New, _)) => {}
        Some((status, reason)) if *status == name.status && *reason == name.reason => {}
        Some((status, reason)) => {
            if *status != name.status {
                change::may_move(name.status, *status).map_err(|problem| refuse("status", problem))?;
            }
            name = name.moved(*status, reason.clone(), hand);
        }
    }
    // What the line doesn't know somebody may have filled in since.
    let questionnaire = merged(line.questionnaire.clone(), name.questionnaire());
    if name.questionnaire() != questionnaire {
        name = name.filled_in(questionnaire, hand);
    }
    Ok((name != *current).then_some(name))
}

/// Whether a name is checked or rejected, or rejected for another reason, by what a line makes of it.
fn is_decided(current: Option<&name::Model>, name: &name::Model) -> bool {
    let standing = |name: &name::Model| (name.status, name.reason.clone());
    matches!(name.status, NameStatus::Checked | NameStatus::Rejected)
        && current.is_none_or(|current| standing(current) != standing(name))
}

/// What a line says of the questionnaire, and where it says nothing, what is there.
fn merged(said: Questionnaire, there: Questionnaire) -> Questionnaire {
    let mut there = there.into_iter();
    said.map(|answer| answer.or(there.next().flatten()))
}

/// What a line says of a name is one change of it.
fn in_one_step(before: Option<name::Model>, mut after: name::Model) -> Change {
    after.revision = before.as_ref().map_or(1, |before| before.revision + 1);
    Change { before, after }
}

/// What somebody should know of names that came in or were checked: by line.
async fn warnings(
    transaction: &DatabaseTransaction,
    lines: &[u64],
    changes: &[Change],
) -> Result<Vec<LineError>, BatchError> {
    let told = |change: &Change| {
        let is_new = change.before.as_ref().is_none_or(|before| before.status != change.after.status);
        is_new && matches!(change.after.status, NameStatus::New | NameStatus::Checked)
    };
    let told: Vec<(u64, &name::Model)> = lines
        .iter()
        .zip(changes)
        .filter(|(_, change)| told(change))
        .map(|(line, change)| (*line, &change.after))
        .collect();
    let names: Vec<_> = told.iter().map(|(_, name)| (name.client_id, name.name.as_str())).collect();
    let mut found: HashMap<Key, Vec<String>> = look_alikes::warnings(transaction, &names).await?;
    Ok(told
        .into_iter()
        .flat_map(|(line, name)| {
            let warnings = found.remove(&name.key()).unwrap_or_default();
            warnings.into_iter().map(move |reason| LineError::new(line, Some("name"), reason))
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use values::time::Moment;

    const HAND: Signature<'static> = Signature { login: "gateway", at: Moment::UNIX_EPOCH };

    fn line(status: Option<(NameStatus, Option<&str>)>) -> NameLine {
        NameLine {
            line: 2,
            client_id: 7,
            name: "Shop".to_owned(),
            status: status.map(|(status, reason)| (status, reason.map(str::to_owned))),
            questionnaire: Default::default(),
            may_decide: true,
        }
    }

    fn there(status: NameStatus, reason: Option<&str>) -> name::Model {
        let standing = (status, reason.map(str::to_owned));
        change::added(7, "Shop", standing, Default::default(), None, HAND).after
    }

    fn judged(line: &NameLine, current: Option<&name::Model>) -> Result<Option<name::Model>, String> {
        judge(line, &HashSet::from([7]), current, HAND).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn a_decision_is_not_undone_by_sending_the_line_again() {
        for current in [there(NameStatus::Checked, None), there(NameStatus::Rejected, Some("taken"))] {
            for status in [None, Some((NameStatus::New, None))] {
                assert_eq!(judged(&line(status), Some(&current)), Ok(None));
            }
        }
        let rejected = there(NameStatus::Rejected, Some("taken"));
        assert_eq!(judged(&line(Some((NameStatus::Rejected, Some("taken")))), Some(&rejected)), Ok(None));
        let refused = judged(&line(Some((NameStatus::Checked, None))), Some(&rejected)).unwrap_err();
        assert_eq!(refused, "line 2: status: is Rejected: return it to New first");
    }

    #[test]
    fn a_line_takes_the_steps_that_an_administrator_could() {
        let checked = judged(&line(Some((NameStatus::Checked, None))), Some(&there(NameStatus::New, None)));
        let checked = checked.unwrap().unwrap();
        assert_eq!((checked.status, checked.revision, checked.status_by.as_str()), (NameStatus::Checked, 2, "gateway"));
        let rejected = judged(&line(Some((NameStatus::Rejected, Some("why")))), Some(&checked)).unwrap().unwrap();
        assert_eq!(rejected.reason.as_deref(), Some("why"));
        let other = judged(&line(Some((NameStatus::Rejected, Some("better")))), Some(&rejected)).unwrap().unwrap();
        assert_eq!(other.reason.as_deref(), Some("better"));
    }

    #[test]
    fn what_a_line_does_not_know_stays_as_it_is() {
        let mut told = line(None);
        told.questionnaire[0] = Some("Blue Heron".to_owned());
        let name = judged(&told, Some(&there(NameStatus::New, None))).unwrap().unwrap();
        assert_eq!(judged(&line(None), Some(&name)), Ok(None));
        let mut more = line(None);
        more.questionnaire[4] = Some("Orders".to_owned());
        let name = judged(&more, Some(&name)).unwrap().unwrap();
        assert_eq!((name.initiator.as_deref(), name.subject.as_deref()), (Some("Blue Heron"), Some("Orders")));
    }

    #[test]
    fn what_is_not_there_or_is_there_otherwise_is_told() {
        let unknown = judge(&line(None), &HashSet::new(), None, HAND).unwrap_err().to_string();
        assert_eq!(unknown, "line 2: client_id: 7 is no client: import clients first");
        let mut spelled = line(None);
        spelled.name = "SHOP".to_owned();
        let refused = judged(&spelled, Some(&there(NameStatus::New, None))).unwrap_err();
        assert!(refused.contains("is there as “Shop” already"), "{refused}");
        let refused = judged(&line(None), Some(&there(NameStatus::Retired, None))).unwrap_err();
        assert!(refused.contains("was retired"), "{refused}");
        let back = judged(&line(None), Some(&there(NameStatus::Removed, None))).unwrap().unwrap();
        assert_eq!((back.status, back.revision), (NameStatus::New, 2));
    }
}
