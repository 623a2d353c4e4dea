//! The rules of booking, and the one way to write the ledger.
//!
//! [`Account::book`] judges an order in memory, against the client's ledger. [`book_all`] locks the clients' rows and
//! books many orders in one transaction. [`super::queue`] collects the orders that arrive while a transaction commits.

use super::{EntryKind, store::entry};
use crate::{
    actor::Actor,
    audit::{self, AuditEntry},
    clients::{
        no_such_client,
        store::{client, record_changes},
    },
    database::{Database, Retry, is_retryable, rows_per_statement, values_list},
    ids::{ClientId, EntryId},
};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, IntoActiveModel, QueryOrder,
    QuerySelect, Statement, entity::prelude::*,
};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use values::{
    Money,
    error::Error,
    time::{self, Moment},
};

/// The prefix of the idempotency keys of rows that are booked together with their messages.
pub const MESSAGES_KEY: &str = "messages/";

/// An order to book something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The client whose account it is.
    pub client_id: ClientId,
    /// The key of its form or batch. A key is booked once.
    pub idempotency_key: String,
    /// The thing to book.
    pub booking: Booking,
    /// The author of the row.
    pub author: Actor,
}

/// A thing that can be booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Booking {
    /// Money that came in.
    TopUp {
        /// Above zero.
        amount: Money,
        /// Goes into the purpose.
        comment: String,
    },
    /// Money that is taken off.
    Correction {
        /// Above zero.
        amount: Money,
        /// Goes into the purpose.
        reason: String,
    },
    /// Another row is reversed.
    Reversal {
        /// The id of that row.
        of: EntryId,
        /// Goes into the purpose; may be empty.
        reason: String,
    },
    /// The cost of sent messages. It is booked even beyond the credit.
    Mailing {
        /// Never zero. Below zero for messages that weren't delivered after all.
        cost: Money,
        /// The text of the row, with the name of the mailing.
        purpose: String,
        /// The time when the last of them was sent.
        at: Moment,
    },
}

/// The outcome of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// The row of the ledger.
    pub entry: entry::Model,
    /// Whether the order was booked before.
    pub repeated: bool,
    /// ISO 4217 code of the account's currency.
    pub currency: String,
}

/// The amounts that can still be booked for messages on an account before a sum overflows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Headroom {
    /// The most that messages may cost.
    pub cost: Money,
    /// The most that may be refunded for them.
    pub refund: Money,
}

impl Default for Headroom {
    /// The largest amounts there are, for an account that wasn't read.
    fn default() -> Self {
        Self { cost: Money(i64::MAX), refund: Money(i64::MAX) }
    }
}

impl Headroom {
    /// Takes off the cost of a message, or its refund where the cost is below zero. Returns whether it fits.
    pub fn take(&mut self, cost: Money) -> bool {
        let (left, taken) = if cost.0 < 0 { (&mut self.refund, -cost.0) } else { (&mut self.cost, cost.0) };
        let fits = taken <= left.0;
        if fits {
            left.0 -= taken;
        }
        fits
    }
}

/// An account, with the rows that the current orders need.
#[derive(Clone, Debug)]
pub struct Account {
    client_id: ClientId,
    currency: String,
    balance: Money,
    credit: Money,
    /// The newest row.
    last: Option<entry::Model>,
    /// The newest row of each kind that the orders book.
    last_of_kind: HashMap<EntryKind, entry::Model>,
    /// Rows that have the key of an order, and rows that an order reverses.
    known: Vec<entry::Model>,
    /// Reversed rows, each with the id of its reversal.
    reversed: HashMap<EntryId, EntryId>,
    /// Rows to write.
    new: Vec<entry::Model>,
}

impl Account {
    /// Makes an account without any row.
    #[must_use]
    pub fn new(client_id: ClientId, currency: String, balance: Money, credit: Money) -> Self {
        Self {
            client_id,
            currency,
            balance,
            credit,
            last: None,
            last_of_kind: HashMap::new(),
            known: Vec::new(),
            reversed: HashMap::new(),
            new: Vec::new(),
        }
    }

