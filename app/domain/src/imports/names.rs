//! Writes batches of names.
//!
//! A repeated line doesn't undo an administrator's decision: the status `New` only adds names, and other changes must
//! be ones that an administrator could make.

use crate::{
    actor::Actor,
    administrators::scope::Scope,
    clients::store as clients,
    ids::ClientId,
    intake::{
        LineError, Outcome,
        writer::{BatchError, Line},
    },
    names::{
        NameStatus,
        change::{self, Change, Signature},
        look_alikes,
        name::{self, NameId},
        record::NameLine,
        rules::Questionnaire,
        store,
    },
};
use sea_orm::DatabaseTransaction;
use std::collections::{HashMap, HashSet};
use values::time;

/// The recommended size of a batch.
pub const BATCH: usize = 4_000;

impl Line for NameLine {
    async fn write(batch: &[Self], transaction: &DatabaseTransaction, author: &Actor) -> Result<Outcome, BatchError> {
        let locked = clients::lock_all(transaction, batch.iter().map(|line| line.client_id)).await?;
        let locked: HashSet<ClientId> = locked.into_iter().map(|(id, _)| id).collect();
        let ids: Vec<NameId> = batch.iter().map(|line| NameId::new(line.client_id, &line.name)).collect();
        let mut wanted = ids.clone();
        wanted.sort_unstable();
        wanted.dedup();
        let before = store::find_all(transaction, &wanted).await?;

        let mut outcome = Outcome::default();
        let (mut lines, mut changes): (Vec<u64>, Vec<Change>) = Default::default();
        // Several lines may be about one name, so this finds its latest change.
        let mut newest: HashMap<&NameId, usize> = HashMap::new();
        let signature = Signature { login: &author.login, at: time::now() };
        for (line, id) in batch.iter().zip(&ids) {
            let current = newest.get(id).map(|change| &changes[*change].after).or_else(|| before.get(id));
            match judge(line, &locked, current, signature) {
                Ok(Some(name)) if !line.may_decide && is_decided(current, &name) => {
                    return Err(Scope::NamesDecide.is_needed_for("status").into());
                }
                Ok(Some(name)) => {
                    outcome.accepted += 1;
                    let change = in_one_step(current.cloned(), name);
                    newest.insert(id, changes.len());
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

/// The name after a line. `None` when the line changes nothing.
fn judge(
    line: &NameLine,
    clients: &HashSet<ClientId>,
    current: Option<&name::Model>,
    signature: Signature<'_>,
) -> Result<Option<name::Model>, LineError> {
    let refuse = |field: &str, reason: String| LineError::new(line.line, Some(field), reason);
    if !clients.contains(&line.client_id) {
        return Err(refuse("client_id", format!("{} is no client: import clients first", line.client_id)));
    }
    let Some(current) = current.filter(|current| current.status != NameStatus::Removed) else {
        let status = line.status.clone().unwrap_or((NameStatus::New, None));
        let questionnaire = line.questionnaire.clone();
        let removed = current.cloned();
        return Ok(Some(change::added(line.client_id, &line.name, status, questionnaire, removed, signature).after));
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
        // The line may date from before the decision.
        None | Some((NameStatus::New, _)) => {}
        Some((status, reason)) if *status == name.status && *reason == name.reason => {}
        Some((status, reason)) => {
            if *status != name.status {
                change::may_move(name.status, *status).map_err(|problem| refuse("status", problem))?;
            }
            name = name.moved(*status, reason.clone(), signature);
        }
    }
    // Answers that the line lacks may have been filled in by somebody.
    let questionnaire = merged(line.questionnaire.clone(), name.questionnaire());
    if name.questionnaire() != questionnaire {
        name = name.filled_in(questionnaire, signature);
    }
    Ok((name != *current).then_some(name))
}

/// Whether a line checks or rejects a name, or changes the reason of a rejection.
fn is_decided(current: Option<&name::Model>, name: &name::Model) -> bool {
    let decision = |name: &name::Model| (name.status, name.reason.clone());
    matches!(name.status, NameStatus::Checked | NameStatus::Rejected)
        && current.is_none_or(|current| decision(current) != decision(name))
}

/// The line's answers, completed by those of the name.
fn merged(line: Questionnaire, name: Questionnaire) -> Questionnaire {
    let mut name = name.into_iter();
    line.map(|answer| answer.or(name.next().flatten()))
}

/// Makes one change, with one new revision, of everything that a line changes.
fn in_one_step(before: Option<name::Model>, mut after: name::Model) -> Change {
    after.revision = before.as_ref().map_or(1, |before| before.revision + 1);
    Change { before, after }
}

/// Warnings about look-alikes of names that were added or checked, by line.
async fn warnings(
    transaction: &DatabaseTransaction,
    lines: &[u64],
    changes: &[Change],
) -> Result<Vec<LineError>, BatchError> {
    let is_relevant = |change: &Change| {
        let is_new = change.before.as_ref().is_none_or(|before| before.status != change.after.status);
        is_new && matches!(change.after.status, NameStatus::New | NameStatus::Checked)
    };
    let relevant: Vec<(u64, &name::Model)> = lines
        .iter()
        .zip(changes)
        .filter(|(_, change)| is_relevant(change))
        .map(|(line, change)| (*line, &change.after))
        .collect();
    let names: Vec<_> = relevant.iter().map(|(_, name)| (name.client_id, name.name.as_str())).collect();
    let mut found: HashMap<NameId, Vec<String>> = look_alikes::warnings(transaction, &names).await?;
    Ok(relevant
        .into_iter()
        .flat_map(|(line, name)| {
            let warnings = found.remove(&name.id()).unwrap_or_default();
            warnings.into_iter().map(move |reason| LineError::new(line, Some("name"), reason))
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use values::time::Moment;

    const SIGNATURE: Signature<'static> = Signature { login: "gateway", at: Moment::UNIX_EPOCH };

    fn line(status: Option<(NameStatus, Option<&str>)>) -> NameLine {
        NameLine {
            line: 2,
            client_id: ClientId(7),
            name: "Shop".to_owned(),
            status: status.map(|(status, reason)| (status, reason.map(str::to_owned))),
            questionnaire: Default::default(),
            may_decide: true,
        }
    }

    fn existing(status: NameStatus, reason: Option<&str>) -> name::Model {
        let decision = (status, reason.map(str::to_owned));
        change::added(ClientId(7), "Shop", decision, Default::default(), None, SIGNATURE).after
    }

    fn judged(line: &NameLine, current: Option<&name::Model>) -> Result<Option<name::Model>, String> {
        judge(line, &HashSet::from([ClientId(7)]), current, SIGNATURE).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn a_decision_is_not_undone_by_sending_the_line_again() {
        for current in [existing(NameStatus::Checked, None), existing(NameStatus::Rejected, Some("taken"))] {
            for status in [None, Some((NameStatus::New, None))] {
                assert_eq!(judged(&line(status), Some(&current)), Ok(None));
            }
        }
        let rejected = existing(NameStatus::Rejected, Some("taken"));
        assert_eq!(judged(&line(Some((NameStatus::Rejected, Some("taken")))), Some(&rejected)), Ok(None));
        let refused = judged(&line(Some((NameStatus::Checked, None))), Some(&rejected)).unwrap_err();
        assert_eq!(refused, "line 2: status: is Rejected: return it to New first");
    }

    #[test]
    fn a_line_takes_the_steps_that_an_administrator_could() {
        let checked = judged(&line(Some((NameStatus::Checked, None))), Some(&existing(NameStatus::New, None)));
        let checked = checked.unwrap().unwrap();
        assert_eq!((checked.status, checked.revision, checked.status_by.as_str()), (NameStatus::Checked, 2, "gateway"));
        let rejected = judged(&line(Some((NameStatus::Rejected, Some("why")))), Some(&checked)).unwrap().unwrap();
        assert_eq!(rejected.reason.as_deref(), Some("why"));
        let other = judged(&line(Some((NameStatus::Rejected, Some("better")))), Some(&rejected)).unwrap().unwrap();
        assert_eq!(other.reason.as_deref(), Some("better"));
    }

    #[test]
    fn answers_that_a_line_lacks_stay() {
        let mut first = line(None);
        first.questionnaire[0] = Some("Blue Heron".to_owned());
        let name = judged(&first, Some(&existing(NameStatus::New, None))).unwrap().unwrap();
        assert_eq!(judged(&line(None), Some(&name)), Ok(None));
        let mut more = line(None);
        more.questionnaire[4] = Some("Orders".to_owned());
        let name = judged(&more, Some(&name)).unwrap().unwrap();
        assert_eq!((name.initiator.as_deref(), name.subject.as_deref()), (Some("Blue Heron"), Some("Orders")));
    }

    #[test]
    fn a_missing_client_and_a_name_with_another_case_are_refused() {
        let unknown = judge(&line(None), &HashSet::new(), None, SIGNATURE).unwrap_err().to_string();
        assert_eq!(unknown, "line 2: client_id: 7 is no client: import clients first");
        let mut spelled = line(None);
        spelled.name = "SHOP".to_owned();
        let refused = judged(&spelled, Some(&existing(NameStatus::New, None))).unwrap_err();
        assert!(refused.contains("is there as “Shop” already"), "{refused}");
        let refused = judged(&line(None), Some(&existing(NameStatus::Retired, None))).unwrap_err();
        assert!(refused.contains("was retired"), "{refused}");
        let back = judged(&line(None), Some(&existing(NameStatus::Removed, None))).unwrap().unwrap();
        assert_eq!((back.status, back.revision), (NameStatus::New, 2));
    }
}
