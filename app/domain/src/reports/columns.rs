//! Which columns a report's file has: a choice that the browser remembers.

use super::Kind;
use values::{address::unknown, error::Error};

values::labelled_enum! {
    /// A column of a report's file.
    pub enum Column {
        /// The day of sending, or the first of more.
        Date = "date", "Date",
        /// The receiver's country.
        Country = "country", "Country",
        /// The receiver's operator.
        Operator = "operator", "Operator",
        /// Whom messages say they come from.
        SenderId = "sender_id", "Sender ID",
        /// Messages handed over for delivery.
        SentMessages = "sent_messages", "Sent messages",
        /// Their parts.
        SentParts = "sent_parts", "Sent parts",
        /// Messages that arrived.
        DeliveredMessages = "delivered_messages", "Delivered messages",
        /// Their parts.
        DeliveredParts = "delivered_parts", "Delivered parts",
        /// Delivered of sent messages.
        Efficiency = "efficiency", "Efficiency",
        /// What they cost.
        SmsPrice = "sms_price", "SMS price",
        /// ISO 4217 code of that.
        Currency = "currency", "Currency",
    }
}

/// The columns of a report, in their order.
#[must_use]
pub fn of(kind: Kind) -> Vec<Column> {
    let group: &[Column] = match kind {
        Kind::Day => &[Column::Date],
        Kind::Operator => &[Column::Country, Column::Operator],
        Kind::Sender | Kind::ViberSender => &[Column::SenderId],
        Kind::Country => &[Column::Country],
    };
    let figures = Column::ALL.iter().filter(|column| **column >= Column::SentMessages);
    group.iter().chain(figures).copied().collect()
}

/// The columns that an address asks for, in the report's order; `None` where it doesn't say. Names and words are
/// understood, each in a `columns=` of its own or all in one with commas between them.
///
/// # Errors
/// [`Error::BadAddress`] for a column that the report doesn't have, and for none at all.
pub fn asked_for(kind: Kind, address: &str) -> Result<Option<Vec<Column>>, Error> {
    let known = of(kind);
    let (mut said, mut asked) = (false, Vec::new());
    for (_, value) in
        form_urlencoded::parse(address.trim_start_matches('?').as_bytes()).filter(|(name, _)| name == "columns")
    {
        said = true;
        for name in value.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let same = |column: &&Column| column.word() == name || column.label().eq_ignore_ascii_case(name);
            let labels = || known.iter().map(|column| column.label()).collect::<Vec<_>>().join(", ");
            asked.push(*known.iter().find(same).ok_or_else(|| unknown("columns", name, labels()))?);
        }
    }
    if said && asked.is_empty() {
        return Err(Error::bad_address("columns", "A file needs at least one column: tick one."));
    }
    Ok(said.then(|| known.into_iter().filter(|column| asked.contains(column)).collect()))
}

/// The columns that were not ticked the last time.
#[must_use]
pub fn unticked(cookie: &str) -> Vec<Column> {
    cookie.split('.').filter_map(|word| word.parse().ok()).collect()
}

/// The cookie's value that remembers a choice among a report's columns, and leaves what was chosen for others.
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
            assert_eq!(asked_for(Kind::Day, address), Ok(Some(vec![Column::Date, Column::SentMessages])), "{address}");
        }
        assert_eq!(asked_for(Kind::Day, "from=2024-01-01"), Ok(None));
        assert!(asked_for(Kind::Day, "columns=Operator").is_err());
    }

    #[test]
    fn a_choice_is_remembered_for_all_reports() {
        let cookie = remembered(Kind::Day, &[Column::Date], "operator");
        assert!(unticked(&cookie).contains(&Column::Operator) && unticked(&cookie).contains(&Column::SentParts));
        assert!(!unticked(&cookie).contains(&Column::Date));
        assert_eq!(remembered(Kind::Day, &of(Kind::Day), &cookie), "operator");
    }
}
