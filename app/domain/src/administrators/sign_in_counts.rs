//! Counts attempts to sign in for the throttle, and sums up failures for the audit record.
//!
//! The counts are in the database, so that servers share them and a restart keeps them.

use crate::{
    actor::Actor,
    audit::{self, AuditEntry},
    database::{Database, hash},
};
use chrono::Duration;
use sea_orm::{
    ActiveValue::Set,
    DatabaseTransaction,
    entity::prelude::*,
    sea_query::{Expr, OnConflict},
};
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
};
use values::{
    error::Error,
    time::{self, Moment},
};

/// A count restarts this long after its first attempt.
const COUNTED_FOR: Duration = Duration::minutes(15);
/// The most failures with a login from one address that count for the login, so that its owner needn't wait elsewhere
/// because of a single address.
const COUNTED_FOR_LOGIN: i32 = 10;
/// A sum is complete this long after its first failure.
const SUMMED_FOR: Duration = Duration::hours(1);
/// The most logins per address that have their own sum.
const LOGINS: usize = 5;
/// The most open sums.
const SUMS: usize = 200;
/// The login of a sum over the others.
const SEVERAL_LOGINS: &str = "several logins";
/// The address of a sum over the others.
const SEVERAL_ADDRESSES: &str = "several addresses";

mod counter {
    use super::*;

    /// A count of attempts that failed or are in progress.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_in_failures")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub source_hash: String,
        pub failures: i32,
        pub since: Moment,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod sum {
    use super::*;

    /// Failures that the audit record sums up.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_in_failure_sums")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub source_hash: String,
        pub login: String,
        pub network: String,
        pub failures: i32,
        pub since: Moment,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The login and the network address of an attempt to sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The login.
    pub login: String,
    /// The network address.
    pub address: String,
    /// The network that counts as one address: the first 64 bits of IPv6, since subscribers choose the rest.
    pub network: String,
}

impl Source {
    /// An attempt with a login from an address.
    #[must_use]
    pub fn new(login: &str, address: &str) -> Self {
        let network = match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
            Ok(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            Ok(IpAddr::V4(address)) => address.to_string(),
            Err(_) => address.to_owned(),
        };
        Self { login: login.to_owned(), address: address.to_owned(), network }
    }
}

/// Recent attempts that are counted with one, itself included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    /// Those with its login from its address.
    pub source: i32,
    /// Those with its login. 0 when it isn't counted for the login.
    pub login: i32,
    /// Those from its address.
    pub address: i32,
    /// All.
    pub overall: i32,
}

/// The keys of a source's counts. No login and no address has a newline.
struct Keys {
    source: String,
    login: String,
    address: String,
    overall: String,
}

impl Keys {
    fn of(source: &Source) -> Self {
        let Source { login, network, .. } = source;
        Self {
            source: hash(&format!("source\n{login}\n{network}")),
            login: hash(&format!("login\n{login}")),
            address: hash(&format!("address\n{network}")),
            overall: hash("overall"),
        }
    }

    /// The keys that are shared with other sources.
    fn shared(&self, with_login: bool) -> Vec<&str> {
        let login = with_login.then_some(self.login.as_str());
        [&*self.address, &*self.overall].into_iter().chain(login).collect()
    }
}

/// Counts an attempt, before its password is checked.
pub async fn count(database: &Database, source: &Source) -> Result<Attempts, Error> {
    let keys = Keys::of(source);
    let transaction = database.write().await?;
    let own = add(&transaction, vec![&keys.source], 1).await?;
    let with_source = own.get(&keys.source).copied().unwrap_or_default();
    let counts = add(&transaction, keys.shared(with_source <= COUNTED_FOR_LOGIN), 1).await?;
    transaction.commit().await?;
    let count = |key: &String| counts.get(key).copied().unwrap_or_default();
    Ok(Attempts {
        source: with_source,
        login: count(&keys.login),
        address: count(&keys.address),
        overall: count(&keys.overall),
    })
}

