//! Writes batches of lines, each in one transaction.

use super::Outcome;
use crate::{
    actor::Actor,
    database::{Database, Retry, is_retryable},
};
use sea_orm::{DatabaseTransaction, DbErr, TransactionTrait as _};
use values::error::Error;

/// A kind of line that can be written.
pub trait Line: Sized + Send + Sync + 'static {
    /// Writes a batch without committing the transaction.
    fn write(
        batch: &[Self],
        transaction: &DatabaseTransaction,
        author: &Actor,
    ) -> impl Future<Output = Result<Outcome, BatchError>> + Send;
}

/// The reason why a batch wasn't written.
#[derive(Debug)]
pub enum BatchError {
    /// A concurrent transaction interfered. The batch can be retried.
    Conflict,
    /// The sender lacks permission.
    Refused(Error),
    /// The database failed.
    Failed(DbErr),
}

impl From<Error> for BatchError {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<DbErr> for BatchError {
    fn from(cause: DbErr) -> Self {
        if is_retryable(&cause) { Self::Conflict } else { Self::Failed(cause) }
    }
}

/// Writes batches.
pub struct Writer<'a> {
    database: &'a Database,
    /// The author, for the ledger and the audit record.
    author: Actor,
    /// The transaction of a rehearsal, for all of its batches. It is rolled back in the end.
    rehearsal: Option<DatabaseTransaction>,
}

impl<'a> Writer<'a> {
    /// A writer that commits each batch.
    #[must_use]
    pub fn new(database: &'a Database, author: Actor) -> Self {
        Self { database, author, rehearsal: None }
    }

    /// A writer with the same outcomes that leaves the database unchanged. Its transaction may block other writers
    /// until it is finished.
    pub async fn rehearse(database: &'a Database, author: Actor) -> Result<Self, Error> {
        Ok(Self { rehearsal: Some(database.write().await?), ..Self::new(database, author) })
    }

    /// Writes a batch. Returns when it is safe on the disk.
    pub async fn write<L: Line>(&self, batch: &[L]) -> Result<Outcome, Error> {
        let mut retry = Retry::default();
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
                Err(BatchError::Conflict) => {
                    if !retry.roll_back(transaction).await? {
                        return Err(Error::Unavailable);
                    }
                }
                Err(BatchError::Refused(error)) => return Err(error),
                Err(BatchError::Failed(cause)) => return Err(cause.into()),
            }
        }
    }

    /// Ends the writing. Rolls a rehearsal back.
    pub async fn finish(self) -> Result<(), Error> {
        match self.rehearsal {
            Some(rehearsal) => Ok(rehearsal.rollback().await?),
            None => Ok(()),
        }
    }
}
