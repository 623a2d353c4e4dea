use super::*;
use calamine::{Data, Reader as _, Xlsx};
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, day).unwrap()
}

fn column(label: &'static str, total: Total) -> Column {
    Column { label, width: 12.0, total }
}

/// A report of two days, the later one first.
fn by_day() -> Report {
    let row = |day, sent, delivered, cost| {
        vec![
            Cell::Date(day),
            Cell::Count(sent),
            Cell::Count(delivered),
            Cell::Share(delivered, sent),
            Cell::Money(Money(cost)),
            Cell::Text("UAH".to_owned()),
        ]
    };
    let mut total = row(day(1), 1_800, 57, 12_345);
    total[0] = Cell::Text("Total".to_owned());
    Report {
        name: "Statistics by days",
        columns: vec![
            column("Date", Total::Value),
            column("Sent messages", Total::Sum),
            column("Delivered messages", Total::Sum),
            column("Efficiency", Total::Share(2, 1)),
            column("SMS price", Total::Sum),
            column("Currency", Total::Value),
        ],
        header: true,
        rows: vec![row(day(2), 1_000, 0, -5), row(day(1), 800, 57, 12_350)],
        total,
        drawing: Some(Drawing {
            lines: true,
            names: (0, 0),
            series: vec![(1, "Sent", 0x1D_6F_D6), (2, "Delivered", 0x7C_3A_ED)],
        }),
        criteria: vec![("Client", crate::export::workbook::Cell::text("7 / =1+1"))],
        printed: Printed::default(),
    }
}

/// Operators of two countries, with bars.
fn by_operator(rows: usize) -> Report {
    let row = |number: usize| {
        let country = if number.is_multiple_of(2) { "Ukraine" } else { "Poland" };
        vec![
            Cell::Text(country.to_owned()),
            Cell::Text(format!("=HYPERLINK(\"http://{number}\")")),
            Cell::Count(20 - i64::try_from(number).unwrap()),
        ]
    };
    Report {
        name: "Statistics by operators",
        columns: vec![
            column("Country", Total::Value),
            column("Operator", Total::Value),
            column("Sent messages", Total::Sum),
        ],
        header: false,
        rows: (0..rows).map(row).collect(),
        total: vec![Cell::Text("Total".to_owned()), Cell::Blank, Cell::Count(7)],
        drawing: Some(Drawing { lines: false, names: (0, 1), series: vec![(2, "Sent", 0x1D_6F_D6)] }),
        criteria: Vec::new(),
        printed: Printed::default(),
    }
}

fn rows(file: &[u8], sheet: &str) -> Vec<Vec<Data>> {
    let mut book = Xlsx::new(Cursor::new(file.to_vec())).unwrap();
    book.worksheet_range(sheet).unwrap().rows().map(<[Data]>::to_vec).collect()
}

fn part(file: &[u8], name: &str) -> Option<String> {
    let mut archive = ZipArchive::new(Cursor::new(file)).unwrap();
    let mut text = String::new();
    archive.by_name(name).ok()?.read_to_string(&mut text).unwrap();
    Some(text)
}

fn sheet(file: &[u8]) -> String {
    part(file, "xl/worksheets/sheet1.xml").unwrap()
}

const CHART: &str = "xl/charts/chart1.xml";

fn text(text: &str) -> Data {
    Data::String(text.to_owned())
}

#[test]
fn the_rows_are_typed_and_the_totals_are_there_for_readers_that_do_not_calculate() {
    let file = by_day().xlsx().unwrap();
    let rows = rows(&file, "Statistics by days");
    assert_eq!(rows.len(), 4);
    assert_eq!(rows[0][..3], [text("Date"), text("Sent messages"), text("Delivered messages")]);
    let Data::DateTime(date) = &rows[1][0] else { panic!("{rows:?}") };
    assert_eq!(date.as_datetime().unwrap().date(), day(2));
    let figures = [1_000.0, 0.0, 0.0, -0.0005].map(Data::Float);
    assert_eq!((&rows[1][1..5], &rows[1][5]), (&figures[..], &text("UAH")));
    let total =
        [text("Total"), Data::Float(1_800.0), Data::Float(57.0), Data::Float(57.0 / 1_800.0), Data::Float(1.2345)];
    assert_eq!(rows[3][..5], total);
    assert_eq!(rows[3][5], text("UAH"));
    let formulas = sheet(&file);
    for formula in ["SUM(B2:B3)", "SUM(C2:C3)", "SUM(E2:E3)", "IF(B4=0,\"\",C4/B4)"] {
        assert!(formulas.contains(&format!("<f>{formula}</f>")), "{formula}: {formulas}");
    }
    assert!(formulas.contains("state=\"frozen\""), "{formulas}");
    let styles = part(&file, "xl/styles.xml").unwrap();
    for format in ["yyyy-mm-dd", "#,##0.0000"] {
        assert!(styles.contains(&format!("formatCode=\"{format}\"")), "{styles}");
    }
    assert_eq!(self::rows(&file, "Criteria"), [[text("Client"), text("7 / =1+1")]]);
}

