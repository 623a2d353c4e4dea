//! Countries: their codes in ISO 3166-1 (two capitals), and their English names in CLDR. Native only.
//!
//! The names are a table in `table.rs`, made by `scripts/countries.mjs`: the library that has CLDR's names for Rust
//! (`icu_experimental`) is unstable yet, and brings those of all languages.

mod table;

use table::COUNTRIES;

/// Whether ISO has assigned the code to a country. Codes that anybody may use as he likes (`XK`), or that are kept
/// for something else (`EU`, `UK`), aren't assigned.
#[must_use]
pub fn is_country(code: &str) -> bool {
    country_name(code).is_some()
}

/// What the country is called in English: `Ukraine` for `UA`, nothing for a code that isn't assigned.
#[must_use]
pub fn country_name(code: &str) -> Option<&'static str> {
    let at = COUNTRIES.binary_search_by_key(&code, |(code, _)| code).ok()?;
    Some(COUNTRIES[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assigned_codes_are_countries_and_nothing_else_is() {
        for code in ["UA", "DE", "GB", "AD", "ZW", "TW", "SS", "AX"] {
            assert!(is_country(code), "{code}");
        }
        for code in
            ["", "U", "ua", "Ua", "UAE", " UA", "UKR", "UK", "EU", "XK", "AN", "SU", "ZZ", "AA", "Ukraine", "УА"]
        {
            assert!(!is_country(code), "{code}");
        }
    }

    #[test]
    fn names_are_those_of_cldr() {
        for (code, name) in [
            ("UA", "Ukraine"),
            ("CI", "Côte d’Ivoire"),
            ("TR", "Türkiye"),
            ("CZ", "Czechia"),
            ("HK", "Hong Kong SAR China"),
            ("AD", "Andorra"),
            ("ZW", "Zimbabwe"),
        ] {
            assert_eq!(country_name(code), Some(name));
        }
        assert_eq!(country_name("XX"), None);
    }

    #[test]
    fn the_table_is_in_the_order_that_the_search_needs() {
        assert!(COUNTRIES.is_sorted_by(|(one, _), (next, _)| one < next));
        assert!(COUNTRIES.iter().all(|(code, name)| country_name(code) == Some(name)));
    }
}
