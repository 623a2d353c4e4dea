//! A report as an .xlsx: typed rows, a total row of formulas, a chart of the same cells, and the sheet of criteria.
//! Native only.
//!
//! A report has some thousands of rows at most, so the library writes it as a whole; lists without such a bound go
//! through [`super::workbook`].

use super::workbook::write_criteria;
use crate::{error::Error, values::Money};
use chrono::{Datelike as _, NaiveDate};
use rust_xlsxwriter::{
    Chart, ChartFormat, ChartLine, ChartLineDashType, ChartMarker, ChartType, Format, Formula, Workbook, Worksheet,
    XlsxError,
};

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Blank,
    /// Text, whatever it looks like.
    Text(String),
    /// A day.
    Date(NaiveDate),
    /// A whole number.
    Count(i64),
    /// A part of a whole, shown in per cent; of nothing it has no value.
    Share(i64, i64),
    /// An amount.
    Money(Money),
}

/// What stands below a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// The value as it is.
    Value,
    /// The sum of the column, as a formula.
    Sum,
    /// The sum of one column, of that of another one, as a formula: their places.
    Share(usize, usize),
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// The header.
    pub label: &'static str,
    /// Its width, in characters.
    pub width: f64,
    /// What stands below it.
    pub total: Total,
}

/// What the chart draws.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// Lines over days, or else bars of the first rows.
    pub lines: bool,
    /// The first and the last column that name a row.
    pub names: (usize, usize),
    /// The columns that are drawn, each with its name and colour.
    pub series: Vec<(usize, &'static str, u32)>,
}

/// A report.
#[derive(Clone, Debug)]
pub struct Report {
    /// What the first sheet and its chart are called.
    pub name: &'static str,
    /// The columns.
    pub columns: Vec<Column>,
    /// Whether the columns' names stand above.
    pub header: bool,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// The row below, with the values of its formulas.
    pub total: Vec<Cell>,
    /// The chart.
    pub drawing: Option<Drawing>,
    /// The second sheet: terms and what they are.
    pub criteria: Vec<(&'static str, String)>,
}

/// How many bars a chart has.
const BARS: usize = 10;

/// The longest name of a sheet.
const SHEET_NAME: usize = 31;

impl Report {
    /// The workbook.
    pub fn xlsx(&self) -> Result<Vec<u8>, Error> {
        self.write().map_err(Error::internal)
    }

    fn write(&self) -> Result<Vec<u8>, XlsxError> {
        let bold = Format::new().set_bold();
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet().set_name(self.sheet_name())?;
        let first = u32::from(self.header);
        for (column, index) in self.columns.iter().zip(0..) {
            sheet.set_column_width(index, column.width)?;
            if self.header {
                sheet.write_string_with_format(0, index, column.label, &bold)?;
            }
        }
        if self.header {
            sheet.set_freeze_panes(1, 0)?;
        }
        for (row, number) in self.rows.iter().zip(first..) {
            for (cell, column) in row.iter().zip(0..) {
                write_cell(sheet, number, column, cell, false)?;
            }
        }
        let below = first + u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        for ((cell, column), index) in self.total.iter().zip(&self.columns).zip(0..) {
            match self.formula(column.total, usize::from(index), first, below) {
                None => write_cell(sheet, below, index, cell, true)?,
                Some(formula) => {
                    let formula = Formula::new(formula).set_result(result(cell));
                    sheet.write_formula_with_format(below, index, formula, &format(cell).set_bold())?;
                }
            }
        }
        if let Some(drawing) = self.drawing.as_ref().filter(|_| !self.rows.is_empty()) {
            let chart = self.chart(drawing, first, below);
            sheet.insert_chart(1, u16::try_from(self.columns.len()).unwrap_or(0) + 1, &chart)?;
        }
        write_criteria(workbook.add_worksheet(), &self.criteria, &bold)?;
        workbook.save_to_buffer()
    }

    fn sheet_name(&self) -> String {
        self.name.chars().take(SHEET_NAME).collect()
    }