#[test]
fn without_a_header_data_begins_in_the_first_row_and_texts_are_never_formulas() {
    let file = by_operator(2).xlsx().unwrap();
    let rows = rows(&file, "Statistics by operators");
    assert_eq!(rows[0], [text("Ukraine"), text("=HYPERLINK(\"http://0\")"), Data::Float(20.0)]);
    assert_eq!(rows[2], [text("Total"), Data::Empty, Data::Float(7.0)]);
    let sheet = sheet(&file);
    assert_eq!(sheet.matches("<f>").count(), 1, "{sheet}");
    assert!(
        sheet.contains("<f>SUM(C1:C2)</f>") && !sheet.contains("hyperlink") && !sheet.contains("frozen"),
        "{sheet}"
    );
}

#[test]
fn an_empty_period_has_its_totals_and_no_chart() {
    let mut report = by_day();
    report.rows.clear();
    report.total[1..5].clone_from_slice(&[Cell::Count(0), Cell::Count(0), Cell::Share(0, 0), Cell::Money(Money(0))]);
    let file = report.xlsx().unwrap();
    let rows = rows(&file, "Statistics by days");
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1][..3], [text("Total"), Data::Float(0.0), Data::Float(0.0)]);
    // Nothing was sent, which isn't an efficiency of nothing.
    assert!(matches!(&rows[1][3], Data::Empty | Data::String(_)) && rows[1][3].to_string().is_empty(), "{rows:?}");
    assert_eq!(part(&file, CHART), None);
    assert_eq!(
        report.csv().unwrap(),
        b"Date,Sent messages,Delivered messages,Efficiency,SMS price,Currency\nTotal,0,0,,0,UAH\n"
    );
}

#[test]
fn amounts_are_kept_to_the_last_digit() {
    let mut report = by_day();
    let largest = [i64::MAX, i64::MIN, 9_007_199_254_740_993, 1, 999_999_999_999_999];
    report.rows = largest.map(|amount| vec![Cell::Money(Money(amount))]).to_vec();
    report.total = vec![Cell::Money(Money(i64::MAX))];
    report.columns = vec![column("SMS price", Total::Sum)];
    report.drawing = None;
    let file = report.xlsx().unwrap();
    let sheet = sheet(&file);
    for amount in largest {
        assert!(sheet.contains(&format!("<v>{}</v>", Money(amount))), "{sheet}");
    }
    assert!(sheet.contains("<f>SUM(A2:A6)</f><v>922337203685477.5807</v>"), "{sheet}");
    assert!(rows(&file, "Statistics by days")[1..].iter().all(|row| matches!(row[0], Data::Float(_))));
}

#[test]
fn days_are_drawn_as_lines_over_all_rows() {
    let file = by_day().xlsx().unwrap();
    let chart = part(&file, CHART).unwrap();
    for sign in [
        "<c:lineChart>",
        "<c:dateAx>",
        "<c:f>'Statistics by days'!$A$2:$A$3</c:f>",
        "<c:f>'Statistics by days'!$B$2:$B$3</c:f>",
        "<c:f>'Statistics by days'!$C$2:$C$3</c:f>",
        "<a:srgbClr val=\"1D6FD6\"/>",
        "<a:srgbClr val=\"7C3AED\"/>",
        "Statistics by days</a:t>",
    ] {
        assert!(chart.contains(sign), "{sign}: {chart}");
    }
    let mut report = by_day();
    report.rows.truncate(1);
    let chart = part(&report.xlsx().unwrap(), CHART).unwrap();
    assert_eq!(chart.matches("<c:symbol val=\"circle\"/>").count(), 2, "{chart}");
}

#[test]
fn names_are_drawn_as_bars_of_the_first_ten_rows() {
    let file = by_operator(12).xlsx().unwrap();
    let chart = part(&file, CHART).unwrap();
    for sign in [
        "<c:barChart><c:barDir val=\"bar\"/>",
        "<c:f>'Statistics by operators'!$A$1:$B$10</c:f>",
        "<c:f>'Statistics by operators'!$C$1:$C$10</c:f>",
        "<c:orientation val=\"maxMin\"/>",
        "<c:crosses val=\"max\"/>",
    ] {
        assert!(chart.contains(sign), "{sign}: {chart}");
    }
    // One row alone is named by its last name.
    let chart = part(&by_operator(1).xlsx().unwrap(), CHART).unwrap();
    assert!(chart.contains("<c:f>'Statistics by operators'!$B$1</c:f>"), "{chart}");
}

#[test]
fn csv_has_the_same_rows_as_plain_text() {
    assert_eq!(
        String::from_utf8(by_day().csv().unwrap()).unwrap(),
        "Date,Sent messages,Delivered messages,Efficiency,SMS price,Currency\n\
         2024-01-02,1000,0,0.00%,-0.0005,UAH\n\
         2024-01-01,800,57,7.13%,1.235,UAH\n\
         Total,1800,57,3.17%,1.2345,UAH\n"
    );
    let csv = String::from_utf8(by_operator(1).csv().unwrap()).unwrap();
    assert_eq!(csv, "Ukraine,\"'=HYPERLINK(\"\"http://0\"\")\",20\nTotal,,7\n");
}
