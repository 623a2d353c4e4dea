//! An .xlsx that is streamed while it is written, in constant memory. Native only.
//!
//! The library writes only whole files: a million rows would go to the disk first, and the first byte would be sent
//! after the last row. We therefore let it write a workbook with everything but the rows (styles, widths, headers, the
//! sheet of criteria) and a pattern row, and replace the pattern by the rows while the archive is being sent.

use axum::body::{Body, Bytes};
use chrono::{Datelike as _, NaiveDate, NaiveDateTime};
use futures::{Stream, StreamExt as _, stream};
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};
use std::{
    fmt::Write as _,
    io::{self, Cursor, Read as _, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::mpsc;
use values::{
    Money,
    error::Error,
    time::{self, Moment},
};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// The MIME type of .xlsx.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The most rows of a sheet.
const SHEET: u64 = 1_048_576;
/// Rows that are kept free at the end of a sheet, for totals.
const TAIL: u64 = 8;
/// The number of A4 in the list of paper sizes.
const A4: u8 = 9;
/// The most characters of a printed line, beside the codes of its header.
const PRINTED: usize = 90;

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// The header.
    pub label: String,
    /// Its width, in characters.
    pub width: f64,
    /// The kind of its cells.
    pub holds: Holds,
}

/// The kind of a column's cells, which decides their format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Text.
    Text,
    /// Whole numbers.
    Number,
    /// Amounts with four decimals.
    Money,
    /// Moments, in the platform's time zone.
    Moment,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Blank,
    /// Text, never a formula.
    Text(String),
    /// A whole number.
    Number(i64),
    /// An amount.
    Money(Money),
    /// A moment.
    Moment(Moment),
    /// A day.
    Day(NaiveDate),
    /// A formula with its result.
    Sum(String, Money),
}

impl Cell {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number of things.
    #[must_use]
    pub fn count(count: impl TryInto<i64>) -> Self {
        count.try_into().map_or(Self::Blank, Self::Number)
    }

    /// The day of an address, or a text if there is none.
    #[must_use]
    pub fn day(day: Option<&str>, otherwise: &str) -> Self {
        day.and_then(|day| day.parse().ok()).map_or_else(|| Self::text(otherwise), Self::Day)
    }
}

