//! What the browser asks the server for.

use crate::failure::Failure;
use domain::reports::ReportPage;
use leptos::{server, server_fn::codec::GetUrl};

/// The report that an address asks for.
#[server(prefix = "/rpc", endpoint = "read_report", input = GetUrl)]
pub async fn read_report(
    /// The client's number in the address, as it is written there.
    id: String,
    /// The report's word in the address.
    report: String,
    /// The part of the tab's address behind its question mark.
    address: String,
) -> Result<ReportPage, Failure> {
    use crate::access::allowed;
    use domain::{
        administrators::Permission,
        clients::store::of_address,
        reports::{Kind, StatisticsQuery, page},
    };
    use values::period::Period;
    allowed(Permission::SeeClients, |caller| async move {
        let client = of_address(&caller.services.database, &id).await?;
        let kind = Kind::of(&report)?;
        let query = StatisticsQuery::parse(kind, &address)?;
        let period = Period::parse(query.from.as_deref(), query.to.as_deref())?;
        page::read(&caller.services.database, client, kind, &query, period).await
    })
    .await
}
