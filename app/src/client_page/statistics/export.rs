//! A report as a file: all rows, sorted and filtered as on the page, with the ticked columns. Native only.

use crate::{
    access::{Authorized, SeeClients},
    cookies,
    export::{
        CSV, Download, client_line, file_response, period_line, period_name,
        report::{self as file, Cell, Drawing, Total},
        workbook::{self, Criteria, Printed, XLSX},
    },
    failure::Failure,
};
use axum::{
    body::Body,
    extract::{Path, RawQuery},
    http::HeaderMap,
    response::Response,
};
use domain::{
    administrators::downloads::DownloadPlace,
    clients::store::{client, of_address},
    messages::Tally,
    reports::{
        Kind, ReportRow, Step,
        columns::{self, Column, group_of},
        query::StatisticsQuery,
        report::{Report, country_of, operator_of, part_of, sender_of},
    },
};
use values::{error::Error, messaging::MessagingChannel, time};

/// The contents of a file.
struct ExportRequest {
    authorized: Authorized<SeeClients>,
    client: client::Model,
    kind: Kind,
    query: StatisticsQuery,
    report: Report,
    columns: Vec<Column>,
}

/// `GET /clients/{id}/statistics/{report}/export.csv`
pub async fn csv(
    path: Path<(String, String)>,
    Download { authorized, place }: Download,
    RawQuery(address): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let request = request(authorized, path, address).await?;
    let body = request.file().csv()?;
    Ok(request.answer(place, &headers, "csv", CSV, Body::from(body)))
}

/// `GET /clients/{id}/statistics/{report}/export.xlsx`
pub async fn xlsx(
    path: Path<(String, String)>,
    Download { authorized, place }: Download,
    RawQuery(address): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let request = request(authorized, path, address).await?;
    let file = request.file();
    let body = tokio::task::spawn_blocking(move || file.xlsx()).await.map_err(Error::internal)??;
    Ok(request.answer(place, &headers, "xlsx", XLSX, Body::from(body)))
}

async fn request(
    authorized: Authorized<SeeClients>,
    Path((id, report)): Path<(String, String)>,
    address: Option<String>,
) -> Result<ExportRequest, Error> {
    let client = of_address(&authorized.services.database, &id).await?;
    let kind = Kind::of(&report)?;
    let query = StatisticsQuery::parse(kind, &address.unwrap_or_default())?;
    let period = query.period()?;
    let snapshot = authorized.services.database.snapshot().await?;
    let report = Report::read(&snapshot, client.id, kind, &query, period).await?;
    snapshot.rollback().await?;
    let columns = query.columns.clone().unwrap_or_else(|| columns::of(kind));
    Ok(ExportRequest { authorized, client, kind, query, report, columns })
}

impl ExportRequest {
    /// Makes the response with the file, and a cookie that remembers the ticked columns.
    fn answer(
        &self,
        place: DownloadPlace,
        headers: &HeaderMap,
        ending: &str,
        mime: &'static str,
        body: Body,
    ) -> Response {
        let content = format!("statistics-by-{}", self.kind.word());
        let name = period_name(&content, self.client.id, &self.report.period);
        let mut response = file_response(place, &name, ending, mime, body);
        if self.query.columns.is_some() {
            let before = cookies::get(headers, cookies::UNTICKED_COLUMNS).unwrap_or_default();
            cookies::set(
                &mut response,
                cookies::UNTICKED_COLUMNS,
                &columns::remembered(self.kind, &self.columns, before),
            );
        }
        response
    }

    fn file(&self) -> file::Report {
        file::Report {
            name: self.kind.title(),
            columns: self.columns.iter().map(|column| self.column(*column)).collect(),
            header: self.query.header,
            rows: self.rows(),
            total: self.total(),
            drawing: self.drawing(),
            criteria: self.criteria(),
            printed: Printed {
                subject: format!("{}, {}", client_line(&self.client), self.kind.label()),
                period: period_line(&self.report.period),
            },
        }
    }

    fn rows(&self) -> Vec<Vec<Cell>> {
        let row = |row: &ReportRow| self.columns.iter().map(|column| self.cell(*column, row)).collect();
        self.report.rows.iter().map(row).collect()
    }

