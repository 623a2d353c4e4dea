//! Roll-ups: what messages come to, added up in the transaction that takes them in. Native only.
//!
//! Each message counts once in each [`Level`], on the day on which it was sent, in the platform's time zone. Reports
//! read the level that has the fewest rows for what they show, so that a client's year costs the same however many
//! messages it counts.

use crate::{database::rows_per_statement, names::usage::Use};
use chrono::{Datelike as _, NaiveDate};
use sea_orm::{DatabaseTransaction, DbErr, IntoActiveModel, entity::prelude::*, sea_query::OnConflict};
use std::collections::{BTreeMap, HashMap};
use values::{Money, messaging::MessagingChannel};

values::stored_enum! {
    /// How finely a row counts.
    pub enum Level {
        /// All days together, by messaging channel alone. Its day is [`EVER`].
        Ever = "ever", "ever",
        /// A day, by messaging channel alone.
        Day = "day", "day",
        /// A month, split by channel, country, operator and sender ID. Its day is the month's first.
        MonthSplit = "month_split", "month, split",
        /// A day, split by channel, country, operator and sender ID.
        DaySplit = "day_split", "day, split",
    }
}

/// The day of rows that count all days together.
pub const EVER: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();

/// The table `roll_ups`.
pub mod roll_up {
    use super::*;

    /// What the messages of a client come to, in a part of the time and of the traffic.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "roll_ups")]
    pub struct Model {
        /// Whose messages.
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: i64,
        /// How finely it counts.
        #[sea_orm(primary_key, auto_increment = false)]
        pub level: Level,
        /// The day of sending, as the level has it.
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: NaiveDate,
        /// By which way they went.
        #[sea_orm(primary_key, auto_increment = false)]
        pub channel: MessagingChannel,
        /// ISO 3166-1 alpha-2 code; empty when unknown, and in levels that aren't split.
        #[sea_orm(primary_key, auto_increment = false)]
        pub country: String,
        /// The operator's name; empty when unknown, and in levels that aren't split.
        #[sea_orm(primary_key, auto_increment = false)]
        pub operator: String,
        /// The sender ID as sent; empty when there is none, and in levels that aren't split.
        #[sea_orm(primary_key, auto_increment = false)]
        pub sender_id: String,
        /// Messages handed over for delivery, whatever became of them.
        pub sent_messages: i64,
        /// Their parts.
        pub sent_parts: i64,
        /// Messages that arrived.
        pub delivered_messages: i64,
        /// Their parts.
        pub delivered_parts: i64,
        /// What those that are paid for cost.
        pub cost: Money,
    }

    /// Roll-ups are found by their client's id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What is added to a row; below zero it is taken off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages handed over for delivery.
    pub sent_messages: i64,
    /// Their parts.
    pub sent_parts: i64,
    /// Messages that arrived.
    pub delivered_messages: i64,
    /// Their parts.
    pub delivered_parts: i64,
    /// What those that are paid for cost.
    pub cost: Money,
}

impl Tally {
    /// Adds another one.
    pub fn add(&mut self, other: &Self) {
        self.sent_messages += other.sent_messages;
        self.sent_parts += other.sent_parts;
        self.delivered_messages += other.delivered_messages;
        self.delivered_parts += other.delivered_parts;
        self.cost.0 += other.cost.0;
    }

    /// What has to be added to `before` for this.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        Self {
            sent_messages: self.sent_messages - before.sent_messages,
            sent_parts: self.sent_parts - before.sent_parts,
            delivered_messages: self.delivered_messages - before.delivered_messages,
            delivered_parts: self.delivered_parts - before.delivered_parts,
            cost: Money(self.cost.0 - before.cost.0),
        }
    }
}

/// A row of the finest level. It borrows its texts from the messages that it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cell<'a> {
    /// Whose messages.
    pub client_id: i64,
    /// The day of sending, in the platform's time zone.
    pub day: NaiveDate,
    /// By which way they went.
    pub channel: MessagingChannel,
    /// ISO 3166-1 alpha-2 code, or empty.
    pub country: &'a str,
    /// The operator's name, or empty.
    pub operator: &'a str,
    /// The sender ID as sent, or empty.
    pub sender_id: &'a str,
}

