//! The rows and sums of the Finance tab.

use super::{
    LedgerPage, LedgerRow, ReversalForm,
    booking::no_such_transaction,
    query::FinanceQuery,
    store::{self, entry},
};
use crate::{clients::store::client, database::Database, form_answers::new_key, ids::EntryId};
use values::{answer::Answer, error::Error, form_answer::FormAnswer, period::Period, time};

/// Reads a page of a client's ledger.
///
/// # Errors
/// [`Error::BadAddress`] for an invalid period; [`Error::NoSuchPage`] for a page beyond the last; [`Error::NotFound`]
/// if the row to reverse doesn't exist.
pub async fn read(
    database: &Database,
    client: client::Model,
    mut query: FinanceQuery,
) -> Result<Answer<FinanceQuery, LedgerPage>, Error> {
    let period = query.period()?;
    let reader = database.reader();
    let extract = store::extract(reader, client.id, &period, query.kind).await?;
    let total = extract.shown.rows.unsigned_abs();
    query.paging = query.paging.within(total)?;
    let paging = query.paging;
    let rows = extract.rows(reader, paging.skip().cast_signed(), paging.per_page.cast_signed()).await?;
    let reversed = store::reversals(reader, client.id, rows.iter().map(|row| row.id)).await?;
    if let Some(id) = query.reverse {
        store::find(reader, client.id, id).await?.ok_or_else(no_such_transaction)?;
    }
    let others = extract.others();
    let content = LedgerPage {
        currency: client.currency,
        from: period.from.to_string(),
        to: period.to.to_string(),
        choices: Period::choices(),
        opening: extract.opening(),
        closing: extract.closing(),
        turnover: (extract.shown.credits, extract.shown.debits),
        others: (others.credits, others.debits),
        total,
        rows: rows
            .into_iter()
            .map(|entry| {
                let reversed_by = reversed.get(&entry.id).copied();
                row(entry, reversed_by)
            })
            .collect(),
    };
    Ok(Answer { query, content })
}

/// Reads the first values of the form that reverses a row.
///
/// # Errors
/// [`Error::NotFound`] for a row that doesn't exist.
pub async fn reversal_form(
    database: &Database,
    client: client::Model,
    id: EntryId,
    answer: Option<FormAnswer>,
) -> Result<ReversalForm, Error> {
    let reader = database.reader();
    let entry = store::find(reader, client.id, id).await?.ok_or_else(no_such_transaction)?;
    let reversed_by = store::reversals(reader, client.id, [id]).await?.get(&id).copied();
    Ok(ReversalForm { currency: client.currency, row: row(entry, reversed_by), key: new_key()?, answer })
}

fn row(entry: entry::Model, reversed_by: Option<EntryId>) -> LedgerRow {
    LedgerRow {
        id: entry.id,
        at: time::show(entry.at),
        kind: entry.kind,
        amount: entry.amount,
        balance: entry.balance,
        purpose: entry.purpose,
        author: entry.author,
        reverses: entry.reverses,
        reversed_by,
    }
}
