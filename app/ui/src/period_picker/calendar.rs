//! The calendar of two months: what it shows, and what keys and clicks do.
//!
//! It is written as HTML, since a view of each day would be many times as much code for the browser to load.

use std::fmt::Write as _;
use values::calendar::{FIRST, LAST, WEEKDAYS, month_after, month_name, parts, same_day_after, text_of, weekday};

/// The calendar. Days are numbers of [`values::calendar`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The first day of the first of the two months.
    shown: i32,
    /// The day that has the focus, or gets it next.
    at: i32,
    /// The first and the last day of the period. While it is picked, the day that was picked first and the one that is
    /// pointed at.
    range: Option<(i32, i32)>,
    /// Whether the first day was picked, and the second not yet.
    picking: bool,
    today: i32,
}

/// The days that can be reached: whole years around them can be written.
const REACH: std::ops::RangeInclusive<i32> = FIRST + 800..=LAST - 800;

impl Calendar {
    /// A calendar of a period, which ends in the second of its months.
    pub fn new(range: Option<(i32, i32)>, today: i32) -> Self {
        let at = range.map_or(today, |(_, to)| to).clamp(*REACH.start(), *REACH.end());
        Self { shown: month_after(at, -1), at, range, picking: false, today }
    }

    /// Picks a day. Returns the period with the second one.
    pub fn pick(&mut self, day: i32) -> Option<(i32, i32)> {
        self.at = day;
        self.picking = !self.picking;
        if self.picking {
            self.range = Some((day, day));
            return None;
        }
        let (first, _) = self.range?;
        self.range = Some((first.min(day), first.max(day)));
        self.range
    }

    /// Points at a day. Returns whether the calendar looks different now.
    pub fn point(&mut self, day: i32) -> bool {
        let Some((first, last)) = self.range.filter(|_| self.picking) else { return false };
        self.range = Some((first, day));
        last != day
    }

    /// Goes some months on, with the same day of the month.
    pub fn turn(&mut self, months: i32) {
        self.at = same_day_after(self.at, months).clamp(*REACH.start(), *REACH.end());
        self.shown = month_after(self.shown, months).clamp(*REACH.start() - 60, *REACH.end());
        self.shown = month_after(self.shown, 0);
    }

    /// Moves as a key says. Returns whether the key has a meaning here. `single` says that the window is too narrow for
    /// the first of the two months.
    pub fn press(&mut self, key: &str, shift: bool, single: bool) -> bool {
        let in_week = i32::try_from(weekday(self.at)).unwrap_or_default();
        let months = if shift { 12 } else { 1 };
        let at = match key {
            "ArrowLeft" => self.at - 1,
            "ArrowRight" => self.at + 1,
            "ArrowUp" => self.at - 7,
            "ArrowDown" => self.at + 7,
            "Home" => self.at - in_week,
            "End" => self.at - in_week + 6,
            "PageUp" => same_day_after(self.at, -months),
            "PageDown" => same_day_after(self.at, months),
            _ => return false,
        };
        self.at = at.clamp(*REACH.start(), *REACH.end());
        self.point(self.at);
        let month = month_after(self.at, 0);
        let second = month_after(self.shown, 1);
        if month > second || (single && month != second) {
            self.shown = month_after(month, -1);
        } else if month < self.shown {
            self.shown = month;
        }
        true
    }

    /// The day that has the focus.
    pub fn at(&self) -> i32 {
        self.at
    }

    /// What it waits for.
    pub fn told(&self) -> String {
        match self.range {
            Some((first, _)) if self.picking => format!("From {}. Choose the last day.", text_of(first)),
            _ => "Choose the first day.".to_owned(),
        }
    }

    /// Both months.
    pub fn html(&self) -> String {
        let mut html = String::new();
        for month in [self.shown, month_after(self.shown, 1)] {
            self.month(&mut html, month);
        }
        html
    }

    fn month(&self, html: &mut String, first: i32) {
        let name = month_name(first);
        let _ = write!(
            html,
            "<div class=\"period-month\"><p aria-hidden=\"true\">{name}</p><table role=\"grid\" aria-label=\"{name}\">\
             <thead><tr>"
        );
        for name in WEEKDAYS {
            let _ = write!(html, "<th scope=\"col\" abbr=\"{name}\" aria-label=\"{name}\">{}</th>", &name[..2]);
        }
        html.push_str("</tr></thead><tbody><tr>");
        let end = month_after(first, 1);
        for _ in 0..weekday(first) {
            html.push_str("<td></td>");
        }
        for day in first..end {
            if day > first && weekday(day) == 0 {
                html.push_str("</tr><tr>");
            }
            self.day(html, day, &name);
        }
        html.push_str("</tr></tbody></table></div>");
    }