    /// A cell of a row.
    fn cell(&self, column: Column, row: &ReportRow) -> Cell {
        let key = |index: usize| row.key.get(index).map(String::as_str).unwrap_or_default();
        let place = group_of(self.kind).iter().position(|part| *part == column);
        match (column, place) {
            (Column::Date, _) => key(0).parse().map_or(Cell::Blank, Cell::Date),
            (_, Some(index)) => Cell::Text(part_of(column, key(index))),
            (_, None) => self.figure(column, &row.figures),
        }
    }

    fn figure(&self, column: Column, figures: &Tally) -> Cell {
        match column {
            Column::SentMessages => Cell::Count(figures.sent_messages),
            Column::SentParts => Cell::Count(figures.sent_parts),
            Column::DeliveredMessages => Cell::Count(figures.delivered_messages),
            Column::DeliveredParts => Cell::Count(figures.delivered_parts),
            Column::Efficiency => Cell::Share(figures.delivered_messages, figures.sent_messages),
            Column::SmsPrice => Cell::Money(figures.cost),
            Column::Currency => Cell::Text(self.client.currency.clone()),
            _ => Cell::Blank,
        }
    }

    /// The total row. Its first cell is `Total` if the first column names the rows.
    fn total(&self) -> Vec<Cell> {
        let named = |index: usize, column: Column| {
            if index == 0 && column.is_group() {
                Cell::Text("Total".to_owned())
            } else {
                self.figure(column, &self.report.sum)
            }
        };
        self.columns.iter().enumerate().map(|(index, column)| named(index, *column)).collect()
    }

    fn place(&self, column: Column) -> Option<usize> {
        self.columns.iter().position(|other| *other == column)
    }

    fn column(&self, column: Column) -> file::Column {
        let (width, total) = match column {
            Column::Date => (12.0, Total::Value),
            Column::SenderId => (22.0, Total::Value),
            _ if column.is_group() => (24.0, Total::Value),
            Column::Currency => (10.0, Total::Value),
            Column::Efficiency => {
                // The formula needs both columns. Without them, the cell has the value.
                let places = self.place(Column::DeliveredMessages).zip(self.place(Column::SentMessages));
                (12.0, places.map_or(Total::Value, |(part, whole)| Total::Share(part, whole)))
            }
            _ => (20.0, Total::Sum),
        };
        file::Column { label: column.label(), width, total }
    }

    fn drawing(&self) -> Option<Drawing> {
        // The page's chart has the same colours.
        let series = [(Column::SentMessages, "Sent", 0x1D_6F_D6), (Column::DeliveredMessages, "Delivered", 0x7C_3A_ED)];
        let series: Vec<_> =
            series.into_iter().filter_map(|(column, name, colour)| Some((self.place(column)?, name, colour))).collect();
        let named = |column: &Column| column.is_group();
        let first = self.columns.iter().position(named)?;
        let last = self.columns.iter().rposition(named)?;
        (!series.is_empty()).then_some(Drawing { lines: self.kind == Kind::Day, names: (first, last), series })
    }

    /// The second sheet: the client, the filters of the report, the time of the export and its administrator.
    fn criteria(&self) -> Criteria {
        let Self { authorized, client, kind, query, report, .. } = self;
        let text = |text: String| workbook::Cell::Text(text);
        let all = || "All".to_owned();
        let channel = if *kind == Kind::ViberSender { Some(MessagingChannel::Viber) } else { query.channel };
        let mut criteria = vec![
            ("Client", text(client_line(client))),
            ("Report", text(kind.label().to_owned())),
            ("Start date", workbook::Cell::Day(report.period.from)),
            ("End date", workbook::Cell::Day(report.period.to)),
            ("Time zone", text(time::zone().name().to_owned())),
            ("Messaging channel", text(channel.map_or("All", MessagingChannel::label).to_owned())),
            ("Country", text(query.country.as_deref().map_or_else(all, country_of))),
            ("Operator", text(query.operator.as_deref().map_or_else(all, operator_of))),
            ("Sender ID", text(query.sender_id.as_deref().map_or_else(all, sender_of))),
            ("Rows", workbook::Cell::count(report.rows.len())),
            ("Currency", text(client.currency.clone())),
            ("Exported at", workbook::Cell::Moment(time::now())),
            ("Exported by", text(authorized.administrator.login.clone())),
        ];
        let step = query.step(report.period);
        if *kind == Kind::Day && step != Step::Day {
            criteria.insert(2, ("Rows count", text(step.label().to_lowercase())));
        }
        criteria
    }
}
