//! The server functions of the Finance tab.

use crate::failure::{AddressFailure, Failure};
use domain::ledger::{AccountForms, AccountSummary, LedgerPage, ReversalForm, query::FinanceQuery};
use leptos::{server, server_fn::codec::GetUrl};
use values::answer::Answer;

/// Reads balance and credit, and whether the client was notified of them.
#[server(prefix = "/rpc", endpoint = "read_standing", input = GetUrl)]
pub async fn read_account_summary(
    /// The client's number as written in the address.
    id: String,
) -> Result<AccountSummary, Failure> {
    use crate::access::{Authorized, SeeClients, allowed};
    use domain::{clients::store::of_address, mail};
    allowed(|authorized: Authorized<SeeClients>| async move {
        let client = of_address(&authorized.services.database, &id).await?;
        let mail = mail::store::newest(&authorized.services.database, client.id, mail::Topic::Credit).await?;
        Ok(AccountSummary {
            currency: client.currency,
            balance: client.balance,
            credit: client.credit,
            notified: mail.map(|mail| mail.describe(authorized.services.policy.sends_mail)),
        })
    })
    .await
}

/// Reads the initial state of a form.
#[server(prefix = "/rpc", endpoint = "open_desk", input = GetUrl)]
pub async fn open_account_forms(
    /// The client's number as written in the address.
    id: String,
    #[server(default)]
    /// The query parameter `answer`: the key of a form that was sent without JavaScript, or empty.
    answer: String,
) -> Result<AccountForms, Failure> {
    use crate::access::{Authorized, ChangeClients, allowed};
    use domain::{
        clients::store::of_address,
        form_answers::{self, new_key},
    };
    allowed(|authorized: Authorized<ChangeClients>| async move {
        let client = of_address(&authorized.services.database, &id).await?;
        let answer =
            form_answers::find(&authorized.services.database, authorized.administrator.id, client.id, answer).await?;
        Ok(AccountForms {
            currency: client.currency,
            balance: client.balance,
            credit: client.credit,
            key: new_key()?,
            answer,
        })
    })
    .await
}

/// Reads the transaction to reverse, and the initial state of the form.
#[server(prefix = "/rpc", endpoint = "open_reversal", input = GetUrl)]
pub async fn open_reversal(
    /// The client's number as written in the address.
    id: String,
    /// The query string of the tab's address.
    address: String,
) -> Result<Answer<FinanceQuery, ReversalForm>, AddressFailure<FinanceQuery>> {
    use crate::access::{Authorized, ChangeClients, allowed_with_query};
    use domain::{
        clients::store::of_address,
        form_answers,
        ledger::{booking::no_such_transaction, page},
    };
    use values::address::typed;
    allowed_with_query(FinanceQuery::parse(&address), |authorized: Authorized<ChangeClients>, query| async move {
        let database = &authorized.services.database;
        let client = of_address(database, &id).await?;
        let query = query?;
        let transaction = query.reverse.ok_or_else(no_such_transaction)?;
        let answer = typed(&address, "answer");
        let answer = form_answers::find(database, authorized.administrator.id, client.id, answer).await?;
        let content = page::reversal_form(database, client, transaction, answer).await?;
        Ok(Answer { query, content })
    })
    .await
}

/// Reads a page of the ledger.
#[server(prefix = "/rpc", endpoint = "list_transactions", input = GetUrl)]
pub async fn list_transactions(
    /// The client's number as written in the address.
    id: String,
    /// The query string of the tab's address.
    address: String,
) -> Result<Answer<FinanceQuery, LedgerPage>, AddressFailure<FinanceQuery>> {
    use crate::client_page::listed::of_client;
    use domain::ledger::page;
    of_client(&id, FinanceQuery::parse(&address), |authorized, client, query| async move {
        page::read(&authorized.services.database, client, query).await
    })
    .await
}
