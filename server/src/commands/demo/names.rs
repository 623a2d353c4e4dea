//! Generates the names that messages are sent under. Most are checked, some wait, some are rejected, and some were
//! never registered.

use super::{plan::DemoPlan, traffic::Traffic};
use chrono::Duration;
use domain::{
    actor::Actor,
    clients::store::client,
    database::Database,
    ids::ClientId,
    names::{
        NameStatus,
        change::{self, Change, Signature},
        rules::{self, Questionnaire},
        store,
    },
};
use fastrand::Rng;
use std::collections::{BTreeMap, HashMap};
use values::{
    error::Error,
    time::{self, Moment},
};

/// Subjects of the messages under a name.
const SUBJECTS: &[&str] = &["Order updates", "Codes for signing in", "Reminders", "News and offers", "Invoices"];

/// Reasons of rejections.
const REASONS: &[&str] = &[
    "The questionnaire doesn't name the legal entity.",
    "The name is a trade mark of somebody else.",
    "The web site doesn't belong to the initiator.",
];

/// Changes per transaction.
const BATCH: usize = 4_000;

/// Names at most: enough for a demo, and quick also for a million clients.
const MAX_NAMES: usize = 20_000;

/// Writes the names that clients send under, and some without messages.
pub async fn fill(
    database: &Database,
    plan: DemoPlan,
    clients: impl Iterator<Item = client::Model>,
    traffic: &Traffic,
) -> Result<(), Error> {
    // Without messages there are no names to send under.
    if plan.messages == 0 {
        return Ok(());
    }
    let mut random = Rng::with_seed(plan.seed.wrapping_add(0x006e_616d_6573));
    let sent: HashMap<ClientId, &[String]> = traffic.names().collect();
    let (mut added, mut decided) = (Vec::new(), Vec::new());
    for client in clients {
        if added.len() > MAX_NAMES {
            break;
        }
        let unused = random.u32(0..100) < 8;
        let names = sent.get(&client.id).copied().unwrap_or_default().iter().map(String::as_str);
        let names: BTreeMap<String, &str> =
            names.chain(unused.then_some("Promo")).map(|name| (rules::key(name), name)).collect();
        for name in names.into_values().filter(|name| rules::check(name).is_ok()) {
            let (addition, decision) = generate(&mut random, &client, name);
            added.extend(addition);
            decided.extend(decision);
        }
    }
    for changes in [added, decided] {
        for batch in changes.chunks(BATCH) {
            let transaction = database.write().await?;
            store::apply(&transaction, batch, &Actor::command_line()).await?;
            transaction.commit().await?;
        }
    }
    Ok(())
}

/// Returns the addition of a name and the decision on it, each if there was one.
fn generate(random: &mut Rng, client: &client::Model, name: &str) -> (Option<Change>, Option<Change>) {
    let fate = random.u32(0..100);
    let registered = fate >= 4;
    let filled = fate >= 10 && random.u32(0..100) < 85;
    let waits = (4..16).contains(&fate);
    // Waiting names are recent.
    let ago = if waits { random.i64(20..20_000) } else { random.i64(30_000..200_000) };
    let at = time::now() - Duration::minutes(ago);
    let questionnaire = questionnaire(random, client, filled);
    let added = change::added(client.id, name, (NameStatus::New, None), questionnaire, None, signature(at));
    let before = added.after.clone();
    let decide = move |status, reason: Option<&str>, minutes: i64| {
        let after = before.moved(status, reason.map(str::to_owned), signature(at + Duration::minutes(minutes)));
        Change { before: Some(before), after }
    };
    let minutes = random.i64(10..4_000);
    match fate {
        _ if !registered => (None, None),
        _ if waits => (Some(added), None),
        16..24 => {
            let reason = random.choice(REASONS).copied();
            (Some(added), Some(decide(NameStatus::Rejected, reason, minutes)))
        }
        _ => (Some(added), Some(decide(NameStatus::Checked, None, minutes))),
    }
}

fn signature(at: Moment) -> Signature<'static> {
    Signature { login: "command line", at }
}

fn questionnaire(random: &mut Rng, client: &client::Model, filled: bool) -> Questionnaire {
    let initiator = client.company.clone().or_else(|| client.name.clone());
    let number = format!("{:08}", random.u32(10_000_000..99_999_999));
    let subject = random.choice(SUBJECTS).map(|subject| (*subject).to_owned());
    let known = [
        initiator,
        Some(number),
        client.postal_address.clone(),
        client.site.as_ref().map(|site| site.rsplit(" / ").next().unwrap_or(site).to_owned()),
        subject,
    ];
    if filled { known } else { known.map(|answer| answer.filter(|_| random.bool())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::demo::clients::Clients;

    #[test]
    fn names_wait_are_checked_and_are_rejected() {
        let plan = DemoPlan { clients: 200, messages: 0, days: 30, seed: 1 };
        let mut random = Rng::with_seed(1);
        let mut statuses: BTreeMap<NameStatus, usize> = BTreeMap::new();
        for client in Clients::generate(plan) {
            let (added, decided) = generate(&mut random, &client, "Shop");
            if let Some(name) = decided.or(added).map(|change| change.after) {
                assert!(name.status_at < time::now());
                *statuses.entry(name.status).or_default() += 1;
            }
        }
        assert!(statuses[&NameStatus::Checked] > statuses[&NameStatus::New]);
        assert!(statuses[&NameStatus::Rejected] > 0);
    }
}