/// The terms and values of the second sheet.
pub type Criteria = Vec<(&'static str, Cell)>;

/// The lines at the top of each printed page: on the left the subject, on the right the period.
#[derive(Clone, Debug, Default)]
pub struct Printed {
    /// The client, or the name of the list.
    pub subject: String,
    /// The period and its time zone; may be empty.
    pub period: String,
}

/// A workbook without its rows.
#[derive(Clone, Debug)]
pub struct Book {
    /// The name of the first sheet, in at most 28 characters.
    pub name: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows before all others, on the first sheet.
    pub head: Vec<Vec<Cell>>,
    /// The expected number of rows. The place of missing rows stays empty.
    pub rows: u64,
    /// The second sheet.
    pub criteria: Criteria,
    /// The lines at the top of printed pages.
    pub printed: Printed,
}

impl Book {
    /// The number of sheets that the rows need.
    fn sheets(&self) -> u64 {
        self.rows.div_ceil(self.most()).max(1)
    }

    /// The most rows of a sheet, beside those before and after them.
    fn most(&self) -> u64 {
        SHEET - 1 - TAIL - self.head.len() as u64
    }

    /// The number of the first row of a sheet, counted from 1.
    fn first(&self, sheet: u64) -> u64 {
        2 + if sheet == 0 { self.head.len() as u64 } else { 0 }
    }

    fn sheet_name(&self, sheet: u64) -> String {
        if sheet == 0 { self.name.clone() } else { format!("{} {}", self.name, sheet + 1) }
    }

    fn rows_of(&self, sheet: u64) -> u64 {
        (self.rows - sheet * self.most()).min(self.most())
    }

    /// The number of the first row below the rows, on the last sheet, counted from 1.
    #[must_use]
    pub fn below(&self) -> u64 {
        let last = self.sheets() - 1;
        self.rows_of(last) + self.first(last)
    }

    /// The place of a column's cell in the first row of the first sheet, seen from the last sheet.
    #[must_use]
    pub fn first_cell(&self, column: usize) -> String {
        let place = format!("{}2", letter(column));
        if self.sheets() == 1 { place } else { format!("'{}'!{place}", self.name) }
    }

    /// The formula that sums a column over all sheets, such as `SUM(B2:B9)`.
    #[must_use]
    pub fn sum(&self, column: usize) -> String {
        let letter = letter(column);
        let last = self.sheets() - 1;
        let sums = (0..=last).filter(|sheet| self.rows_of(*sheet) > 0).map(|sheet| {
            let first = self.first(sheet);
            let range = format!("{letter}{first}:{letter}{}", first + self.rows_of(sheet) - 1);
            if sheet == last { format!("SUM({range})") } else { format!("SUM('{}'!{range})", self.sheet_name(sheet)) }
        });
        let sums: Vec<String> = sums.collect();
        if sums.is_empty() { "0".to_owned() } else { sums.join("+") }
    }

    /// Streams the workbook. `rows` yields batches of rows; `tail` has the totals below them. An error breaks the
    /// download off, so that the file isn't mistaken for a complete one.
    pub fn send(
        self,
        rows: impl Stream<Item = Result<Vec<Vec<Cell>>, Error>> + Send + 'static,
        tail: Vec<Vec<Cell>>,
    ) -> Body {
        let (chunks, mut written) = mpsc::channel::<io::Result<Bytes>>(4);
        let (batches, mut received) = mpsc::channel::<Result<Vec<Vec<Cell>>, Error>>(2);
        let failed = chunks.clone();
        let broken = Arc::new(AtomicBool::new(false));
        tokio::spawn(async move {
            let mut rows = Box::pin(rows);
            while let Some(batch) = rows.next().await {
                if batches.send(batch).await.is_err() {
                    break;
                }
            }
        });
        tokio::task::spawn_blocking(move || {
            let out = io::BufWriter::with_capacity(64 * 1024, Chunks { to: chunks, broken: broken.clone() });
            let next = || match received.blocking_recv() {
                Some(Ok(rows)) => Ok(rows),
                // The cause was logged where it occurred.
                Some(Err(error)) => {
                    broken.store(true, Ordering::Relaxed);
                    Err(io::Error::other(error))
                }
                None => Ok(Vec::new()),
            };
            if let Err(cause) = self.write(out, next, &tail) {
                // If the client has disconnected, there is no receiver.
                let _ = failed.blocking_send(Err(cause));
            }
        });
        Body::from_stream(stream::poll_fn(move |context| written.poll_recv(context)))
    }

    /// Writes the workbook. `next` returns the next batch of rows, and an empty one at the end.
    fn write(
        &self,
        out: impl Write,
        mut next: impl FnMut() -> io::Result<Vec<Vec<Cell>>>,
        tail: &[Vec<Cell>],
    ) -> io::Result<()> {
        let mut pattern = ZipArchive::new(Cursor::new(self.pattern().map_err(io::Error::other)?))?;
        let mut archive = ZipWriter::new_stream(out);
        let options = SimpleFileOptions::default().compression_level(Some(1));
        let mut waiting = Vec::new().into_iter();
        for index in 0..pattern.len() {
            let mut part = pattern.by_index(index)?;
            let name = part.name()?.into_owned();
            let mut content = Vec::new();
            part.read_to_end(&mut content)?;
            archive.start_file(&name, options)?;
            let sheet = name.strip_prefix("xl/worksheets/sheet").and_then(|rest| rest.strip_suffix(".xml"));
            match sheet.and_then(|number| number.parse::<u64>().ok()).filter(|number| *number <= self.sheets()) {
                None => archive.write_all(&content)?,
                Some(number) => {
                    let content = String::from_utf8(content).map_err(io::Error::other)?;
                    let sheet =
                        Pattern::read(&content, self.columns.len()).ok_or_else(|| io::Error::other("no pattern"))?;
                    archive.write_all(sheet.before.as_bytes())?;
                    let mut xml = String::with_capacity(64 * 1024);
                    let head = if number == 1 { self.head.as_slice() } else { &[] };
                    for (row, cells) in (2..).zip(head) {
                        write_row(&mut xml, row, cells, &sheet.total_styles);
                    }
                    let mut row = self.first(number - 1);
                    let below = row + self.rows_of(number - 1);
                    while row < below {
                        let Some(cells) = waiting.next() else {
                            waiting = next()?.into_iter();
                            if waiting.len() == 0 {
                                break;
                            }
                            continue;
                        };
                        write_row(&mut xml, row, &cells, &sheet.styles);
                        row += 1;
                        if xml.len() > 48 * 1024 {
                            archive.write_all(xml.as_bytes())?;
                            xml.clear();
                        }
                    }
                    if number == self.sheets() {
                        for (row, cells) in (self.below()..).zip(tail) {
                            write_row(&mut xml, row, cells, &sheet.total_styles);
                        }
                    }
                    archive.write_all(xml.as_bytes())?;
                    archive.write_all(sheet.after.as_bytes())?;
                }
            }
        }
        archive.finish()?.into_inner().flush()
    }

    /// Makes the workbook with a header, a pattern row and a pattern row of totals on each sheet.
    fn pattern(&self) -> Result<Vec<u8>, XlsxError> {
        let bold = Format::new().set_bold();
        let mut workbook = Workbook::new();
        for number in 0..self.sheets() {
            let sheet = workbook.add_worksheet().set_name(self.sheet_name(number))?;
            sheet.set_freeze_panes(1, 0)?;
            for (column, index) in self.columns.iter().zip(0u16..) {
                sheet.set_column_width(index, column.width)?;
                sheet.write_string_with_format(0, index, &column.label, &bold)?;
                let format = column.holds.format();
                sheet.write_blank(1, index, &format)?;
                sheet.write_blank(2, index, &format.set_bold())?;
            }
            let last = u32::try_from(self.first(number) + self.rows_of(number) - 2).unwrap_or(u32::MAX);
            let columns = u16::try_from(self.columns.len()).unwrap_or(u16::MAX);
            sheet.autofilter(0, 0, last.max(1), columns - 1)?;
            set_up_print(sheet, &self.printed).set_repeat_rows(0, 0)?;
        }
        write_criteria(workbook.add_worksheet(), &self.criteria, &bold)?;
        workbook.save_to_buffer()
    }
}

impl Holds {
    fn format(self) -> Format {
        match self {
            // The text format keeps what is typed into the cell later from becoming a number.
            Self::Text => Format::new().set_num_format("@"),
            Self::Number => Format::new().set_num_format("0"),
            Self::Money => Format::new().set_num_format("#,##0.0000"),
            Self::Moment => Format::new().set_num_format("yyyy\\-mm\\-dd hh:mm"),
        }
    }
}

/// Writes the sheet of criteria: terms and their values, typed.
pub(super) fn write_criteria(sheet: &mut Worksheet, criteria: &Criteria, bold: &Format) -> Result<(), XlsxError> {
    sheet.set_name("Criteria")?.set_column_width(0, 24)?.set_column_width(1, 48)?;
    for ((term, value), row) in criteria.iter().zip(0..) {
        sheet.write_string_with_format(row, 0, *term, bold)?;
        // All values stand at the left, beside their terms.
        let format = |holds: Holds| holds.format().set_align(FormatAlign::Left);
        match value {
            Cell::Blank => &mut *sheet,
            Cell::Text(text) => sheet.write_string(row, 1, text)?,
            Cell::Number(number) => write_digits(sheet, row, &number.to_string(), &format(Holds::Number))?,
            Cell::Money(money) | Cell::Sum(_, money) => {
                write_digits(sheet, row, &money.to_string(), &format(Holds::Money))?
            }
            Cell::Moment(moment) => sheet.write_number_with_format(row, 1, serial(*moment), &format(Holds::Moment))?,
            Cell::Day(day) => {
                let format = format(Holds::Number).set_num_format("yyyy\\-mm\\-dd");
                sheet.write_number_with_format(row, 1, serial_day(*day), &format)?
            }
        };
    }
    Ok(())
}

/// Writes a number that has exactly these digits. One that a float can't hold stays text.
fn write_digits<'a>(
    sheet: &'a mut Worksheet,
    row: u32,
    digits: &str,
    format: &Format,
) -> Result<&'a mut Worksheet, XlsxError> {
    match digits.parse::<f64>() {
        Ok(number) if number.to_string() == digits => sheet.write_number_with_format(row, 1, number, format),
        _ => sheet.write_string(row, 1, digits),
    }
}

