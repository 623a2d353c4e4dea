//! Reports: what a client sent and what arrived.
//!
//! - [`query`]: the address of a report, understood; [`columns`]: the choice of columns for a file
//! - [`report`]: a report, put together; [`page`]: a page of one
//! - [`store`]: reads the roll-ups

pub mod columns;
#[cfg(feature = "database")]
pub mod page;
pub mod query;
#[cfg(feature = "database")]
pub mod report;
#[cfg(feature = "database")]
pub mod store;

use serde::{Deserialize, Serialize};
use values::{Money, share::share};

pub use query::{PAGE_SIZES, Sort, StatisticsQuery};

values::labelled_enum! {
    /// A report; its word stands in the address.
    pub enum Kind {
        /// By day of sending.
        Day = "day", "Grouping by day",
        /// By the receiver's country and operator.
        Operator = "operator", "Grouping by operator",
        /// By whom messages say they come from.
        Sender = "sender", "Grouping by sender ID",
        /// The same, of Viber messages alone.
        ViberSender = "viber-sender", "Grouping by Viber sender ID",
        /// By the receiver's country.
        Country = "country", "Grouping by country",
    }
}

impl Kind {
    /// The report of an address.
    ///
    /// # Errors
    /// [`values::error::Error::NotFound`] when there is none of this name.
    pub fn of(word: &str) -> Result<Self, values::error::Error> {
        word.parse().map_err(|_| values::error::Error::NotFound("There is no such report.".to_owned()))
    }

    /// What its chart and its sheet are called.
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

    /// The header of the column that says what a row counts.
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
    /// How many days a row of the day report counts.
    pub enum Step {
        /// One.
        Day = "day", "Days",
        /// From Monday to Sunday.
        Week = "week", "Weeks",
        /// All of a month.
        Month = "month", "Months",
    }
}

/// What messages come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Messages handed over for delivery, whatever became of them.
    pub sent_messages: i64,
    /// Their parts.
    pub sent_parts: i64,
    /// Messages that arrived.
    pub delivered_messages: i64,
    /// Their parts.
    pub delivered_parts: i64,
    /// What those that are paid for cost.
    pub cost: Money,
}

impl Figures {
    /// Adds others.
    pub fn add(&mut self, other: &Self) {
        self.sent_messages += other.sent_messages;
        self.sent_parts += other.sent_parts;
        self.delivered_messages += other.delivered_messages;
        self.delivered_parts += other.delivered_parts;
        self.cost.0 += other.cost.0;
    }

    /// Delivered messages of those sent, in hundredths of a per cent, rounded half up; none where nothing was sent.
    #[must_use]
    pub fn efficiency(&self) -> Option<i64> {
        share(self.delivered_messages, self.sent_messages)
    }
}

/// A row of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRow {
    /// What it counts, as the database has it: first and last day; country and operator; country; or sender ID.
    pub key: Vec<String>,
    /// The same for people.
    pub label: String,
    /// What was sent.
    pub figures: Figures,
    /// What was sent in the period before, where that is compared.
    pub before: Option<Figures>,
}

/// What the chart draws, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// Days (the first of each step), or names; the last name is `Other` where there are more than fit.
    pub labels: Vec<String>,
    /// The last day of each step, or nothing.
    pub ends: Vec<String>,
    /// What a click on each leads to, or nothing: the row's key.
    pub keys: Vec<Vec<String>>,
    /// Messages sent.
    pub sent: Vec<i64>,
    /// Messages delivered.
    pub delivered: Vec<i64>,
    /// What the chart shows, in a sentence.
    pub summary: String,
}

/// What a period's reports and its ledger say, side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Books {
    /// What the messages sent in the period cost.
    pub reported: Money,
    /// What was booked for mailings in the period.
    pub booked: Money,
    /// Rows of the ledger that belong to only one of the two; the largest, where there are very many.
    pub late: Vec<LateRow>,
    /// How many others there are, and what they add to the difference.
    pub others: (u64, Money),
}

/// A part of a ledger row whose messages were sent on another day than it is booked on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateRow {
    /// The row's number.
    pub transaction: i64,
    /// The row's purpose, which names the mailing.
    pub purpose: String,
    /// The day of sending.
    pub sent_on: String,
    /// The day of the row.
    pub booked_on: String,
    /// What it adds to the difference.
    pub cost: Money,
}

/// A report of a period, a page of its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportPage {
    /// ISO 4217 code of the account's currency.
    pub currency: String,
    /// All messages that the client ever sent.
    pub ever: Figures,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// First and last day of the period before, where it is compared.
    pub before: Option<(String, String)>,
    /// Periods that are one click away: name, first and last day.
    pub quick: Vec<(String, String, String)>,
    /// What the filters that are set are called: the part of the address, and its value for people.
    pub filters: Vec<(String, String)>,
    /// The page.
    pub page: u64,
    /// Rows on all pages, without the total.
    pub total: u64,
    /// The page's rows.
    pub rows: Vec<ReportRow>,
    /// All rows together.
    pub sum: Figures,
    /// All rows of the period before together.
    pub sum_before: Option<Figures>,
    /// The chart.
    pub chart: Drawn,
    /// Reports and ledger, where no filter hides a part of the messages.
    pub books: Option<Books>,
}
