//! Percentages, in hundredths of a per cent: 9,750 is 97.50%.

/// The percentage of a part, rounded half up. `None` if the whole is zero.
#[must_use]
pub fn share(part: i64, whole: i64) -> Option<i64> {
    let (part, whole) = (i128::from(part), i128::from(whole));
    (whole > 0).then(|| i64::try_from((part * 20_000 + whole) / (2 * whole)).unwrap_or(i64::MAX))
}

/// Formats a percentage: `97.50%`.
#[must_use]
pub fn percent(hundredths: i64) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_rounded_half_up_and_zero_has_none() {
        let of = |part, whole| share(part, whole).map(percent);
        assert_eq!(of(3, 3).as_deref(), Some("100.00%"));
        assert_eq!(of(2, 3).as_deref(), Some("66.67%"));
        assert_eq!(of(1, 8).as_deref(), Some("12.50%"));
        assert_eq!(of(1, 20_000).as_deref(), Some("0.01%"));
        // A float would be slightly below 7.125.
        assert_eq!(of(57, 800).as_deref(), Some("7.13%"));
        assert_eq!(of(0, 5).as_deref(), Some("0.00%"));
        assert_eq!(of(0, 0), None);
    }
}
