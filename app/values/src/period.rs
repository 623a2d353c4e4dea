//! Periods of whole days in the platform's time zone.

use crate::{
    address::day,
    calendar::PeriodChoices,
    error::Error,
    time::{self, Moment},
};
use chrono::{Datelike, Days, Months, NaiveDate};

/// The longest period, in years. Anything longer is a typing error.
const LONGEST: i32 = 100;

/// A first and a last day, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

impl Period {
    /// Reads the two days of an address. A missing day is taken from the default period.
    ///
    /// # Errors
    /// [`Error::BadAddress`] names `from` or `to`.
    pub fn parse(from: Option<&str>, to: Option<&str>) -> Result<Self, Error> {
        let default = Self::month_back();
        let read = |name, given: Option<&str>, otherwise| match given {
            // `day` has checked the text, so this doesn't fail.
            Some(text) => {
                day(name, text)?.parse().map_err(|_| Error::bad_address(name, "Enter a date such as 2024-01-05."))
            }
            None => Ok(otherwise),
        };
        let to = read("to", to, default.to)?;
        let from = read("from", from, default.from.min(to))?;
        if from > to {
            let message = format!("The period ends ({to}) before it begins ({from}).");
            return Err(Error::bad_address("to", message));
        }
        if to.year() - from.year() > LONGEST {
            let message = format!("The period from {from} to {to} is too long: at most {LONGEST} years.");
            return Err(Error::bad_address("from", message));
        }
        Ok(Self { from, to })
    }

    /// The default period: from the same day of the last month, or that month's last day, to today.
    #[must_use]
    pub fn month_back() -> Self {
        let to = time::today();
        Self { from: to.checked_sub_months(Months::new(1)).unwrap_or(to), to }
    }

    /// The usual periods, with their labels.
    #[must_use]
    pub fn quick() -> [(&'static str, Self); 8] {
        let today = time::today();
        let before = |days| today.checked_sub_days(Days::new(days)).unwrap_or(today);
        let first = today.with_day(1).unwrap_or(today);
        let last_month = first.checked_sub_months(Months::new(1)).unwrap_or(first);
        let since = |from| Self { from, to: today };
        [
            ("Today", since(today)),
            ("Yesterday", Self { from: before(1), to: before(1) }),
            ("Last 7 days", since(before(6))),
            ("Month to today", Self::month_back()),
            ("90 days", since(before(89))),
            ("Year", since(today.checked_sub_months(Months::new(12)).unwrap_or(today))),
            ("This month", since(first)),
            ("Last month", Self { from: last_month, to: first.pred_opt().unwrap_or(first) }),
        ]
    }

    /// Today and the usual periods, for the browser.
    #[must_use]
    pub fn choices() -> PeriodChoices {
        let quick = Self::quick().map(|(name, quick)| (name.to_owned(), quick.from.to_string(), quick.to.to_string()));
        PeriodChoices { today: time::today().to_string(), quick: quick.to_vec() }
    }

    /// The start of the first day.
    #[must_use]
    pub fn begins(&self) -> Moment {
        time::start_of_day(self.from)
    }

    /// The end of the last day, which no longer belongs to the period.
    #[must_use]
    pub fn ends(&self) -> Moment {
        time::end_of_day(self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_a_month_back_to_today() {
        let default = Period::parse(None, None).unwrap();
        assert_eq!(default.to, time::today());
        assert_eq!(default.from, default.to - Months::new(1));
    }

    #[test]
    fn an_invalid_period_is_refused_with_its_part() {
        for (from, to, named) in [
            (Some("2024-02-31"), None, "from"),
            (None, Some("tomorrow"), "to"),
            (Some("2024-02-02"), Some("2024-02-01"), "to"),
            (Some("1024-01-01"), Some("2024-01-01"), "from"),
        ] {
            match Period::parse(from, to) {
                Err(Error::BadAddress { part, .. }) => assert_eq!(part, named),
                other => panic!("{from:?} to {to:?}: {other:?}"),
            }
        }
    }

    #[test]
    fn an_end_alone_before_the_default_begin_is_one_day() {
        let period = Period::parse(None, Some("2020-01-05")).unwrap();
        assert_eq!((period.from, period.to), (period.to, NaiveDate::from_ymd_opt(2020, 1, 5).unwrap()));
    }
}