    /// Books an order in memory. Returns its row, or the row that was booked with the same key before.
    ///
    /// # Errors
    /// [`Error::Refused`] with the form's field; [`Error::Conflict`] for a key that was used for something else and
    /// for a row that was reversed already; [`Error::NotFound`] for a row that doesn't exist.
    pub fn book(&mut self, order: &Order, now: Moment) -> Result<Booked, Error> {
        let booked =
            |entry: &entry::Model, repeated| Booked { entry: entry.clone(), repeated, currency: self.currency.clone() };
        let known = self.known.iter().find(|row| row.idempotency_key == order.idempotency_key);
        if let Some(known) = known.filter(|known| order.booking.is_booked_as(known)) {
            return Ok(booked(known, true));
        }
        if let Some(known) = known {
            let message = format!(
                "This form was sent before and booked as transaction {}: {}, {}. Reload the page to book something \
                 else.",
                known.id,
                known.purpose,
                known.amount.named(&self.currency)
            );
            return Err(Error::Conflict { field: String::new(), message });
        }
        let entry = self.entry(order, now)?;
        self.balance = entry.balance;
        self.last = Some(entry.clone());
        self.last_of_kind.insert(entry.kind, entry.clone());
        self.reversed.extend(entry.reverses.map(|of| (of, entry.id)));
        self.known.push(entry.clone());
        self.new.push(entry.clone());
        Ok(Booked { entry, repeated: false, currency: self.currency.clone() })
    }

    /// Makes the row of an order.
    fn entry(&self, order: &Order, now: Moment) -> Result<entry::Model, Error> {
        let (kind, amount, at, reverses) = match &order.booking {
            Booking::TopUp { amount, .. } => (EntryKind::TopUp, *amount, now, None),
            Booking::Correction { amount, .. } => (EntryKind::Correction, Money(-amount.0), now, None),
            Booking::Mailing { cost, at, .. } => (EntryKind::Mailing, Money(-cost.0), *at, None),
            Booking::Reversal { of, .. } => (EntryKind::Reversal, self.reversal_amount(*of)?, now, Some(*of)),
        };
        let too_large = || Error::refused("amount", "The balance would be too large.");
        let balance = self.balance.plus(amount).ok_or_else(too_large)?;
        // Sent messages may exceed the credit. Other amounts are refused there.
        if amount.0 < 0 && kind != EntryKind::Mailing && balance.0.saturating_add(self.credit.0) < 0 {
            let message = format!(
                "This would take the balance to {}, and it may not go below {}, the credit.",
                balance.named(&self.currency),
                Money(-self.credit.0).named(&self.currency)
            );
            return Err(Error::refused("amount", message));
        }
        let (added, taken) = (Money(amount.0.max(0)), Money(amount.0.min(0)));
        let before = self.last.as_ref();
        let before_of_kind = self.last_of_kind.get(&kind);
        let sum = |before: Option<Money>, more: Money| before.unwrap_or_default().plus(more).ok_or_else(too_large);
        let debits = sum(before.map(|row| row.debits), added)?;
        // Pages show this difference as the sum of the amounts below zero.
        balance.0.checked_sub(debits.0).ok_or_else(too_large)?;
        Ok(entry::Model {
            client_id: self.client_id,
            id: EntryId(before.map_or(0, |row| row.id.0) + 1),
            at: before.map_or(at, |row| row.at.max(at)),
            kind,
            amount,
            balance,
            debits,
            kind_id: before_of_kind.map_or(0, |row| row.kind_id) + 1,
            kind_debits: sum(before_of_kind.map(|row| row.kind_debits), added)?,
            kind_credits: sum(before_of_kind.map(|row| row.kind_credits), taken)?,
            purpose: order.booking.purpose(),
            author: order.author.login.clone(),
            idempotency_key: order.idempotency_key.clone(),
            reverses,
        })
    }