    /// A day. Its name for screen readers is that of a sentence: `Tuesday, 5 March 2024`.
    fn day(&self, html: &mut String, day: i32, month: &str) {
        let range = self.range.map(|(one, other)| (one.min(other), one.max(other)));
        let within = range.is_some_and(|(from, to)| (from..=to).contains(&day));
        let end = range.is_some_and(|(from, to)| day == from || day == to);
        let (.., number) = parts(day);
        let _ = write!(
            html,
            "<td role=\"gridcell\" data-day=\"{day}\" tabindex=\"{}\" aria-selected=\"{within}\" \
             aria-label=\"{}, {number} {month}\"{}{}>{number}</td>",
            if day == self.at { "0" } else { "-1" },
            WEEKDAYS[weekday(day)],
            if end { " class=\"end\"" } else { "" },
            if day == self.today { " aria-current=\"date\"" } else { "" },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use values::calendar::number_of;

    fn day(text: &str) -> i32 {
        number_of(text).unwrap()
    }

    fn calendar() -> Calendar {
        Calendar::new(Some((day("2024-03-05"), day("2024-03-20"))), day("2024-03-21"))
    }

    #[test]
    fn a_period_is_picked_by_two_days_in_any_order() {
        for (first, second) in [("2024-03-07", "2024-02-29"), ("2024-02-29", "2024-03-07")] {
            let mut calendar = calendar();
            assert_eq!(calendar.pick(day(first)), None);
            assert_eq!(calendar.told(), format!("From {first}. Choose the last day."));
            assert_eq!(calendar.pick(day(second)), Some((day("2024-02-29"), day("2024-03-07"))));
        }
    }

    #[test]
    fn keys_move_by_days_weeks_months_and_years() {
        for (key, shift, expected) in [
            ("ArrowLeft", false, "2024-03-19"),
            ("ArrowRight", false, "2024-03-21"),
            ("ArrowUp", false, "2024-03-13"),
            ("ArrowDown", false, "2024-03-27"),
            ("Home", false, "2024-03-18"),
            ("End", false, "2024-03-24"),
            ("PageUp", false, "2024-02-20"),
            ("PageDown", false, "2024-04-20"),
            ("PageUp", true, "2023-03-20"),
            ("PageDown", true, "2025-03-20"),
        ] {
            for single in [false, true] {
                let mut calendar = calendar();
                assert!(calendar.press(key, shift, single));
                assert_eq!(text_of(calendar.at()), expected, "{key}");
                // The day can have the focus: it is in a month that is seen.
                let html = calendar.html();
                let seen = if single { html.rsplit("period-month").next().unwrap() } else { &html };
                assert!(seen.contains(&format!("data-day=\"{}\" tabindex=\"0\"", day(expected))), "{key}: {seen}");
            }
        }
        assert!(!calendar().press("a", false, false));
    }

    #[test]
    fn a_month_begins_on_its_weekday_and_marks_period_and_today() {
        let html = calendar().html();
        assert!(html.contains(">February 2024<") && html.contains(">March 2024<"), "{html}");
        // The first of March was a Friday.
        let march = html.rsplit("period-month").next().unwrap();
        assert!(march.contains(&format!("<tr>{}<td role=\"gridcell\"", "<td></td>".repeat(4))), "{march}");
        assert_eq!(march.matches("aria-selected=\"true\"").count(), 16);
        assert_eq!(march.matches("class=\"end\"").count(), 2);
        assert!(march.contains("aria-label=\"Thursday, 21 March 2024\" aria-current=\"date\">21<"), "{march}");
    }

    #[test]
    fn the_ends_of_time_are_not_left() {
        let mut calendar = Calendar::new(Some((day("0001-01-01"), day("0001-01-01"))), day("2024-03-21"));
        for _ in 0..40 {
            calendar.press("PageUp", true, false);
            calendar.turn(-12);
        }
        assert!(calendar.at() >= FIRST && !calendar.html().contains(" -"));
    }
}