/// Sets a sheet up for printing: A4, landscape, as wide as the page, with the subject above and the page number below.
pub(super) fn set_up_print<'a>(sheet: &'a mut Worksheet, printed: &Printed) -> &'a mut Worksheet {
    let Printed { subject, period } = printed;
    sheet
        .set_paper_size(A4)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.5, 0.5, 0.75, 0.75, 0.3, 0.3)
        .set_header(format!("&L{}&R{}", print_line(subject), print_line(period)))
        .set_footer("&L&A&RPage &P of &N")
}

/// A text of a printed header, in which `&` begins a code. A space keeps digits from being read as a size.
fn print_line(text: &str) -> String {
    let text: String = text.chars().filter(|character| !character.is_control()).take(PRINTED).collect();
    format!(" {}", text.replace('&', "&&"))
}

/// A sheet's XML around its rows, and the styles of its columns.
struct Pattern<'a> {
    before: String,
    after: &'a str,
    styles: Vec<&'a str>,
    total_styles: Vec<&'a str>,
}

impl<'a> Pattern<'a> {
    fn read(sheet: &'a str, columns: usize) -> Option<Self> {
        let style = |row: usize, column: usize| {
            let (_, rest) = sheet.split_once(&format!("<c r=\"{}{row}\" s=\"", letter(column)))?;
            rest.split('"').next()
        };
        let (before, _) = sheet.split_once("<row r=\"2\"")?;
        let after = &sheet[sheet.find("</sheetData>")?..];
        // The dimension would end at the pattern. Without it, readers find the last cell themselves.
        let dimension = before.find("<dimension ")?;
        let (start, rest) = before.split_at(dimension);
        let (_, rest) = rest.split_once("/>")?;
        Some(Self {
            before: format!("{start}{rest}"),
            after,
            styles: (0..columns).map(|column| style(2, column)).collect::<Option<_>>()?,
            total_styles: (0..columns).map(|column| style(3, column)).collect::<Option<_>>()?,
        })
    }
}

