//! Countries by their codes in ISO 3166-1 alpha-2, with the English names of CLDR. Native only.
//!
//! The table is `countries.csv`, written by `scripts/countries.mjs`.

use std::{collections::HashMap, sync::LazyLock};

static NAMES: LazyLock<HashMap<&str, &str>> =
    LazyLock::new(|| include_str!("countries.csv").lines().filter_map(|line| line.split_once(',')).collect());

/// Whether a text is the code of a country, such as `UA`.
#[must_use]
pub fn is_country(code: &str) -> bool {
    NAMES.contains_key(code)
}

/// The English name of the country with a code.
#[must_use]
pub fn country_name(code: &str) -> Option<&'static str> {
    // Telephone numbers have it, the standard doesn't.
    if code == "XK" { Some("Kosovo") } else { NAMES.get(code).copied() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_known_by_their_codes() {
        assert_eq!(NAMES.len(), 249);
        assert_eq!(country_name("UA"), Some("Ukraine"));
        assert_eq!(country_name("CI"), Some("Côte d’Ivoire"));
        assert!(is_country("GB") && !is_country("UK") && !is_country("ua") && !is_country("EU") && !is_country(""));
    }
}
