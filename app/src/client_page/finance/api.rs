//! The server functions of the Finance tab.

use crate::failure::Failure;
use domain::ledger::{AccountForms, AccountSummary, LedgerPage, ReversalForm};
use leptos::{server, server_fn::codec::GetUrl};

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

/// Reads the initial state of the forms.
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
            credit: client.credit,
            keys: [new_key()?, new_key()?, new_key()?],
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
    /// The transaction's number within the client, as written in the address.
    transaction: String,
    #[server(default)]
    /// The query parameter `answer`: the key of a form that was sent without JavaScript, or empty.
    answer: String,
) -> Result<ReversalForm, Failure> {
    use crate::access::{Authorized, ChangeClients, allowed};
    use domain::{
        clients::store::of_address,
        form_answers,
        ledger::{booking::no_such_transaction, page},
    };
    allowed(|authorized: Authorized<ChangeClients>| async move {
        let client = of_address(&authorized.services.database, &id).await?;
        let transaction = transaction.parse().map_err(|_| no_such_transaction())?;
        let database = &authorized.services.database;
        let answer = form_answers::find(database, authorized.administrator.id, client.id, answer).await?;
        page::reversal_form(database, client, transaction, answer).await
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
) -> Result<LedgerPage, Failure> {
    use crate::access::{Authorized, SeeClients, allowed};
    use domain::{
        clients::store::of_address,
        ledger::{page, query::FinanceQuery},
    };
    use values::period::Period;
    allowed(|authorized: Authorized<SeeClients>| async move {
        let query = FinanceQuery::parse(&address)?;
        let client = of_address(&authorized.services.database, &id).await?;
        let period = Period::parse(query.from.as_deref(), query.to.as_deref())?;
        page::read(&authorized.services.database, client, &query, period).await
    })
    .await
}
