//! Moments and days in the platform's time zone. Only the server formats them.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone as _, Utc};
use std::sync::OnceLock;

/// A moment, always in UTC.
pub type Moment = DateTime<Utc>;

static ZONE: OnceLock<chrono_tz::Tz> = OnceLock::new();

/// Sets the platform's time zone once, at startup. Until then it is UTC.
pub fn set_zone(zone: chrono_tz::Tz) {
    ZONE.get_or_init(|| zone);
}

/// The platform's time zone (`CLIENTELE_TIMEZONE`).
#[must_use]
pub fn zone() -> chrono_tz::Tz {
    ZONE.get().copied().unwrap_or(chrono_tz::UTC)
}

/// The current time, truncated to microseconds, the precision of both databases.
#[must_use]
pub fn now() -> Moment {
    cut(Utc::now())
}

/// Truncates a moment to microseconds, so that a database returns it unchanged.
#[must_use]
pub fn cut(moment: Moment) -> Moment {
    DateTime::from_timestamp_micros(moment.timestamp_micros()).unwrap_or(moment)
}

/// The day of a moment in the platform's time zone.
#[must_use]
pub fn day_of(moment: Moment) -> NaiveDate {
    moment.with_timezone(&zone()).date_naive()
}

/// Today's date in the platform's time zone.
#[must_use]
pub fn today() -> NaiveDate {
    day_of(now())
}

/// Formats a moment in the platform's time zone, the same on all pages: `2024-01-05 07:46`.
#[must_use]
pub fn show(moment: Moment) -> String {
    moment.with_timezone(&zone()).format("%Y-%m-%d %H:%M").to_string()
}

/// The start of a day in the platform's time zone.
#[must_use]
pub fn start_of_day(day: NaiveDate) -> Moment {
    let midnight = day.and_time(NaiveTime::MIN);
    // If clocks go forward at midnight, the day starts at the first time that exists.
    (0..=24)
        .find_map(|half_hours| {
            zone().from_local_datetime(&(midnight + chrono::Duration::minutes(30 * half_hours))).earliest()
        })
        .map_or_else(|| midnight.and_utc(), |moment| moment.to_utc())
}

/// The end of a day, which is the start of the next.
#[must_use]
pub fn end_of_day(day: NaiveDate) -> Moment {
    day.checked_add_days(Days::new(1)).map_or(Moment::MAX_UTC, start_of_day)
}