    /// Finds how much a batch can still cost and refund before a sum of the account overflows.
    fn headroom(&self) -> Headroom {
        let mailings = self.last_of_kind.get(&EntryKind::Mailing);
        let sum = |row: Option<&entry::Model>, of: fn(&entry::Model) -> Money| row.map_or(0, |row| of(row).0);
        let debits = sum(self.last.as_ref(), |row| row.debits);
        let kind_debits = sum(mailings, |row| row.kind_debits);
        let kind_credits = sum(mailings, |row| row.kind_credits);
        let credits = self.balance.0.saturating_sub(debits);
        let down = |sum: i64| sum.saturating_sub(i64::MIN);
        let up = |sum: i64| i64::MAX.saturating_sub(sum);
        Headroom {
            cost: Money(down(self.balance.0).min(down(kind_credits)).min(down(credits))),
            refund: Money(up(self.balance.0).min(up(debits)).min(up(kind_debits))),
        }
    }

    /// Finds the amount that reverses a row.
    fn reversal_amount(&self, id: EntryId) -> Result<Money, Error> {
        let row = self.known.iter().find(|row| row.id == id).ok_or_else(no_such_transaction)?;
        if let Some(by) = self.reversed.get(&id) {
            let message = format!("Transaction {id} was reversed already, by transaction {by}.");
            return Err(Error::Conflict { field: String::new(), message });
        }
        if !row.kind.can_be_reversed() {
            let message = format!("Transaction {id} is of the kind {}, which can't be reversed.", row.kind.label());
            return Err(Error::refused("", message));
        }
        Ok(Money(-row.amount.0))
    }
}

/// The error for a row that doesn't exist.
#[must_use]
pub fn no_such_transaction() -> Error {
    Error::NotFound("There is no such transaction.".to_owned())
}

impl Booking {
    fn kind(&self) -> EntryKind {
        match self {
            Self::TopUp { .. } => EntryKind::TopUp,
            Self::Correction { .. } => EntryKind::Correction,
            Self::Reversal { .. } => EntryKind::Reversal,
            Self::Mailing { .. } => EntryKind::Mailing,
        }
    }

    /// Whether a row is the same booking.
    fn is_booked_as(&self, row: &entry::Model) -> bool {
        let amount = match self {
            Self::Reversal { of, .. } => return row.reverses == Some(*of),
            Self::TopUp { amount, .. } => *amount,
            Self::Correction { amount, .. } => Money(-amount.0),
            Self::Mailing { cost, .. } => Money(-cost.0),
        };
        (row.kind, row.amount, &row.purpose) == (self.kind(), amount, &self.purpose())
    }

    /// Makes the text of the row, for people.
    fn purpose(&self) -> String {
        let with = |title: String, text: &str| if text.is_empty() { title } else { format!("{title}: {text}") };
        match self {
            Self::TopUp { comment, .. } => with("Top-up".to_owned(), comment),
            Self::Correction { reason, .. } => with("Correction".to_owned(), reason),
            Self::Reversal { of, reason } => with(format!("Reversal of transaction {of}"), reason),
            Self::Mailing { purpose, .. } => purpose.clone(),
        }
    }

    /// The action of its audit entry. Mailings have none: they are in the ledger alone.
    fn action(&self) -> Option<&'static str> {
        match self {
            Self::TopUp { .. } => Some("top up"),
            Self::Correction { .. } => Some("correct"),
            Self::Reversal { .. } => Some("reverse"),
            Self::Mailing { .. } => None,
        }
    }
}

