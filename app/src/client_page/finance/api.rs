//! What the browser asks the server for.

use crate::failure::Failure;
use domain::ledger::{AccountForms, AccountSummary, LedgerPage, ReversalForm};
use leptos::{server, server_fn::codec::GetUrl};

/// Balance and credit, and whether the client was told of it.
#[server(prefix = "/rpc", endpoint = "read_standing", input = GetUrl)]
pub async fn read_standing(
    /// The client's number in the address, as it is written there.
    id: String,
) -> Result<AccountSummary, Failure> {
    use crate::access::allowed;
    use domain::{administrators::Permission, clients::store::of_address, mail};
    allowed(Permission::SeeClients, |caller| async move {
        let client = of_address(&caller.services.database, &id).await?;
        let mail = mail::store::newest(&caller.services.database, client.id, mail::Topic::Credit).await?;
        Ok(AccountSummary {
            currency: client.currency,
            balance: client.balance,
            credit: client.credit,
            notified: mail.map(|mail| mail.describe(caller.services.policy.sends_mail)),
        })
    })
    .await
}

/// What the forms begin with. `answer` is the key of a form that was sent without JavaScript, or empty.
#[server(prefix = "/rpc", endpoint = "open_desk", input = GetUrl)]
pub async fn open_account_forms(
    /// The client's number in the address, as it is written there.
    id: String,
    #[server(default)]
    /// The part `answer` of the address.
    answer: String,
) -> Result<AccountForms, Failure> {
    use crate::access::allowed;
    use domain::{
        administrators::Permission,
        clients::store::of_address,
        form_answers::{self, new_key},
    };
    allowed(Permission::ChangeClients, |caller| async move {
        let client = of_address(&caller.services.database, &id).await?;
        let answer = form_answers::find(&caller.services.database, caller.administrator.id, client.id, answer).await?;
        Ok(AccountForms {
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
) -> Result<ReversalForm, Failure> {
    use crate::access::allowed;
    use domain::{
        administrators::Permission,
        clients::store::of_address,
        form_answers,
        ledger::{booking::no_such_transaction, page},
    };
    allowed(Permission::ChangeClients, |caller| async move {
        let client = of_address(&caller.services.database, &id).await?;
        let transaction = transaction.parse().map_err(|_| no_such_transaction())?;
        let database = &caller.services.database;
        let answer = form_answers::find(database, caller.administrator.id, client.id, answer).await?;
        page::reversal_form(database, client, transaction, answer).await
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
) -> Result<LedgerPage, Failure> {
    use crate::access::allowed;
    use domain::{
        administrators::Permission,
        clients::store::of_address,
        ledger::{FinanceQuery, page},
    };
    use values::period::Period;
    allowed(Permission::SeeClients, |caller| async move {
        let query = FinanceQuery::parse(&address)?;
        let client = of_address(&caller.services.database, &id).await?;
        let period = Period::parse(query.from.as_deref(), query.to.as_deref())?;
        page::read(&caller.services.database, client, &query, period).await
    })
    .await
}
