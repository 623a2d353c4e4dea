//! The table of operators.

use super::{Home, Numbers};
use crate::{
    actor::Actor,
    audit::{self, AuditEntry},
    database::{Database, rows_per_statement},
    intake::{
        Outcome,
        writer::{BatchError, Line},
    },
};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, IntoActiveModel, Statement, entity::prelude::*, sea_query::OnConflict,
};
use serde_json::json;
use std::collections::BTreeMap;
use values::error::Error;

/// The table `operators`.
pub mod operator {
    use super::*;

    /// The operator of a prefix.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "operators")]
    pub struct Model {
        /// Digits that begin with the country calling code.
        #[sea_orm(primary_key, auto_increment = false)]
        pub prefix: String,
        /// ISO 3166-1 alpha-2 code.
        pub country: String,
        /// The operator's name.
        pub operator: String,
        /// The mobile country code, or empty.
        pub mcc: String,
        /// The mobile network code, or empty.
        pub mnc: String,
    }

    /// Operators belong to nothing.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

const ROWS: usize = rows_per_statement(5);

/// The recommended size of a batch.
pub const BATCH: usize = ROWS;

/// Reads all operators into memory.
pub async fn read(database: &Database) -> Result<Numbers, Error> {
    let rows = operator::Entity::find().all(database.reader()).await?;
    let homes = rows.into_iter().map(|row| (row.prefix, Home { country: row.country, operator: row.operator }));
    Ok(Numbers::new(homes.collect()))
}

/// The distinct names of operators. Skips from name to name by the index instead of reading all prefixes.
pub async fn operator_names(database: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let sql = "WITH RECURSIVE found (operator) AS (
                   SELECT MIN(operator) FROM operators
                   UNION ALL
                   SELECT (SELECT MIN(next.operator) FROM operators AS next WHERE next.operator > found.operator)
                   FROM found WHERE found.operator IS NOT NULL)
               SELECT operator FROM found WHERE operator IS NOT NULL";
    let statement = Statement::from_string(database.get_database_backend(), sql);
    database.query_all_raw(statement).await?.iter().map(|row| row.try_get_by_index(0)).collect()
}

impl Line for (u64, operator::Model) {
    /// Inserts operators, and replaces those with the same prefix.
    async fn write(batch: &[Self], transaction: &DatabaseTransaction, author: &Actor) -> Result<Outcome, BatchError> {
        let mut outcome = Outcome::default();
        let mut after: BTreeMap<&str, operator::Model> = BTreeMap::new();
        for batch in batch.chunks(ROWS) {
            let prefixes = batch.iter().map(|(_, row)| row.prefix.as_str());
            let known =
                operator::Entity::find().filter(operator::Column::Prefix.is_in(prefixes)).all(transaction).await?;
            let mut before: BTreeMap<String, operator::Model> =
                known.into_iter().map(|row| (row.prefix.clone(), row)).collect();
            for (_, row) in batch {
                if before.get(&row.prefix) == Some(row) {
                    outcome.repeated += 1;
                } else {
                    outcome.accepted += 1;
                    before.insert(row.prefix.clone(), row.clone());
                    after.insert(&row.prefix, row.clone());
                }
            }
        }
        if after.is_empty() {
            return Ok(outcome);
        }
        let replace = OnConflict::column(operator::Column::Prefix)
            .update_columns([
                operator::Column::Country,
                operator::Column::Operator,
                operator::Column::Mcc,
                operator::Column::Mnc,
            ])
            .to_owned();
        let prefixes: Vec<&str> = after.keys().copied().collect();
        let entry = AuditEntry {
            action: "import operators",
            after: Some(json!({ "prefixes": prefixes }).to_string()),
            ..AuditEntry::default()
        };
        audit::record_all(transaction, [(author, entry)]).await?;
        let rows: Vec<operator::Model> = after.into_values().collect();
        for batch in rows.chunks(ROWS) {
            let rows = batch.iter().cloned().map(IntoActiveModel::into_active_model);
            operator::Entity::insert_many(rows)
                .on_conflict(replace.clone())
                .exec_without_returning(transaction)
                .await?;
        }
        Ok(outcome)
    }
}
