//! The server function of the Statistics tab.

use crate::failure::AddressFailure;
use domain::reports::{ReportPage, query::StatisticsQuery};
use leptos::{server, server_fn::codec::GetUrl};
use values::answer::Answer;

/// Reads a page of a report.
#[server(prefix = "/rpc", endpoint = "read_report", input = GetUrl)]
pub async fn read_report(
    /// The client's number as written in the address.
    id: String,
    /// The report's word in the address.
    report: String,
    /// The query string of the tab's address.
    address: String,
) -> Result<Answer<StatisticsQuery, ReportPage>, AddressFailure<StatisticsQuery>> {
    use crate::client_page::listed::of_client;
    use domain::reports::{Kind, page};
    let kind = Kind::of(&report);
    let query = kind.clone().and_then(|kind| StatisticsQuery::parse(kind, &address));
    of_client(&id, query, |authorized, client, query| async move {
        page::read(&authorized.services.database, client, kind?, query).await
    })
    .await
}
