//! Reports: the messages that a client sent, and how many were delivered.
//!
//! - [`query`]: the query of a report; `parse`: parses its address; [`columns`]: the choice of columns for a file
//! - [`report`]: a whole report; [`page`]: a page of a report, with its chart
//! - [`store`]: reads the roll-ups
//!
//! The database sums and groups the roll-ups. The report adds days without messages, weeks and months, the period
//! before, the order and the chart's data. It always has all rows (some thousands at most), so that total, chart and
//! file match on every page. A report without filters is read in one snapshot with the ledger's sum and the late costs,
//! so that both sums and their difference are of the same moment.

pub mod columns;
#[cfg(feature = "database")]
pub mod page;
#[cfg(feature = "database")]
mod parse;
pub mod query;
#[cfg(feature = "database")]
pub mod report;
#[cfg(feature = "database")]
pub mod store;

use crate::{ids::EntryId, messages::Tally};
use serde::{Deserialize, Serialize};
use values::{Money, calendar::PeriodChoices};

values::labelled_enum! {
    /// A report. Its word is part of the address.
    pub enum Kind {
        /// By day of sending.
        Day = "day", "Grouping by day",
        /// By the receiver's country and operator.
        Operator = "operator", "Grouping by operator",
        /// By sender ID.
        Sender = "sender", "Grouping by sender ID",
        /// By sender ID, of Viber messages alone.
        ViberSender = "viber-sender", "Grouping by Viber sender ID",
        /// By the receiver's country.
        Country = "country", "Grouping by country",
    }
}

impl Kind {
    /// Parses the report's part of an address.
    ///
    /// # Errors
    /// [`values::error::Error::NotFound`] for an unknown report.
    pub fn of(word: &str) -> Result<Self, values::error::Error> {
        word.parse().map_err(|_| values::error::Error::NotFound("There is no such report.".to_owned()))
    }

    /// The title of its chart and its sheet.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Day => "Statistics by days",
            Self::Operator => "Statistics by operators",
            Self::Sender => "Statistics by sender IDs",
            Self::ViberSender => "Statistics by Viber sender IDs",
            Self::Country => "Statistics by countries",
        }
    }

    /// The header of the column with the rows' labels.
    #[must_use]
    pub fn header(self) -> &'static str {
        match self {
            Self::Day => "Date",
            Self::Operator => "Country - Operator",
            Self::Sender | Self::ViberSender => "Sender ID",
            Self::Country => "Country",
        }
    }
}

values::labelled_enum! {
    /// The length of a row's period in the day report.
    pub enum Step {
        /// One day.
        Day = "day", "Days",
        /// From Monday to Sunday.
        Week = "week", "Weeks",
        /// A month of the calendar.
        Month = "month", "Months",
    }
}

/// A row of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRow {
    /// The group as in the database: first and last day; country and operator; country; or sender ID.
    pub key: Vec<String>,
    /// The group for people.
    pub label: String,
    /// The messages of the period.
    pub figures: Tally,
    /// The messages of the period before, if it is compared.
    pub before: Option<Tally>,
}

/// The data of a chart, in the order of drawing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartData {
    /// The first day of each step, or names. The last name is `Other` where there are more than fit.
    pub labels: Vec<String>,
    /// The last day of each step; empty for names.
    pub ends: Vec<String>,
    /// The row's key of each bar, for its link; empty for steps and for `Other`.
    pub keys: Vec<Vec<String>>,
    /// The messages of each step or name.
    pub figures: Vec<Tally>,
    /// The messages of the period before in the same order; empty if it isn't compared.
    pub before: Vec<Tally>,
    /// A summary of the chart in words.
    pub summary: String,
}

/// A period's reports compared with its ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// The cost of the messages sent in the period.
    pub reported: Money,
    /// The sum that was booked for mailings in the period.
    pub booked: Money,
    /// Ledger rows that count in only one of the two. The largest ones, if there are very many.
    pub late: Vec<LateRow>,
    /// The number of other such rows, and their part of the difference.
    pub others: (u64, Money),
}

/// A part of a ledger row whose messages were sent on another day than it is booked on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateRow {
    /// The row's number.
    pub transaction: EntryId,
    /// The row's purpose, which names the mailing.
    pub purpose: String,
    /// The day of sending.
    pub sent_on: String,
    /// The day of the row.
    pub booked_on: String,
    /// Its part of the difference.
    pub cost: Money,
}

/// A page of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportPage {
    /// ISO 4217 code of the account's currency.
    pub currency: String,
    /// All messages that the client ever sent.
    pub ever: Tally,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// First and last day of the period before, if it is compared.
    pub before: Option<(String, String)>,
    /// Today and usual periods.
    pub choices: PeriodChoices,
    /// The active filters: the part of the address, and the filter for people.
    pub filters: Vec<(String, String)>,
    /// The days in a row of the day report.
    pub step: Step,
    /// The number of rows on all pages, without the total row.
    pub total: u64,
    /// The page's rows.
    pub rows: Vec<ReportRow>,
    /// The sum of all rows.
    pub sum: Tally,
    /// The sum of all rows in the period before, if it is compared.
    pub sum_before: Option<Tally>,
    /// The chart.
    pub chart: ChartData,
    /// The comparison with the ledger, if no filter hides a part of the messages.
    pub books: Option<Reconciliation>,
}
