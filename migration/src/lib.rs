//! The schema, one file a step; the file's name is the step's name and never changes once released.
//!
//! Rules that keep the way open to spreading the tables over several PostgreSQL nodes by `client_id`: a key
//! or unique index of a client's table contains the client's id, there are no triggers, and a new column's
//! default is a constant.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod m20261123_000001_clients;
mod m20261123_000002_administrators;
mod m20261125_000003_ledger;
mod m20261125_000004_messages;
mod m20261125_000005_operators;

/// Applies the steps in order. Run it through `app::database`, which holds a lock meanwhile.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_clients::Migration),
            Box::new(m20261123_000002_administrators::Migration),
            Box::new(m20261125_000003_ledger::Migration),
            Box::new(m20261125_000004_messages::Migration),
            Box::new(m20261125_000005_operators::Migration),
        ]
    }
}