fn write_row(xml: &mut String, row: u64, cells: &[Cell], styles: &[&str]) {
    let _ = write!(xml, "<row r=\"{row}\">");
    for (column, (cell, style)) in cells.iter().zip(styles).enumerate() {
        let place = letter(column);
        let _ = match cell {
            Cell::Blank => Ok(()),
            Cell::Text(text) if text.is_empty() => Ok(()),
            Cell::Text(text) => {
                let _ =
                    write!(xml, "<c r=\"{place}{row}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">");
                escape(xml, text);
                write!(xml, "</t></is></c>")
            }
            Cell::Number(number) => write!(xml, "<c r=\"{place}{row}\" s=\"{style}\"><v>{number}</v></c>"),
            // Written digit by digit: a float would lose digits.
            Cell::Money(money) => write!(xml, "<c r=\"{place}{row}\" s=\"{style}\"><v>{money}</v></c>"),
            Cell::Moment(moment) => write!(xml, "<c r=\"{place}{row}\" s=\"{style}\"><v>{}</v></c>", serial(*moment)),
            Cell::Day(day) => write!(xml, "<c r=\"{place}{row}\" s=\"{style}\"><v>{}</v></c>", serial_day(*day)),
            Cell::Sum(formula, value) => {
                let _ = write!(xml, "<c r=\"{place}{row}\" s=\"{style}\"><f>");
                escape(xml, formula);
                write!(xml, "</f><v>{value}</v></c>")
            }
        };
    }
    xml.push_str("</row>");
}

/// The letter of a column, counted from 0. There are at most 26 columns.
pub(super) fn letter(column: usize) -> char {
    char::from(b'A' + u8::try_from(column.min(25)).unwrap_or(0))
}

/// Escapes text for XML. Characters that XML can't hold are written as Excel does: `_x0007_`. In text that looks like
/// such an escape, the underscore is escaped, so that the text is read back unchanged.
fn escape(xml: &mut String, text: &str) {
    let looks_escaped =
        |rest: &[u8]| matches!(rest, [b'_', b'x', digits @ .., b'_'] if digits.iter().all(u8::is_ascii_hexdigit));
    for (place, character) in text.char_indices() {
        match character {
            '_' if text.as_bytes().get(place..place + 7).is_some_and(looks_escaped) => xml.push_str("_x005F_"),
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '\t' | '\n' => xml.push(character),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(xml, "_x{:04X}_", u32::from(character));
            }
            _ => xml.push(character),
        }
    }
}

/// A day as spreadsheets count it: days since 1899-12-30.
pub(super) fn serial_day(day: NaiveDate) -> f64 {
    f64::from(day.num_days_from_ce() - 693_594)
}

/// A moment as spreadsheets count it: days since 1899-12-30, in the platform's time zone, to the second.
fn serial(moment: Moment) -> f64 {
    let local: NaiveDateTime = moment.with_timezone(&time::zone()).naive_local();
    // 1970-01-01 is day 25,569.
    #[allow(clippy::cast_precision_loss, reason = "seconds since 1970 fit into 53 bits")]
    let seconds = local.and_utc().timestamp() as f64;
    25_569.0 + seconds / 86_400.0
}

