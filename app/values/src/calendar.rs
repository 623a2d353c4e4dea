//! The days of the calendar as numbers, for the browser, which compiles no calendar of its own.

use serde::{Deserialize, Serialize};

/// Weekdays from Monday on.
pub const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Months from January on.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Today, and periods to choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodChoices {
    /// Today's date.
    pub today: String,
    /// Usual periods: name, first and last day.
    pub quick: Vec<(String, String, String)>,
}

/// The days from the first of March 0000 to that of 1970.
const EPOCH: i32 = 719_468;
/// The days of 400 years, after which the calendar repeats.
const CYCLE: i32 = 146_097;
/// The last day that is written with four digits of a year, 9999-12-31.
pub const LAST: i32 = 2_932_896;
/// The first day that is written with four digits of a year, 0000-01-01.
pub const FIRST: i32 = -719_528;

/// A day as the number of days since 1970-01-01. `None` if the text is no day such as `2024-01-05`.
#[must_use]
pub fn number_of(day: &str) -> Option<i32> {
    let [year @ .., b'-', ten_months, month, b'-', ten_days, day] = day.as_bytes() else { return None };
    let read = |digits: &[u8]| {
        let add = |sum, digit: &u8| digit.is_ascii_digit().then(|| sum * 10 + i32::from(digit - b'0'));
        digits.iter().try_fold(0, add)
    };
    if year.len() != 4 {
        return None;
    }
    let (year, month, day) = (read(year)?, read(&[*ten_months, *month])?, read(&[*ten_days, *day])?);
    let number = number(year, month.clamp(1, 12), day);
    (parts(number) == (year, month, day)).then_some(number)
}

/// The number of a day of a month. Years begin in March here, so that a leap day is the last of its year.
#[must_use]
pub fn number(year: i32, month: i32, day: i32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let (cycle, year_of_cycle) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    cycle * CYCLE + year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year - EPOCH
}

/// Year, month from 1 and day of a number.
#[must_use]
pub fn parts(number: i32) -> (i32, i32, i32) {
    let days = number + EPOCH;
    let (cycle, day_of_cycle) = (days.div_euclid(CYCLE), days.rem_euclid(CYCLE));
    let year_of_cycle =
        (day_of_cycle - day_of_cycle / 1_460 + day_of_cycle / 36_524 - day_of_cycle / (CYCLE - 1)) / 365;
    let day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_cycle + cycle * 400;
    (if month <= 2 { year + 1 } else { year }, month, day)
}

/// The text of a number: `2024-01-05`.
#[must_use]
pub fn text_of(number: i32) -> String {
    let (year, month, day) = parts(number);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The weekday of a number, from 0 for Monday.
#[must_use]
pub fn weekday(number: i32) -> usize {
    // 1970-01-01 was a Thursday.
    usize::try_from((number + 3).rem_euclid(7)).unwrap_or_default()
}

/// The first day of the month that is this many months later.
#[must_use]
pub fn month_after(number_of_day: i32, months: i32) -> i32 {
    let (year, month, _) = parts(number_of_day);
    let months = year * 12 + month - 1 + months;
    number(months.div_euclid(12), months.rem_euclid(12) + 1, 1)
}

/// The same day of another month, or that month's last day.
#[must_use]
pub fn same_day_after(number: i32, months: i32) -> i32 {
    let first = month_after(number, months);
    (first + parts(number).2 - 1).min(month_after(first, 1) - 1)
}

/// A month by its name: `March 2024`.
#[must_use]
pub fn month_name(number: i32) -> String {
    let (year, month, _) = parts(number);
    let name = usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or_default();
    format!("{name} {year}")
}

/// A period by its name, if it has one (`March 2024`, `2024`), or its length.
#[must_use]
pub fn period_name(from: i32, to: i32) -> String {
    let ((year, month, day), (next_year, next_month, next_day)) = (parts(from), parts(to + 1));
    if (day, next_day) == (1, 1) && month_after(from, 1) == to + 1 {
        return month_name(from);
    }
    if (month, day, next_month, next_day) == (1, 1, 1, 1) && next_year == year + 1 {
        return year.to_string();
    }
    match to - from + 1 {
        1 => WEEKDAYS[weekday(from)].to_owned(),
        days => format!("{days} days"),
    }
}

/// The error of a typed date; empty if it is one, or nothing was typed.
#[must_use]
pub fn no_day(typed: &str) -> String {
    let day = typed.trim();
    if day.is_empty() || number_of(day).is_some() {
        return String::new();
    }
    format!("“{typed}” is no day. Enter one such as 2024-01-05.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "database")]
    #[test]
    fn numbers_are_those_of_the_calendar() {
        use chrono::{Datelike as _, NaiveDate};
        let mut day = NaiveDate::from_ymd_opt(1599, 12, 30).unwrap();
        while day.year() < 2402 {
            let number = i32::try_from(day.signed_duration_since(NaiveDate::default()).num_days()).unwrap();
            assert_eq!(number_of(&day.to_string()), Some(number), "{day}");
            assert_eq!(text_of(number), day.to_string());
            assert_eq!(weekday(number), day.weekday().num_days_from_monday() as usize, "{day}");
            day = day.succ_opt().unwrap();
        }
        assert_eq!((text_of(FIRST).as_str(), text_of(LAST).as_str()), ("0000-01-01", "9999-12-31"));
    }

    #[test]
    fn months_later_keep_the_day_where_there_is_one() {
        let after = |day, months| text_of(same_day_after(number_of(day).unwrap(), months));
        assert_eq!(after("2024-01-31", 1), "2024-02-29");
        assert_eq!(after("2024-01-31", -1), "2023-12-31");
        assert_eq!(after("2024-02-29", 12), "2025-02-28");
        assert_eq!(after("2024-02-29", -12), "2023-02-28");
        assert_eq!(text_of(month_after(number_of("2024-12-05").unwrap(), 2)), "2025-02-01");
    }

    #[test]
    fn a_period_is_named_by_the_calendar_or_its_length() {
        let name = |from, to| period_name(number_of(from).unwrap(), number_of(to).unwrap());
        assert_eq!(name("2024-02-01", "2024-02-29"), "February 2024");
        assert_eq!(name("2024-02-01", "2024-02-28"), "28 days");
        assert_eq!(name("2023-01-01", "2023-12-31"), "2023");
        assert_eq!(name("2024-03-05", "2024-03-05"), "Tuesday");
        assert_eq!(name("2024-03-05", "2024-04-05"), "32 days");
    }

    #[test]
    fn what_is_no_day_has_no_number() {
        for text in
            ["", "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "2024-01-00", "tomorrow", "2024-1-1", "ааааа"]
        {
            assert_eq!(number_of(text), None, "{text}");
        }
    }
}
