//! A report as a file: typed rows and a total row, in .xlsx with formulas, a chart and the sheet of criteria. Native
//! only.
//!
//! A report has a few thousand rows at most, so the library writes it in memory. Unbounded lists use
//! [`super::workbook`].

use super::{
    csv_rows, harmless,
    workbook::{Criteria, Printed, letter, serial_day, set_up_print, write_criteria},
};
use chrono::NaiveDate;
use rust_xlsxwriter::{
    Chart, ChartAxisCrossing, ChartFormat, ChartLegendPosition, ChartLine, ChartLineDashType, ChartMarker,
    ChartMarkerType, ChartSolidFill, ChartType, Format, Formula, Workbook, Worksheet, XlsxError,
};
use values::{
    Money,
    error::Error,
    share::{percent, share},
};

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Blank,
    /// Text, never a formula.
    Text(String),
    /// A day.
    Date(NaiveDate),
    /// A whole number.
    Count(i64),
    /// A part and its whole, shown in per cent; blank if the whole is zero.
    Share(i64, i64),
    /// An amount.
    Money(Money),
}

/// The total below a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// The value as it is.
    Value,
    /// The sum of the column, as a formula.
    Sum,
    /// The sum of one column divided by the sum of another, as a formula. The numbers are the columns' positions.
    Share(usize, usize),
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// The header.
    pub label: &'static str,
    /// Its width, in characters.
    pub width: f64,
    /// Its total.
    pub total: Total,
}

/// The chart's data and form.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// Whether it has lines over days, otherwise bars of the first rows.
    pub lines: bool,
    /// The first and the last column that name a row.
    pub names: (usize, usize),
    /// The drawn columns, each with its name and colour (0xRRGGBB).
    pub series: Vec<(usize, &'static str, u32)>,
}

/// A report.
#[derive(Clone, Debug)]
pub struct Report {
    /// The name of the first sheet and its chart, in at most 31 characters.
    pub name: &'static str,
    /// The columns.
    pub columns: Vec<Column>,
    /// Whether there is a header row.
    pub header: bool,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// The total row, with the values of its formulas.
    pub total: Vec<Cell>,
    /// The chart.
    pub drawing: Option<Drawing>,
    /// The second sheet.
    pub criteria: Criteria,
    /// The lines at the top of printed pages.
    pub printed: Printed,
}

/// The most bars of a chart.
const BARS: usize = 10;

impl Report {
    /// Writes the rows as .csv.
    pub fn csv(&self) -> Result<Vec<u8>, Error> {
        let header = self.header.then(|| self.columns.iter().map(|column| column.label.to_owned()).collect());
        let rows = self.rows.iter().chain([&self.total]).map(|row| row.iter().map(Cell::plain).collect());
        csv_rows(header.into_iter().chain(rows))
    }

    /// Writes the workbook.
    pub fn xlsx(&self) -> Result<Vec<u8>, Error> {
        self.write().map_err(Error::internal)
    }

    fn write(&self) -> Result<Vec<u8>, XlsxError> {
        let bold = Format::new().set_bold();
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet().set_name(self.name)?;
        // Keeps an empty result from being stored as 0.
        sheet.set_formula_result_default("");
        for (column, index) in self.columns.iter().zip(0..) {
            sheet.set_column_width(index, column.width)?;
            if self.header {
                sheet.write_string_with_format(0, index, column.label, &bold)?;
            }
        }
        set_up_print(sheet, &self.printed);
        if self.header {
            sheet.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
        }
        let first = u32::from(self.header);
        for (row, number) in self.rows.iter().zip(first..) {
            for (cell, column) in row.iter().zip(0..) {
                write_cell(sheet, number, column, cell, &cell.format())?;
            }
        }
        let below = first + u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        for ((cell, column), index) in self.total.iter().zip(&self.columns).zip(0..) {
            let format = cell.format().set_bold();
            match self.formula(column.total, usize::from(index), first, below) {
                None => write_cell(sheet, below, index, cell, &format)?,
                Some(formula) => {
                    // The result is stored too, for readers that don't calculate.
                    let formula = Formula::new(formula).set_result(cell.digits());
                    sheet.write_formula_with_format(below, index, formula, &format)?;
                }
            }
        }
        if let Some(drawing) = self.drawing.as_ref().filter(|_| !self.rows.is_empty()) {
            sheet.insert_chart(1, place(self.columns.len()) + 1, &self.chart(drawing, first, below))?;
        }
        write_criteria(workbook.add_worksheet(), &self.criteria, &bold)?;
        workbook.save_to_buffer()
    }