/// What a batch adds to the roll-ups.
#[derive(Debug, Default)]
pub struct RollUps<'a> {
    cells: HashMap<Cell<'a>, Tally>,
}

const ROWS: usize = rows_per_statement(12);

impl<'a> RollUps<'a> {
    /// Counts something in, in each level.
    pub fn count(&mut self, cell: Cell<'a>, tally: &Tally) {
        self.cells.entry(cell).or_default().add(tally);
    }

    /// The rows of all levels, in the order of their keys; those that nothing is added to are left out.
    #[must_use]
    pub fn rows(&self) -> Vec<roll_up::Model> {
        let mut rows: BTreeMap<Key<'a>, Tally> = BTreeMap::new();
        for (cell, tally) in &self.cells {
            for key in Key::of(cell) {
                rows.entry(key).or_default().add(tally);
            }
        }
        rows.into_iter().filter(|(_, tally)| *tally != Tally::default()).map(|(key, tally)| key.row(&tally)).collect()
    }

    /// What was sent under which sender ID.
    pub fn uses(&self) -> impl Iterator<Item = Use<'a>> + Clone {
        let sent = |tally: &Tally| (tally.sent_messages, tally.sent_parts);
        self.cells.iter().map(move |(cell, tally)| (cell.client_id, cell.sender_id, cell.day, sent(tally)))
    }

    /// Adds it in the transaction.
    pub async fn add(&self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        let sum = |column: roll_up::Column| {
            let name = column.to_string();
            (column, Expr::cust(format!("roll_ups.{name} + excluded.{name}")))
        };
        let added = OnConflict::columns([
            roll_up::Column::ClientId,
            roll_up::Column::Level,
            roll_up::Column::Day,
            roll_up::Column::Channel,
            roll_up::Column::Country,
            roll_up::Column::Operator,
            roll_up::Column::SenderId,
        ])
        .values([
            sum(roll_up::Column::SentMessages),
            sum(roll_up::Column::SentParts),
            sum(roll_up::Column::DeliveredMessages),
            sum(roll_up::Column::DeliveredParts),
            sum(roll_up::Column::Cost),
        ])
        .to_owned();
        for batch in self.rows().chunks(ROWS) {
            let rows = batch.iter().cloned().map(IntoActiveModel::into_active_model);
            roll_up::Entity::insert_many(rows).on_conflict(added.clone()).exec_without_returning(transaction).await?;
        }
        Ok(())
    }
}

/// A row's key: client, level, day, channel, country, operator, sender ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a>(i64, Level, NaiveDate, MessagingChannel, &'a str, &'a str, &'a str);

impl<'a> Key<'a> {
    /// The rows of all levels that count what a cell counts.
    fn of(cell: &Cell<'a>) -> [Self; 4] {
        let Cell { client_id, day, channel, country, operator, sender_id } = *cell;
        let month = day.with_day(1).unwrap_or(day);
        [
            Self(client_id, Level::Ever, EVER, channel, "", "", ""),
            Self(client_id, Level::Day, day, channel, "", "", ""),
            Self(client_id, Level::MonthSplit, month, channel, country, operator, sender_id),
            Self(client_id, Level::DaySplit, day, channel, country, operator, sender_id),
        ]
    }

    fn row(&self, tally: &Tally) -> roll_up::Model {
        let Self(client_id, level, day, channel, country, operator, sender_id) = *self;
        roll_up::Model {
            client_id,
            level,
            day,
            channel,
            country: country.to_owned(),
            operator: operator.to_owned(),
            sender_id: sender_id.to_owned(),
            sent_messages: tally.sent_messages,
            sent_parts: tally.sent_parts,
            delivered_messages: tally.delivered_messages,
            delivered_parts: tally.delivered_parts,
            cost: tally.cost,
        }
    }
}