/// Books orders in one transaction, in their order. Each has its own answer, and a refused one changes nothing.
///
/// # Errors
/// Nothing was booked. After [`Error::Unknown`] either all or nothing was, and the same orders can be sent again.
pub async fn book_all(database: &Database, orders: &[Order]) -> Result<Vec<Result<Booked, Error>>, Error> {
    let mut retry = Retry::default();
    loop {
        let transaction = database.write().await?;
        match book_in(&transaction, orders, time::now()).await {
            Ok(answers) => {
                return match transaction.commit().await {
                    Ok(()) => Ok(answers),
                    Err(cause) => {
                        tracing::error!(%cause, "a booking may or may not have been committed");
                        Err(Error::Unknown)
                    }
                };
            }
            Err(cause) => {
                if !(is_retryable(&cause) && retry.roll_back(transaction).await?) {
                    return Err(cause.into());
                }
            }
        }
    }
}

/// Books orders in an open transaction, with `now` as their time.
pub async fn book_in(
    transaction: &DatabaseTransaction,
    orders: &[Order],
    now: Moment,
) -> Result<Vec<Result<Booked, Error>>, DbErr> {
    let mut accounts = open_accounts(transaction, orders).await?;
    let (answers, entries) = judge(&mut accounts, orders, now);
    write(transaction, accounts, entries).await?;
    Ok(answers)
}

/// Books the costs of messages, all or nothing. If an account can't hold one of them, nothing is written and the
/// headroom of each account by client id is returned instead.
pub async fn book_all_or_nothing(
    transaction: &DatabaseTransaction,
    orders: &[Order],
    now: Moment,
) -> Result<Result<Vec<Booked>, HashMap<ClientId, Headroom>>, DbErr> {
    let mut accounts = open_accounts(transaction, orders).await?;
    let headroom = accounts.iter().map(|(id, account)| (*id, account.headroom())).collect();
    let (answers, entries) = judge(&mut accounts, orders, now);
    let Ok(booked) = answers.into_iter().collect() else { return Ok(Err(headroom)) };
    write(transaction, accounts, entries).await?;
    Ok(Ok(booked))
}

/// The audit entries of orders, each with its author.
type Entries<'a> = Vec<(&'a Actor, AuditEntry)>;

/// Books orders in memory, and makes their audit entries.
fn judge<'a>(
    accounts: &mut BTreeMap<ClientId, Account>,
    orders: &'a [Order],
    now: Moment,
) -> (Vec<Result<Booked, Error>>, Entries<'a>) {
    let mut entries = Vec::new();
    let answers = orders
        .iter()
        .map(|order| {
            let account = accounts.get_mut(&order.client_id).ok_or_else(no_such_client)?;
            let before = account.balance;
            let booked = account.book(order, now)?;
            if !booked.repeated {
                entries.extend(audit_entry(order, before, &booked.entry).map(|entry| (&order.author, entry)));
            }
            Ok(booked)
        })
        .collect();
    (answers, entries)
}

