//! Batches of lines into the database, a transaction each. Native only.

use super::Outcome;
use crate::{
    actor::Actor,
    database::{Database, is_overtaken},
};
use sea_orm::{DatabaseTransaction, DbErr, TransactionTrait as _};
use std::time::Duration;
use values::error::Error;

/// How often a batch is tried while others get in its way.
const ATTEMPTS: u32 = 10;

/// A line of a kind that can be written.
pub trait Line: Sized + Send + Sync + 'static {
    /// Writes a batch in a transaction that goes on.
    fn write(
        batch: &[Self],
        transaction: &DatabaseTransaction,
        author: &Actor,
    ) -> impl Future<Output = Result<Outcome, BatchError>> + Send;
}

/// Why a batch didn't go through.
#[derive(Debug)]
pub enum BatchError {
    /// Another transaction changed what this one built on.
    Overtaken,
    /// The sender may not do this.
    Refused(Error),
    /// The database refused.
    Failed(DbErr),
}

impl From<Error> for BatchError {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<DbErr> for BatchError {
    fn from(cause: DbErr) -> Self {
        if is_overtaken(&cause) { Self::Overtaken } else { Self::Failed(cause) }
    }
}

/// Writes batches.
pub struct Writer<'a> {
    database: &'a Database,
    /// Who is named in ledger and audit record.
    author: Actor,
    /// The transaction of a rehearsal, which all of its batches run in and which is undone in the end.
    rehearsal: Option<DatabaseTransaction>,
}

impl<'a> Writer<'a> {
    /// Writes for good: each batch is there as a whole, or not at all.
    #[must_use]
    pub fn new(database: &'a Database, author: Actor) -> Self {
        Self { database, author, rehearsal: None }
    }

    /// Gives the same answers, but leaves the database as it was. Others wait for their changes meanwhile.
    pub async fn rehearse(database: &'a Database, author: Actor) -> Result<Self, Error> {
        Ok(Self { rehearsal: Some(database.write().await?), ..Self::new(database, author) })
    }

    /// Writes a batch, and answers when it is safe on the disk.
    pub async fn write<L: Line>(&self, batch: &[L]) -> Result<Outcome, Error> {
        let mut attempt = 1;
        loop {
            let transaction = match &self.rehearsal {
                Some(rehearsal) => rehearsal.begin().await?,
                None => self.database.write().await?,
            };
            match L::write(batch, &transaction, &self.author).await {
                Ok(outcome) => {
                    transaction.commit().await?;
                    return Ok(outcome);
                }
                Err(BatchError::Overtaken) if attempt < ATTEMPTS => {
                    transaction.rollback().await?;
                    tokio::time::sleep(Duration::from_millis(10) * attempt).await;
                    attempt += 1;
                }
                Err(BatchError::Overtaken) => return Err(Error::Unavailable),
                Err(BatchError::Refused(error)) => return Err(error),
                Err(BatchError::Failed(cause)) => return Err(cause.into()),
            }
        }
    }

    /// Ends the writing; what a rehearsal did is undone.
    pub async fn finish(self) -> Result<(), Error> {
        match self.rehearsal {
            Some(rehearsal) => Ok(rehearsal.rollback().await?),
            None => Ok(()),
        }
    }
}