/// Takes back a successful attempt, and resets the count of its login and address together.
pub async fn take_back(database: &Database, source: &Source, attempts: Attempts) -> Result<(), Error> {
    let keys = Keys::of(source);
    let transaction = database.write().await?;
    counter::Entity::delete_by_id(keys.source.clone()).exec(&transaction).await?;
    add(&transaction, keys.shared(attempts.login > 0), -1).await?;
    Ok(transaction.commit().await?)
}

/// Adds to counts and returns them.
async fn add(transaction: &DatabaseTransaction, mut keys: Vec<&str>, by: i32) -> Result<HashMap<String, i32>, DbErr> {
    // Locks in key order to avoid deadlocks.
    keys.sort_unstable();
    let now = time::now();
    let rows = keys.into_iter().map(|key| counter::ActiveModel {
        source_hash: Set(key.to_owned()),
        failures: Set(by),
        since: Set(now),
    });
    let is_expired = || counter::Column::Since.lt(now - COUNTED_FOR);
    let failures = Expr::case(is_expired(), Expr::cust("excluded.failures"))
        .finally(Expr::cust("sign_in_failures.failures + excluded.failures"));
    let since = Expr::case(is_expired(), Expr::cust("excluded.since")).finally(Expr::cust("sign_in_failures.since"));
    let counted = OnConflict::column(counter::Column::SourceHash)
        .value(counter::Column::Failures, failures)
        .value(counter::Column::Since, since)
        .to_owned();
    let counts = counter::Entity::insert_many(rows).on_conflict(counted).exec_with_returning(transaction).await?;
    Ok(counts.into_iter().map(|row| (row.source_hash, row.failures)).collect())
}

/// Records a failed attempt in the audit record.
///
/// An entry for each would let a guesser fill the disk. Of the failures with a login from an address, the 1st, 10th,
/// 100th and so on are recorded at once, and the rest after an hour. Each entry has the number of failures it stands
/// for, so that entries add up. Logins and addresses beyond the first few within the hour are summed up together.
///
/// `disabled` marks an attempt as an administrator who is disabled.
pub async fn record_failure(database: &Database, source: &Source, disabled: bool) -> Result<(), Error> {
    let transaction = database.write().await?;
    close_sums(&transaction).await?;
    let sums = sum::Entity::find().all(&transaction).await?;
    let (login, network) = sum_for(source, &sums);
    let row = sum::ActiveModel {
        source_hash: Set(hash(&format!("{login}\n{network}"))),
        login: Set(login.to_owned()),
        network: Set(network.to_owned()),
        failures: Set(1),
        since: Set(time::now()),
    };
    let added = OnConflict::column(sum::Column::SourceHash)
        .value(sum::Column::Failures, Expr::cust("sign_in_failure_sums.failures + excluded.failures"))
        .to_owned();
    let sum = sum::Entity::insert(row).on_conflict(added).exec_with_returning(&transaction).await?;
    let written = written(sum.failures);
    if written == sum.failures {
        let address = if sum.failures == 1 && network == source.network { &source.address } else { network };
        let mut entry = failed(written - written / 10);
        if disabled {
            entry.action = "failed sign-in, disabled";
        }
        audit::record(&transaction, &Actor::without_account(login, address), entry).await?;
    }
    Ok(transaction.commit().await?)
}

/// Login and network of the most specific sum for a failure that exists or that there is room for.
fn sum_for<'a>(source: &'a Source, sums: &[sum::Model]) -> (&'a str, &'a str) {
    let of_network = sums.iter().filter(|sum| sum.network == source.network && sum.login != SEVERAL_LOGINS);
    let is_room = sums.len() < SUMS;
    let possible = [
        (&*source.login, &*source.network, is_room && of_network.count() < LOGINS),
        (SEVERAL_LOGINS, &*source.network, is_room),
    ];
    let exists = |login, network| sums.iter().any(|sum| sum.login == login && sum.network == network);
    let found = possible.into_iter().find(|&(login, network, is_room)| is_room || exists(login, network));
    found.map_or((SEVERAL_LOGINS, SEVERAL_ADDRESSES), |(login, network, _)| (login, network))
}