/// Sends written bytes into a channel, and discards them once the file is broken: a dropped `ZipWriter` writes the end
/// of its archive, and prints to standard error if that fails.
struct Chunks {
    to: mpsc::Sender<io::Result<Bytes>>,
    broken: Arc<AtomicBool>,
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.broken.load(Ordering::Relaxed) && self.to.blocking_send(Ok(Bytes::copy_from_slice(bytes))).is_err() {
            self.broken.store(true, Ordering::Relaxed);
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(rows: u64) -> Book {
        let column = |label: &str, holds| Column { label: label.to_owned(), width: 12.0, holds };
        Book {
            name: "Rows".to_owned(),
            head: Vec::new(),
            columns: vec![column("Number", Holds::Number), column("Money", Holds::Money), column("Text", Holds::Text)],
            rows,
            criteria: vec![("Rows", Cell::count(rows))],
            printed: Printed { subject: "7 / Salt & Pepper".to_owned(), period: String::new() },
        }
    }

    fn part(file: &[u8], name: &str) -> String {
        let mut archive = ZipArchive::new(Cursor::new(file)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    fn written(book: &Book, rows: Vec<Vec<Cell>>, tail: &[Vec<Cell>]) -> Vec<u8> {
        let mut waiting = vec![rows].into_iter();
        let mut file = Vec::new();
        book.write(&mut file, || Ok(waiting.next().unwrap_or_default()), tail).unwrap();
        file
    }

    #[test]
    fn rows_before_all_others_shift_them_and_their_sums() {
        let head = vec![vec![Cell::Blank, Cell::Money(Money(70_000)), Cell::text("before")]];
        let book = Book { head, ..book(1) };
        assert_eq!((book.below(), book.sum(1)), (4, "SUM(B3:B3)".to_owned()));
        let row = vec![Cell::Number(1), Cell::Money(Money(1)), Cell::Blank];
        let sheet = part(&written(&book, vec![row], &[vec![Cell::text("total")]]), "xl/worksheets/sheet1.xml");
        let place = |text: &str| sheet.find(text).unwrap_or_else(|| panic!("{text}: {sheet}"));
        assert!(place("<row r=\"2\"><c r=\"B2\"") < place("<row r=\"3\"><c r=\"A3\""), "{sheet}");
        assert!(place("before") < place("<row r=\"4\">") && place("<autoFilter ref=\"A1:C3\"/>") > 0, "{sheet}");
    }

    #[test]
    fn a_sheet_prints_on_a4_with_its_subject_and_header_row_on_each_page() {
        let file = written(&book(1), vec![vec![Cell::Number(1), Cell::Blank, Cell::Blank]], &[]);
        let sheet = part(&file, "xl/worksheets/sheet1.xml");
        assert!(sheet.contains("paperSize=\"9\"") && sheet.contains("orientation=\"landscape\""), "{sheet}");
        assert!(sheet.contains("fitToHeight=\"0\"") && sheet.contains("fitToPage"), "{sheet}");
        assert!(sheet.contains("&amp;L 7 / Salt &amp;&amp; Pepper&amp;R"), "{sheet}");
        assert!(sheet.contains("Page &amp;P of &amp;N"), "{sheet}");
        let workbook = part(&file, "xl/workbook.xml");
        assert!(workbook.contains("_xlnm.Print_Titles") && workbook.contains("Rows!$1:$1"), "{workbook}");
    }

    #[test]
    fn the_rows_stand_between_header_and_totals() {
        let book = book(2);
        let rows = vec![
            vec![
                Cell::Number(1),
                Cell::Money(Money(15_000)),
                Cell::Text("=1+1 <&> \u{7} _x003D_1 _x003g_ _x00".to_owned()),
            ],
            vec![Cell::Number(2), Cell::Money(Money(-1)), Cell::Blank],
        ];
        let tail = vec![vec![Cell::Blank, Cell::Sum(book.sum(1), Money(14_999))]];
        let sheet = part(&written(&book, rows, &tail), "xl/worksheets/sheet1.xml");
        assert!(sheet.contains("<v>1.5</v>") && sheet.contains("<v>-0.0001</v>"), "{sheet}");
        assert!(sheet.contains("<f>SUM(B2:B3)</f><v>1.4999</v>"), "{sheet}");
        assert!(sheet.contains("=1+1 &lt;&amp;&gt; _x0007_ _x005F_x003D_1 _x003g_ _x00"), "{sheet}");
        assert!(sheet.contains("<row r=\"4\">") && !sheet.contains("<dimension"), "{sheet}");
    }

    #[test]
    fn what_doesn_t_fit_goes_on_on_another_sheet_and_is_summed_there_too() {
        let book = book(SHEET);
        assert_eq!((book.sheets(), book.below()), (2, 9 + 2));
        assert_eq!(book.sum(1), "SUM('Rows'!B2:B1048568)+SUM(B2:B10)");
        assert_eq!(self::book(0).sum(1), "0");
    }

    #[test]
    fn moments_are_days_since_the_end_of_1899() {
        let moment = "2024-01-05T12:00:00Z".parse().unwrap();
        assert!((serial(moment) - 45_296.5).abs() < 1e-9);
    }
}