    /// The formula of a column's total. `below` is the total's row, counted from 0.
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
        let bars = u32::try_from(BARS).unwrap_or(u32::MAX);
        let last = if drawing.lines { below } else { below.min(first + bars) } - 1;
        // Excel would read two names of a single value as the names of two values.
        let names = if first == last { (drawing.names.1, drawing.names.1) } else { drawing.names };
        let mut chart = Chart::new(if drawing.lines { ChartType::Line } else { ChartType::Bar });
        for (number, (column, series_name, colour)) in drawing.series.iter().enumerate() {
            let column = place(*column);
            let series = chart.add_series();
            series.set_name(*series_name);
            series.set_categories((self.name, first, place(names.0), last, place(names.1)));
            series.set_values((self.name, first, column, last, column));
            if drawing.lines {
                let mut line = ChartLine::new();
                line.set_color(*colour).set_width(2.0);
                // Dashes distinguish the lines without colour, and show both where they coincide.
                if number > 0 {
                    line.set_dash_type(ChartLineDashType::Dash);
                }
                series.set_format(ChartFormat::new().set_line(&line));
                // A line of one point is only visible by its marker.
                if first == last {
                    let mut fill = ChartFormat::new();
                    fill.set_solid_fill(ChartSolidFill::new().set_color(*colour));
                    series.set_marker(ChartMarker::new().set_type(ChartMarkerType::Circle).set_format(&mut fill));
                }
            } else {
                series.set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(*colour)));
            }
        }
        chart.title().set_name(self.name);
        chart.legend().set_position(ChartLegendPosition::Bottom);
        chart.set_width(720).set_height(360).set_alt_text(self.name);
        if drawing.lines {
            // A date axis orders the days, however the rows are sorted.
            chart.x_axis().set_date_axis(true).set_num_format("yyyy-mm-dd");
        } else {
            // The first row is at the top, and the axis with the numbers below the last.
            chart.x_axis().set_reverse().set_crossing(ChartAxisCrossing::Max);
        }
        chart.y_axis().set_num_format("#,##0").set_min(0);
        chart
    }
}

impl Cell {
    /// The cell's text in .csv.
    fn plain(&self) -> String {
        match self {
            Self::Blank => String::new(),
            Self::Text(text) => harmless(text.clone()),
            Self::Date(day) => day.to_string(),
            Self::Count(count) => count.to_string(),
            Self::Share(part, whole) => share(*part, *whole).map(percent).unwrap_or_default(),
            Self::Money(money) => money.to_string(),
        }
    }

    /// The cell's number in .xlsx, in plain digits, or an empty string.
    fn digits(&self) -> String {
        match self {
            Self::Date(day) => serial_day(*day).to_string(),
            #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
            Self::Share(part, whole) if *whole > 0 => (*part as f64 / *whole as f64).to_string(),
            Self::Blank | Self::Text(_) | Self::Share(..) => String::new(),
            Self::Count(count) => count.to_string(),
            Self::Money(money) => money.to_string(),
        }
    }

    fn format(&self) -> Format {
        Format::new().set_num_format(match self {
            // The text format keeps what is typed into the cell later from becoming a number.
            Self::Blank | Self::Text(_) => "@",
            Self::Date(_) => "yyyy-mm-dd",
            Self::Count(_) => "#,##0",
            Self::Share(..) => "0.00%",
            Self::Money(_) => "#,##0.0000",
        })
    }
}

fn write_cell(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, format: &Format) -> Result<(), XlsxError> {
    if let Cell::Text(text) = cell {
        sheet.write_string_with_format(row, column, text, format)?;
        return Ok(());
    }
    let digits = cell.digits();
    match digits.parse::<f64>() {
        Err(_) => sheet.write_blank(row, column, format)?,
        Ok(number) if number.to_string() == digits => sheet.write_number_with_format(row, column, number, format)?,
        // The library takes numbers only as floats. A number that a float can't hold is written as a formula of its
        // digits.
        Ok(_) => sheet.write_formula_with_format(row, column, Formula::new(&digits).set_result(&digits), format)?,
    };
    Ok(())
}

/// A column's index in the library's type.
fn place(column: usize) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests;
