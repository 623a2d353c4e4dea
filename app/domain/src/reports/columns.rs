//! The choice of columns of a report's file. A cookie remembers it.

use super::Kind;

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
    fn a_choice_is_remembered_for_all_reports() {
        let cookie = remembered(Kind::Day, &[Column::Date], "operator");
        assert!(unticked(&cookie).contains(&Column::Operator) && unticked(&cookie).contains(&Column::SentParts));
        assert!(!unticked(&cookie).contains(&Column::Date));
        assert_eq!(remembered(Kind::Day, &of(Kind::Day), &cookie), "operator");
    }
}
