//! The tables of clients: rows, and the feed of changes that every change to a client writes. Native only.

use crate::{
    clients::{Activation, BillingMode, PropertyType},
    values::{
        Money,
        time::{self, Moment},
    },
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    DatabaseTransaction, DbBackend, DbErr, Statement,
    entity::prelude::*,
};

/// The table `clients`.
pub mod client {
    use super::*;

    /// A client's row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "clients")]
    #[allow(missing_docs, reason = "the fields are those of the client file, described in the README")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub login: String,
        pub company: Option<String>,
        pub name: Option<String>,
        pub site: Option<String>,
        pub email: Option<String>,
        pub email_accounting: Option<String>,
        pub region: Option<String>,
        pub language: String,
        pub activity_type: Option<String>,
        pub property_type: Option<PropertyType>,
        pub postal_address: Option<String>,
        pub registered_at: Option<Moment>,
        pub last_login_at: Option<Moment>,
        pub login_attempts: i32,
        pub activation: Option<Activation>,
        pub referer: Option<String>,
        pub channel: Option<String>,
        pub channel_source: Option<String>,
        pub sms_price: Option<Money>,
        pub billing_mode: BillingMode,
        pub currency: String,
        pub balance: Money,
        pub credit: Money,
        pub sms_subscription: bool,
    }

    /// Clients stand alone as yet.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table `logins`: claims a login, which is unique over all clients.
pub mod login {
    use super::*;

    /// A login and whose it is.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "logins")]
    pub struct Model {
        /// The phone number, as text.
        #[sea_orm(primary_key, auto_increment = false)]
        pub login: String,
        /// The client who has it.
        pub client_id: i64,
    }

    /// A login's client is found by its id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table `client_changes`: which clients changed, in the order in which it became visible.
pub mod change {
    use super::*;

    /// One change to one client.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "client_changes")]
    pub struct Model {
        /// Ascending; on PostgreSQL not in the order of commits.
        #[sea_orm(primary_key)]
        pub id: i64,
        /// The client.
        pub client_id: i64,
        /// PostgreSQL's transaction, by which a follower knows what it has seen.
        pub transaction_id: Option<i64>,
        /// When; old changes are pruned.
        pub changed_at: Moment,
    }

    /// A change's client is found by its id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Says in the feed that these clients change in this transaction. Every transaction that inserts or updates
/// a client calls it, or the client table wouldn't follow.
pub async fn record_changes(transaction: &DatabaseTransaction, clients: &[i64]) -> Result<(), DbErr> {
    if clients.is_empty() {
        return Ok(());
    }
    let transaction_id = match transaction.get_database_backend() {
        DbBackend::Postgres => {
            let statement =
                Statement::from_string(DbBackend::Postgres, "SELECT pg_current_xact_id()::text::bigint AS id");
            transaction.query_one_raw(statement).await?.map(|row| row.try_get("", "id")).transpose()?
        }
        _ => None,
    };
    let changed_at = time::now();
    // Four values a row, and PostgreSQL takes 65,535 in a statement, SQLite 32,766.
    for some in clients.chunks(8_000) {
        let rows = some.iter().map(|&client_id| change::ActiveModel {
            id: NotSet,
            client_id: Set(client_id),
            transaction_id: Set(transaction_id),
            changed_at: Set(changed_at),
        });
        change::Entity::insert_many(rows).exec_without_returning(transaction).await?;
    }
    Ok(())
}
