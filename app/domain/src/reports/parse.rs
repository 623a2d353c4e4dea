//! Parses the address of a report.

use super::{
    Kind, Step,
    columns::{self, Column},
    query::{StatisticsQuery, UNKNOWN},
};
use values::{
    Direction,
    address::{day, flag, parts, plain, unknown},
    error::Error,
    paging::ListQuery as _,
    period::Period,
};

impl StatisticsQuery {
    /// Parses the query string of an address.
    ///
    /// # Errors
    /// [`Error::BadAddress`] names the first invalid part and its valid values.
    pub fn parse(kind: Kind, address: &str) -> Result<Self, Error> {
        let mut query = Self::default();
        for (name, value) in parts(address) {
            let (name, value) = (name.as_str(), value.as_str());
            match name {
                "from" => query.from = Some(day(name, value)?),
                "to" => query.to = Some(day(name, value)?),
                "channel" => query.channel = Some(value.parse().map_err(|known| unknown(name, value, known))?),
                "country" => query.country = Some(country(name, value)?),
                "operator" => query.operator = Some(plain(name, value)?),
                "sender_id" => query.sender_id = Some(plain(name, value)?),
                "by" => query.by = Some(value.parse().map_err(|known| unknown(name, value, known))?),
                "compare" => query.compare = flag(name, value)?,
                "sort" => query.sort = Some(value.parse().map_err(|known| unknown(name, value, known))?),
                "dir" => {
                    let dir: Direction = value.parse().map_err(|known| unknown(name, value, known))?;
                    query.ascending = dir == Direction::Ascending;
                }
                "header" => query.header = flag(name, value)?,
                _ => query.paging.read(Self::SIZES, name, value)?,
            }
        }
        query.columns = columns(kind, address)?;
        Ok(query)
    }

    /// The period, which is the last month by default.
    ///
    /// # Errors
    /// [`Error::BadAddress`] names `from` or `to`.
    pub fn period(&self) -> Result<Period, Error> {
        Period::parse(self.from.as_deref(), self.to.as_deref())
    }

    /// The days in a row of the day report. Long periods have weeks unless the address says otherwise.
    #[must_use]
    pub fn step(&self, period: Period) -> Step {
        const LONGEST_IN_DAYS: i64 = 92;
        let is_long = (period.to - period.from).num_days() >= LONGEST_IN_DAYS;
        self.by.unwrap_or(if is_long { Step::Week } else { Step::Day })
    }
}

/// Parses the columns of an address, and returns them in the report's order; `None` if the address has no `columns=`.
/// Accepts names and words, in one `columns=` with commas or in several.
///
/// # Errors
/// [`Error::BadAddress`] for a column that the report doesn't have, and for an empty choice.
fn columns(kind: Kind, address: &str) -> Result<Option<Vec<Column>>, Error> {
    let known = columns::of(kind);
    let (mut is_given, mut named) = (false, Vec::new());
    for (_, value) in
        form_urlencoded::parse(address.trim_start_matches('?').as_bytes()).filter(|(name, _)| name == "columns")
    {
        is_given = true;
        for name in value.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let same = |column: &&Column| column.word() == name || column.label().eq_ignore_ascii_case(name);
            let labels = || known.iter().map(|column| column.label()).collect::<Vec<_>>().join(", ");
            named.push(*known.iter().find(same).ok_or_else(|| unknown("columns", name, labels()))?);
        }
    }
    if is_given && named.is_empty() {
        return Err(Error::bad_address("columns", "Select at least one column."));
    }
    Ok(is_given.then(|| known.into_iter().filter(|column| named.contains(column)).collect()))
}

fn country(name: &str, value: &str) -> Result<String, Error> {
    let code = value.len() == 2 && value.bytes().all(|byte| byte.is_ascii_uppercase());
    if code || value == UNKNOWN {
        Ok(value.to_owned())
    } else {
        Err(unknown(name, value, format!("a country's code such as UA, {UNKNOWN}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_parsed_and_written_back() {
        let address = "/s/day?from=2024-01-01&to=2024-02-29&channel=sms&country=UA&operator=One&sender_id=Shop&by=week\
                       &compare=true&sort=sent&dir=asc&page=3&per_page=50";
        let query = StatisticsQuery::parse(Kind::Day, address.split_once('?').unwrap().1).unwrap();
        assert_eq!(query.address("/s/day"), address);
        assert_eq!(StatisticsQuery::default().address("/s"), "/s");
    }

    #[test]
    fn more_than_92_days_are_shown_in_weeks_unless_days_are_asked_for() {
        for (address, expected) in [
            ("from=2024-01-01&to=2024-04-01", Step::Day),
            ("from=2024-01-01&to=2024-04-02", Step::Week),
            ("from=2024-01-01&to=2024-04-02&by=day", Step::Day),
            ("from=2024-01-01&to=2024-01-02&by=month", Step::Month),
        ] {
            let query = StatisticsQuery::parse(Kind::Day, address).unwrap();
            assert_eq!(query.step(query.period().unwrap()), expected, "{address}");
            assert_eq!(query.address("/"), format!("/?{address}"));
        }
    }

    #[test]
    fn an_invalid_part_is_named_with_its_valid_values() {
        for (address, expected) in [
            ("from=2024-02-31", "a day such as"),
            ("channel=fax", "sms, viber"),
            ("country=Ukraine", "a country's code"),
            ("by=year", "day, week, month"),
            ("sort=size", "group, sent"),
            ("dir=up", "asc, desc"),
            ("page=0", "a number from 1"),
            ("per_page=7", "50, 100"),
            ("columns=size", "Sent messages"),
            ("columns=", "at least one column"),
        ] {
            let error = StatisticsQuery::parse(Kind::Day, address).expect_err(address).to_string();
            assert!(error.contains(expected), "{address}: {error}");
        }
    }

    #[test]
    fn columns_are_understood_by_name_and_by_word_in_the_reports_order() {
        for address in [
            "columns=Sent%20messages,date",
            "columns=sent_messages&columns=Date",
            "?columns=&columns=Date,sent+messages",
        ] {
            assert_eq!(columns(Kind::Day, address), Ok(Some(vec![Column::Date, Column::SentMessages])), "{address}");
        }
        assert_eq!(columns(Kind::Day, "from=2024-01-01"), Ok(None));
        assert!(columns(Kind::Day, "columns=Operator").is_err());
    }
}