/// How many of these failures the audit record has already: the last power of ten.
fn written(failures: i32) -> i32 {
    failures.checked_ilog10().map_or(0, |power| 10i32.pow(power))
}

/// Deletes complete sums, and records their rest in the audit record.
async fn close_sums(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    let complete = sum::Entity::delete_many().filter(sum::Column::Since.lt(time::now() - SUMMED_FOR));
    let sums = complete.exec_with_returning(transaction).await?;
    let rest = |sum: &sum::Model| sum.failures - written(sum.failures);
    let rows = sums.iter().filter(|sum| rest(sum) > 0);
    let rows: Vec<_> = rows.map(|sum| (Actor::without_account(&sum.login, &sum.network), failed(rest(sum)))).collect();
    audit::record_all(transaction, rows.iter().map(|(actor, entry)| (actor, entry.clone()))).await
}

fn failed(failures: i32) -> AuditEntry {
    let failures = serde_json::json!({ "failures": failures }).to_string();
    AuditEntry { action: "failed sign-in", after: Some(failures), ..AuditEntry::default() }
}

/// Deletes complete sums and expired counts.
pub async fn prune(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    close_sums(transaction).await?;
    let expired = counter::Column::Since.lt(time::now() - COUNTED_FOR);
    counter::Entity::delete_many().filter(expired).exec(transaction).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(of: impl IntoIterator<Item = (String, String)>) -> Vec<sum::Model> {
        let sum = |(login, network)| sum::Model {
            source_hash: format!("{login}\n{network}"),
            login,
            network,
            failures: 1,
            since: time::now(),
        };
        of.into_iter().map(sum).collect()
    }

    #[test]
    fn entries_of_the_audit_record_add_up() {
        let rows = |failures: i32| {
            let at_once = (1..=failures).filter(|&number| written(number) == number).map(|number| number - number / 10);
            at_once.chain([failures - written(failures)]).collect::<Vec<_>>()
        };
        assert_eq!(rows(1), [1, 0]);
        assert_eq!(rows(257), [1, 9, 90, 157]);
        for failures in 1..2_000 {
            assert_eq!(rows(failures).iter().sum::<i32>(), failures);
        }
        assert_eq!(written(0), 0);
    }

    #[test]
    fn a_failure_belongs_to_the_most_specific_sum_that_there_is_room_for() {
        let source = Source::new("owner", "192.0.2.1");
        assert_eq!(sum_for(&source, &[]), ("owner", "192.0.2.1"));
        let logins = |network: &str, count: usize| {
            let network = network.to_owned();
            (0..count).map(move |number| (number.to_string(), network.clone()))
        };
        assert_eq!(sum_for(&source, &sums(logins("192.0.2.1", LOGINS - 1))), ("owner", "192.0.2.1"));
        assert_eq!(sum_for(&source, &sums(logins("192.0.2.1", LOGINS))), (SEVERAL_LOGINS, "192.0.2.1"));
        assert_eq!(sum_for(&source, &sums(logins("192.0.2.2", LOGINS))), ("owner", "192.0.2.1"));
        let full = || logins("192.0.2.2", SUMS);
        assert_eq!(sum_for(&source, &sums(full())), (SEVERAL_LOGINS, SEVERAL_ADDRESSES));
        let known = |login: &str| sums(full().chain([(login.to_owned(), "192.0.2.1".to_owned())]));
        assert_eq!(sum_for(&source, &known("owner")), ("owner", "192.0.2.1"));
        assert_eq!(sum_for(&source, &known(SEVERAL_LOGINS)), (SEVERAL_LOGINS, "192.0.2.1"));
    }
}