    /// The formula below a column; `below` is its row, counted from 0 as all rows here.
    fn formula(&self, total: Total, column: usize, first: u32, below: u32) -> Option<String> {
        match total {
            Total::Value => None,
            Total::Sum if self.rows.is_empty() => None,
            Total::Sum => {
                let letter = letter(column);
                Some(format!("SUM({letter}{}:{letter}{below})", first + 1))
            }
            Total::Share(part, whole) => {
                let (part, whole, row) = (letter(part), letter(whole), below + 1);
                Some(format!("IF({whole}{row}=0,\"\",{part}{row}/{whole}{row})"))
            }
        }
    }

    fn chart(&self, drawing: &Drawing, first: u32, below: u32) -> Chart {
        let name = self.sheet_name();
        let last =
            if drawing.lines { below - 1 } else { (below - 1).min(first + u32::try_from(BARS).unwrap_or(0) - 1) };
        let mut chart = Chart::new(if drawing.lines { ChartType::Line } else { ChartType::Bar });
        let column = |column: usize| u16::try_from(column).unwrap_or(0);
        let (from, to) = (column(drawing.names.0), column(drawing.names.1));
        for (number, (place, series_name, colour)) in drawing.series.iter().enumerate() {
            let place = column(*place);
            let series = chart.add_series();
            series.set_name(*series_name);
            series.set_categories((name.as_str(), first, from, last, to));
            series.set_values((name.as_str(), first, place, last, place));
            if drawing.lines {
                let mut line = ChartLine::new();
                line.set_color(*colour).set_width(2.0);
                // Told apart without colour, too.
                if number > 0 {
                    line.set_dash_type(ChartLineDashType::Dash);
                }
                series.set_format(ChartFormat::new().set_line(&line)).set_marker(ChartMarker::new().set_none());
            } else {
                series.set_format(
                    ChartFormat::new().set_solid_fill(rust_xlsxwriter::ChartSolidFill::new().set_color(*colour)),
                );
            }
        }
        chart.title().set_name(self.name);
        chart.legend().set_position(rust_xlsxwriter::ChartLegendPosition::Bottom);
        chart.set_width(720).set_height(360);
        if drawing.lines {
            // Days in their order, however the rows are sorted.
            chart.x_axis().set_date_axis(true).set_num_format("yyyy-mm-dd");
        } else {
            chart.x_axis().set_reverse();
        }
        chart.y_axis().set_num_format("#,##0").set_min(0);
        chart
    }
}

fn write_cell(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, bold: bool) -> Result<(), XlsxError> {
    let mut format = format(cell);
    if bold {
        format = format.set_bold();
    }
    match cell {
        Cell::Blank | Cell::Share(_, 0) => sheet.write_blank(row, column, &format)?,
        Cell::Text(text) => sheet.write_string_with_format(row, column, text, &format)?,
        Cell::Date(_) | Cell::Count(_) | Cell::Share(..) | Cell::Money(_) => {
            sheet.write_number_with_format(row, column, number(cell), &format)?
        }
    };
    Ok(())
}

fn format(cell: &Cell) -> Format {
    Format::new().set_num_format(match cell {
        // The text format keeps a number that somebody types into the cell later from becoming one.
        Cell::Blank | Cell::Text(_) => "@",
        Cell::Date(_) => "yyyy-mm-dd",
        Cell::Count(_) => "#,##0",
        Cell::Share(..) => "0.00%",
        Cell::Money(_) => "#,##0.0000",
    })
}

/// Spreadsheets calculate with floats of fifteen digits; what is kept here is exact to there.
#[allow(clippy::cast_precision_loss, reason = "spreadsheets have no other numbers")]
fn number(cell: &Cell) -> f64 {
    match cell {
        Cell::Count(count) => *count as f64,
        Cell::Share(part, whole) => *part as f64 / *whole as f64,
        Cell::Money(money) => money.to_string().parse().unwrap_or_default(),
        // Days since the end of 1899.
        Cell::Date(day) => f64::from(day.num_days_from_ce() - 693_594),
        Cell::Blank | Cell::Text(_) => 0.0,
    }
}

/// What a formula comes to, for readers that don't calculate.
fn result(cell: &Cell) -> String {
    match cell {
        Cell::Share(_, 0) | Cell::Blank => String::new(),
        Cell::Money(money) => money.to_string(),
        _ => number(cell).to_string(),
    }
}

/// The letter of a column, counted from 0; there are never more than 26.
fn letter(column: usize) -> char {
    char::from(b'A' + u8::try_from(column.min(25)).unwrap_or(0))
}
