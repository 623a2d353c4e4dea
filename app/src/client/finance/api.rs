//! What the browser asks the server for.

use super::{Desk, LedgerPage, ReversalDesk, Standing};
use crate::error::Error;
use leptos::{server, server_fn::codec::GetUrl};

/// Balance and credit, and whether the client was told of it.
#[server(prefix = "/rpc", endpoint = "read_standing", input = GetUrl)]
pub async fn read_standing(
    /// The client's number in the address, as it is written there.
    id: String,
) -> Result<Standing, Error> {
    use crate::{
        admins::{Permission, visitor::allowed},
        client::find_client,
        mail,
    };
    allowed(Permission::SeeClients, |caller| async move {
        let client = find_client(&caller, &id).await?;
        let mail = mail::store::newest(&caller.services.database, client.id, mail::Topic::Credit).await?;
        Ok(Standing {
            currency: client.currency,
            balance: client.balance,
            credit: client.credit,
            notified: mail.map(|mail| mail.told(caller.services.policy.sends_mail)),
        })
    })
    .await
}

/// What the forms begin with. `answer` is the key of a form that was sent without JavaScript, or empty.
#[server(prefix = "/rpc", endpoint = "open_desk", input = GetUrl)]
pub async fn open_desk(
    /// The client's number in the address, as it is written there.
    id: String,
    #[server(default)]
    /// The part `answer` of the address.
    answer: String,
) -> Result<Desk, Error> {
    use crate::{
        admins::{Permission, visitor::allowed},
        client::{find_client, forms::new_key, store},
    };
    allowed(Permission::ChangeClients, |caller| async move {
        let client = find_client(&caller, &id).await?;
        let answer = store::answer(&caller, client.id, answer).await?;
        Ok(Desk {
            currency: client.currency,
            credit: client.credit,
            keys: [new_key()?, new_key()?, new_key()?],
            answer,
        })
    })
    .await
}

/// What the form begins with that takes a row back. `answer` is the key of a form that was sent without JavaScript, or
/// empty.
#[server(prefix = "/rpc", endpoint = "open_reversal", input = GetUrl)]
pub async fn open_reversal(
    /// The client's number in the address, as it is written there.
    id: String,
    /// The row's number within the client, as it is written in the address.
    transaction: String,
    #[server(default)]
    /// The part `answer` of the address.
    answer: String,
) -> Result<ReversalDesk, Error> {
    use super::booking::no_such_transaction;
    use crate::{
        admins::{Permission, visitor::allowed},
        client::find_client,
    };
    allowed(Permission::ChangeClients, |caller| async move {
        let client = find_client(&caller, &id).await?;
        let transaction = transaction.parse().map_err(|_| no_such_transaction())?;
        native::reversal_desk(&caller, client, transaction, answer).await
    })
    .await
}

/// The part of the ledger that an address asks for.
#[server(prefix = "/rpc", endpoint = "list_transactions", input = GetUrl)]
pub async fn list_transactions(
    /// The client's number in the address, as it is written there.
    id: String,
    /// The part of the tab's address behind its question mark.
    address: String,
) -> Result<LedgerPage, Error> {
    use super::FinanceQuery;
    use crate::{
        admins::{Permission, visitor::allowed},
        client::find_client,
        values::period::Period,
    };
    allowed(Permission::SeeClients, |caller| async move {
        let query = FinanceQuery::parse(&address)?;
        let client = find_client(&caller, &id).await?;
        let period = Period::parse(query.from.as_deref(), query.to.as_deref())?;
        native::ledger_page(&caller, client, &query, period).await
    })
    .await
}

#[cfg(feature = "ssr")]
mod native {
    use super::super::{
        FinanceQuery, LedgerPage, LedgerRow, ReversalDesk,
        booking::no_such_transaction,
        store::{self, entry},
    };
    use crate::{
        admins::visitor::Caller,
        client::{forms::new_key, store as answers},
        clients::store::client,
        error::Error,
        values::{address::page_within, period::Period, time},
    };

    pub async fn ledger_page(
        caller: &Caller,
        client: client::Model,
        query: &FinanceQuery,
        period: Period,
    ) -> Result<LedgerPage, Error> {
        let reader = caller.services.database.reader();
        let extract = store::extract(reader, client.id, &period, query.kind).await?;
        let total = extract.shown.rows.unsigned_abs();
        let page = page_within(query.page, query.go_to, query.per_page, total)?;
        let (skip, count) = ((page - 1) * query.per_page, query.per_page);
        let rows = extract.rows(reader, skip.cast_signed(), count.cast_signed()).await?;
        let reversed = store::reversals(reader, client.id, rows.iter().map(|row| row.id)).await?;
        if let Some(id) = query.reverse {
            store::find(reader, client.id, id).await?.ok_or_else(no_such_transaction)?;
        }
        let others = extract.others();
        Ok(LedgerPage {
            currency: client.currency,
            from: period.from.to_string(),
            to: period.to.to_string(),
            quick: Period::quick()
                .map(|(name, quick)| (name.to_owned(), quick.from.to_string(), quick.to.to_string()))
                .to_vec(),
            opening: extract.opening(),
            closing: extract.closing(),
            turnover: (extract.shown.credits, extract.shown.debits),
            others: (others.credits, others.debits),
            page,
            total,
            rows: rows
                .into_iter()
                .map(|entry| {
                    let reversed_by = reversed.get(&entry.id).copied();
                    row(entry, reversed_by)
                })
                .collect(),
        })
    }

    pub async fn reversal_desk(
        caller: &Caller,
        client: client::Model,
        id: i64,
        answer: String,
    ) -> Result<ReversalDesk, Error> {
        let reader = caller.services.database.reader();
        let entry = store::find(reader, client.id, id).await?.ok_or_else(no_such_transaction)?;
        let reversed_by = store::reversals(reader, client.id, [id]).await?.get(&id).copied();
        let answer = answers::answer(caller, client.id, answer).await?;
        Ok(ReversalDesk { currency: client.currency, row: row(entry, reversed_by), key: new_key()?, answer })
    }

    fn row(entry: entry::Model, reversed_by: Option<i64>) -> LedgerRow {
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
}