/// Writes the rows that were booked in memory, the clients' balances and the audit entries.
async fn write(
    transaction: &DatabaseTransaction,
    mut accounts: BTreeMap<ClientId, Account>,
    entries: Entries<'_>,
) -> Result<(), DbErr> {
    let new: Vec<entry::Model> = accounts.values_mut().flat_map(|account| std::mem::take(&mut account.new)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let changed: Vec<(ClientId, Money)> = new
        .iter()
        .map(|row| row.client_id)
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .map(|id| (id, accounts[&id].balance))
        .collect();
    insert(transaction, new).await?;
    set_balances(transaction, &changed).await?;
    audit::record_all(transaction, entries).await?;
    record_changes(transaction, &changed.iter().map(|(id, _)| *id).collect::<Vec<_>>()).await
}

fn audit_entry(order: &Order, before: Money, entry: &entry::Model) -> Option<AuditEntry> {
    let mut after = json!({
        "balance": entry.balance.to_string(),
        "transaction": entry.id,
        "amount": entry.amount.to_string(),
        "purpose": entry.purpose,
    });
    if let Booking::Reversal { of, .. } = &order.booking {
        after["reverses"] = json!(of);
    }
    Some(AuditEntry {
        action: order.booking.action()?,
        client: Some(order.client_id),
        before: Some(json!({ "balance": before.to_string() }).to_string()),
        after: Some(after.to_string()),
    })
}

const ROWS: usize = rows_per_statement(14);

/// Inserts rows as they are. They must continue the clients' ledgers.
pub async fn insert(transaction: &DatabaseTransaction, rows: Vec<entry::Model>) -> Result<(), DbErr> {
    for batch in rows.chunks(ROWS) {
        let rows = batch.iter().cloned().map(IntoActiveModel::into_active_model);
        entry::Entity::insert_many(rows).exec_without_returning(transaction).await?;
    }
    Ok(())
}

/// Makes the first row of a new client's ledger; `None` for a balance of zero.
#[must_use]
pub fn opening(client: &client::Model) -> Option<entry::Model> {
    let amount = client.balance;
    let (added, taken) = (Money(amount.0.max(0)), Money(amount.0.min(0)));
    (amount.0 != 0).then(|| entry::Model {
        client_id: client.id,
        id: EntryId(1),
        at: client.registered_at.unwrap_or_else(time::now),
        kind: EntryKind::Opening,
        amount,
        balance: amount,
        debits: added,
        kind_id: 1,
        kind_debits: added,
        kind_credits: taken,
        purpose: EntryKind::Opening.label().to_owned(),
        author: Actor::command_line().login,
        idempotency_key: "opening".to_owned(),
        reverses: None,
    })
}

/// Locks the clients of the orders and reads their accounts. Locks in id order to avoid deadlocks.
async fn open_accounts(
    transaction: &DatabaseTransaction,
    orders: &[Order],
) -> Result<BTreeMap<ClientId, Account>, DbErr> {
    let mut ids: Vec<ClientId> = orders.iter().map(|order| order.client_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let clients: Vec<(ClientId, String, Money, Money)> = client::Entity::find()
        .select_only()
        .columns([client::Column::Id, client::Column::Currency, client::Column::Balance, client::Column::Credit])
        .filter(client::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(client::Column::Id)
        .lock_exclusive()
        .into_tuple()
        .all(transaction)
        .await?;
    let mut accounts: BTreeMap<ClientId, Account> = clients
        .into_iter()
        .map(|(id, currency, balance, credit)| (id, Account::new(id, currency, balance, credit)))
        .collect();
    add_known(transaction, orders, &ids, &mut accounts).await?;
    add_newest(transaction, orders, &ids, &mut accounts).await?;
    for account in accounts.values() {
        let ledger = account.last.as_ref().map(|row| row.balance).unwrap_or_default();
        if ledger != account.balance {
            return Err(DbErr::Custom(format!(
                "client {} has a balance of {} and a ledger that ends with {ledger}: run `clientele check`",
                account.client_id, account.balance
            )));
        }
    }
    Ok(accounts)
}

/// Adds to the accounts the rows that have the orders' keys, the rows that orders reverse, and their reversals.
async fn add_known(
    transaction: &DatabaseTransaction,
    orders: &[Order],
    ids: &[ClientId],
    accounts: &mut BTreeMap<ClientId, Account>,
) -> Result<(), DbErr> {
    let of_clients = || entry::Entity::find().filter(entry::Column::ClientId.is_in(ids.iter().copied()));
    let mut known = with_keys(transaction, orders).await?;
    let reversed: Vec<EntryId> = orders
        .iter()
        .filter_map(|order| match order.booking {
            Booking::Reversal { of, .. } => Some(of),
            _ => None,
        })
        .collect();
    if !reversed.is_empty() {
        let targets = of_clients().filter(entry::Column::Id.is_in(reversed.iter().copied()));
        known.extend(targets.all(transaction).await?);
        let reversals = of_clients().filter(entry::Column::Reverses.is_in(reversed));
        for row in reversals.all(transaction).await? {
            if let (Some(account), Some(of)) = (accounts.get_mut(&row.client_id), row.reverses) {
                account.reversed.insert(of, row.id);
            }
        }
    }
    for row in known {
        if let Some(account) = accounts.get_mut(&row.client_id) {
            account.known.push(row);
        }
    }
    Ok(())
}

/// Adds to the accounts their newest rows, of all kinds and of each kind that is booked.
async fn add_newest(
    transaction: &DatabaseTransaction,
    orders: &[Order],
    ids: &[ClientId],
    accounts: &mut BTreeMap<ClientId, Account>,
) -> Result<(), DbErr> {
    for row in newest(transaction, ids, None).await? {
        if let Some(account) = accounts.get_mut(&row.client_id) {
            account.last = Some(row);
        }
    }
    let mut kinds: Vec<EntryKind> = orders.iter().map(|order| order.booking.kind()).collect();
    kinds.sort_unstable_by_key(|kind| kind.word());
    kinds.dedup();
    for kind in kinds {
        for row in newest(transaction, ids, Some(kind)).await? {
            if let Some(account) = accounts.get_mut(&row.client_id) {
                account.last_of_kind.insert(kind, row);
            }
        }
    }
    Ok(())
}

/// Reads the rows that have the orders' keys. Each key is looked up with its client: two separate lists would match
/// every key with every client.
async fn with_keys(transaction: &DatabaseTransaction, orders: &[Order]) -> Result<Vec<entry::Model>, DbErr> {
    let mut rows = Vec::new();
    for batch in orders.chunks(ROWS) {
        let backend = transaction.get_database_backend();
        let sql = format!(
            "SELECT ledger.* FROM ledger JOIN ({}) AS wanted
             ON ledger.client_id = wanted.column1 AND ledger.idempotency_key = wanted.column2",
            values_list(backend, batch.len(), &["BIGINT", "TEXT"])
        );
        let values = batch.iter().flat_map(|order| [Value::from(order.client_id), Value::from(&order.idempotency_key)]);
        let statement = Statement::from_sql_and_values(backend, sql, values);
        for row in transaction.query_all_raw(statement).await? {
            rows.push(entry::Model::from_query_result(&row, "")?);
        }
    }
    Ok(rows)
}

/// Reads the newest row of each client, of all kinds or of one.
async fn newest(
    transaction: &DatabaseTransaction,
    ids: &[ClientId],
    kind: Option<EntryKind>,
) -> Result<Vec<entry::Model>, DbErr> {
    // Looked up for each client by the end of an index; grouping would read all of their rows.
    let number = if kind.is_some() { "kind_id" } else { "id" };
    let of_kind = |table: &str| kind.map_or_else(String::new, |kind| format!("AND {table}.kind = '{}'", kind.word()));
    let sql = format!(
        "SELECT ledger.* FROM clients JOIN ledger ON ledger.client_id = clients.id {}
            AND ledger.{number} = (SELECT MAX(newest.{number}) FROM ledger AS newest
                                   WHERE newest.client_id = clients.id {})
         WHERE clients.id IN ({})",
        of_kind("ledger"),
        of_kind("newest"),
        values_list(transaction.get_database_backend(), ids.len(), &["BIGINT"])
    );
    let values = ids.iter().map(|id| Value::from(*id));
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), sql, values);
    let rows = transaction.query_all_raw(statement).await?;
    rows.iter().map(|row| entry::Model::from_query_result(row, "")).collect()
}

async fn set_balances(transaction: &DatabaseTransaction, balances: &[(ClientId, Money)]) -> Result<(), DbErr> {
    let backend = transaction.get_database_backend();
    let sql = format!(
        "UPDATE clients SET balance = booked.column2 FROM ({}) AS booked WHERE clients.id = booked.column1",
        values_list(backend, balances.len(), &["BIGINT", "BIGINT"])
    );
    let values = balances.iter().flat_map(|(id, balance)| [Value::from(*id), Value::from(balance.0)]);
    transaction.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    Ok(())
}
