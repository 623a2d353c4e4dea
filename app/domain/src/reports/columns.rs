//! The choice of columns of a report's file. A cookie remembers it.

use super::Kind;
use values::{address::unknown, error::Error};

values::labelled_enum! {
    /// A column of a report's file.
    pub enum Column {
        /// The day of sending, or the first day of a step.
        Date = "date", "Date",
        /// The receiver's country.
        Country = "country", "Country",
        /// The receiver's operator.
        Operator = "operator", "Operator",
        /// The sender ID.
        SenderId = "sender_id", "Sender ID",
        /// Messages handed over for delivery.
        SentMessages = "sent_messages", "Sent messages",
        /// Parts of the sent messages.
        SentParts = "sent_parts", "Sent parts",
        /// Messages that were delivered.
        DeliveredMessages = "delivered_messages", "Delivered messages",
        /// Parts of the delivered messages.
        DeliveredParts = "delivered_parts", "Delivered parts",
        /// The share of delivered messages.
        Efficiency = "efficiency", "Efficiency",
        /// The cost.
        SmsPrice = "sms_price", "SMS price",
        /// ISO 4217 code of the cost.
        Currency = "currency", "Currency",
    }
}

impl Column {
    /// Whether reports group by it. The others have figures, and stand behind these.
    #[must_use]
    pub fn is_group(self) -> bool {
        self < Self::SentMessages
    }
}

/// The columns that a report groups by: the parts of a row's key.
#[must_use]
pub fn group_of(kind: Kind) -> &'static [Column] {
    match kind {
        Kind::Day => &[Column::Date],
        Kind::Operator => &[Column::Country, Column::Operator],
        Kind::Sender | Kind::ViberSender => &[Column::SenderId],
        Kind::Country => &[Column::Country],
    }
}

/// The columns of a report, in order.
#[must_use]
pub fn of(kind: Kind) -> Vec<Column> {
    let figures = Column::ALL.iter().filter(|column| !column.is_group());
    group_of(kind).iter().chain(figures).copied().collect()
}

/// Parses the columns of an address, and returns them in the report's order; `None` if the address has no `columns=`.
/// Accepts names and words, in one `columns=` with commas or in several.
///
/// # Errors
/// [`Error::BadAddress`] for a column that the report doesn't have, and for an empty choice.
pub fn parse(kind: Kind, address: &str) -> Result<Option<Vec<Column>>, Error> {
    let known = of(kind);
    let (mut is_given, mut columns) = (false, Vec::new());
    for (_, value) in
        form_urlencoded::parse(address.trim_start_matches('?').as_bytes()).filter(|(name, _)| name == "columns")
    {
        is_given = true;
        for name in value.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let same = |column: &&Column| column.word() == name || column.label().eq_ignore_ascii_case(name);
            let labels = || known.iter().map(|column| column.label()).collect::<Vec<_>>().join(", ");
            columns.push(*known.iter().find(same).ok_or_else(|| unknown("columns", name, labels()))?);
        }
    }
    if is_given && columns.is_empty() {
        return Err(Error::bad_address("columns", "A file needs at least one column: tick one."));
    }
    Ok(is_given.then(|| known.into_iter().filter(|column| columns.contains(column)).collect()))
}

/// Parses the cookie: the columns that were not ticked the last time.
#[must_use]
pub fn unticked(cookie: &str) -> Vec<Column> {
    cookie.split('.').filter_map(|word| word.parse().ok()).collect()
}

/// The cookie's value after a choice of columns of one report. The choice for other columns stays.
#[must_use]
pub fn remembered(kind: Kind, ticked: &[Column], cookie: &str) -> String {
    let own = of(kind);
    let others = unticked(cookie).into_iter().filter(|column| !own.contains(column));
    let unticked = own.iter().copied().filter(|column| !ticked.contains(column));
    others.chain(unticked).map(Column::word).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_understood_by_name_and_by_word_in_the_reports_order() {
        for address in [
            "columns=Sent%20messages,date",
            "columns=sent_messages&columns=Date",
            "?columns=&columns=Date,sent+messages",
        ] {
            assert_eq!(parse(Kind::Day, address), Ok(Some(vec![Column::Date, Column::SentMessages])), "{address}");
        }
        assert_eq!(parse(Kind::Day, "from=2024-01-01"), Ok(None));
        assert!(parse(Kind::Day, "columns=Operator").is_err());
    }

    #[test]
    fn a_choice_is_remembered_for_all_reports() {
        let cookie = remembered(Kind::Day, &[Column::Date], "operator");
        assert!(unticked(&cookie).contains(&Column::Operator) && unticked(&cookie).contains(&Column::SentParts));
        assert!(!unticked(&cookie).contains(&Column::Date));
        assert_eq!(remembered(Kind::Day, &of(Kind::Day), &cookie), "operator");
    }
}
