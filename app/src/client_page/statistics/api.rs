//! The server function of the Statistics tab.

use crate::failure::Failure;
use domain::reports::ReportPage;
use leptos::{server, server_fn::codec::GetUrl};

/// Reads a page of a report.
#[server(prefix = "/rpc", endpoint = "read_report", input = GetUrl)]
pub async fn read_report(
    /// The client's number as written in the address.
    id: String,
    /// The report's word in the address.
    report: String,
    /// The query string of the tab's address.
    address: String,
) -> Result<ReportPage, Failure> {
    use crate::access::{Authorized, SeeClients, allowed};
    use domain::{
        clients::store::of_address,
        reports::{Kind, page, query::StatisticsQuery},
    };
    use values::period::Period;
    allowed(|authorized: Authorized<SeeClients>| async move {
        let client = of_address(&authorized.services.database, &id).await?;
        let kind = Kind::of(&report)?;
        let query = StatisticsQuery::parse(kind, &address)?;
        let period = Period::parse(query.from.as_deref(), query.to.as_deref())?;
        page::read(&authorized.services.database, client, kind, &query, period).await
    })
    .await
}
