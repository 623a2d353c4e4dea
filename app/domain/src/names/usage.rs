//! The use of sender IDs, whether they are names of the client or not. It is counted by day, without regard to case, in
//! the transaction that writes the messages.
//!
//! In the key of the roll-ups the day comes first, for reports of a period. Here the sender ID comes first, so that a
//! list of names reads a few rows for each.

use super::{DAYS, name::NameId};
use crate::{
    database::{by_keys, rows_per_statement, values_list},
    ids::ClientId,
};
use chrono::{Days, NaiveDate};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, IntoActiveModel, Statement, entity::prelude::*, sea_query::OnConflict,
};
use std::collections::{BTreeMap, HashMap};
use values::time;

/// The table `name_use`.
pub mod name_use {
    use super::*;

    /// The use of a sender ID on a day.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "name_use")]
    pub struct Model {
        /// The client.
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: ClientId,
        /// The sender ID in lower case.
        #[sea_orm(primary_key, auto_increment = false)]
        pub name_key: String,
        /// The day of sending, in the platform's time zone.
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: NaiveDate,
        /// Messages handed over for delivery.
        pub messages: i64,
        /// Parts of the messages.
        pub parts: i64,
    }

    /// None: rows are looked up by client id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A change of the use: client, sender ID as sent, day; messages and parts.
pub type Use<'a> = (ClientId, &'a str, NaiveDate, (i64, i64));

const ROWS: usize = rows_per_statement(5);

/// The rows to add, in key order. Messages without a sender ID don't count.
#[must_use]
pub fn rows<'a>(uses: impl Iterator<Item = Use<'a>>) -> Vec<name_use::Model> {
    let mut rows: BTreeMap<(NameId, NaiveDate), (i64, i64)> = BTreeMap::new();
    for (client_id, sender_id, day, (messages, parts)) in uses {
        if !sender_id.is_empty() && messages != 0 {
            let sum = rows.entry((NameId::new(client_id, sender_id), day)).or_default();
            sum.0 += messages;
            sum.1 += parts;
        }
    }
    rows.into_iter()
        .map(|((name, day), (messages, parts))| name_use::Model {
            client_id: name.client_id,
            name_key: name.key,
            day,
            messages,
            parts,
        })
        .collect()
}

/// Adds the use of a batch, and stores sender IDs that aren't names of their clients.
pub async fn add<'a>(
    transaction: &DatabaseTransaction,
    uses: impl Iterator<Item = Use<'a>> + Clone,
) -> Result<(), DbErr> {
    let sum = |column: name_use::Column| {
        let name = column.to_string();
        (column, Expr::cust(format!("name_use.{name} + excluded.{name}")))
    };
    let add = OnConflict::columns([name_use::Column::ClientId, name_use::Column::NameKey, name_use::Column::Day])
        .values([sum(name_use::Column::Messages), sum(name_use::Column::Parts)])
        .to_owned();
    for batch in rows(uses.clone()).chunks(ROWS) {
        let rows = batch.iter().cloned().map(IntoActiveModel::into_active_model);
        name_use::Entity::insert_many(rows).on_conflict(add.clone()).exec_without_returning(transaction).await?;
    }
    let mut sender_ids: BTreeMap<NameId, &str> = BTreeMap::new();
    for (client_id, sender_id, ..) in uses.filter(|(_, sender_id, _, sent)| !sender_id.is_empty() && sent.0 != 0) {
        // Of several spellings always the same one.
        let spelling = sender_ids.entry(NameId::new(client_id, sender_id)).or_insert(sender_id);
        *spelling = sender_id.min(*spelling);
    }
    let sender_ids: Vec<_> = sender_ids.into_iter().collect();
    for batch in sender_ids.chunks(ROWS) {
        let backend = transaction.get_database_backend();
        let list = values_list(backend, batch.len(), &["BIGINT", "TEXT", "TEXT"]);
        let sql = format!(
            "INSERT INTO unregistered_names (client_id, name_key, sender_id)
             SELECT sent.column1, sent.column2, sent.column3 FROM ({list}) AS sent
             WHERE NOT EXISTS (SELECT 1 FROM names WHERE client_id = sent.column1 AND name_key = sent.column2
                               AND status <> 'Removed')
             ON CONFLICT DO NOTHING"
        );
        let values = batch.iter().flat_map(|(name, sender_id)| -> [Value; 3] {
            [name.client_id.into(), name.key.as_str().into(), (*sender_id).into()]
        });
        transaction.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    Ok(())
}

/// Reads the use of sender IDs in the last [`DAYS`] days: messages and parts. Unused ones are left out.
pub async fn recent(database: &impl ConnectionTrait, ids: &[NameId]) -> Result<HashMap<NameId, (i64, i64)>, DbErr> {
    let from = time::today() - Days::new(DAYS - 1);
    // The day is computed here, so it is safe in the statement.
    let sums = |keys: &str| {
        format!(
            "SELECT wanted.column1, wanted.column2, CAST(SUM(messages) AS BIGINT), CAST(SUM(parts) AS BIGINT)
         FROM ({keys}) AS wanted JOIN name_use
           ON name_use.client_id = wanted.column1 AND name_use.name_key = wanted.column2 AND day >= '{from}'
         GROUP BY wanted.column1, wanted.column2"
        )
    };
    let ids: Vec<_> = ids.iter().map(NameId::columns).collect();
    let rows = by_keys(database, &ids, sums).await?;
    rows.iter()
        .map(|row| {
            let id = NameId { client_id: row.try_get_by_index(0)?, key: row.try_get_by_index(1)? };
            Ok((id, (row.try_get_by_index(2)?, row.try_get_by_index(3)?)))
        })
        .collect()
}

/// Whether a sender ID was ever used.
pub async fn is_used(database: &impl ConnectionTrait, client_id: ClientId, name_key: &str) -> Result<bool, DbErr> {
    let of_name = name_use::Entity::find()
        .filter(name_use::Column::ClientId.eq(client_id))
        .filter(name_use::Column::NameKey.eq(name_key));
    Ok(of_name.one(database).await?.is_some())
}
