//! Countries by their ISO 3166-1 alpha-2 codes, with their English names from CLDR.
//!
//! `scripts/countries.mjs` writes the table, `countries.csv`. The Rust crate that has these names, `icu_experimental`,
//! is still unstable and includes every language. The names are © Unicode, Inc., under the Unicode License V3.

use std::{collections::HashMap, sync::LazyLock};

static NAMES: LazyLock<HashMap<&str, &str>> =
    LazyLock::new(|| include_str!("countries.csv").lines().filter_map(|line| line.split_once(',')).collect());

/// Whether `code` is the code of a country, such as `UA`.
#[must_use]
pub fn is_country(code: &str) -> bool {
    NAMES.contains_key(code)
}

/// The English name of a country.
#[must_use]
pub fn country_name(code: &str) -> Option<&'static str> {
    // Telephone numbering uses this code, but ISO 3166-1 doesn't list it.
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
        assert_eq!((country_name("TR"), country_name("UK")), (Some("Türkiye"), None));
        for code in ["AD", "AX", "GB", "SS", "TW", "UA", "ZW"] {
            assert!(is_country(code), "{code}");
        }
        // Reserved codes, withdrawn codes, other alphabets, and texts that are no code.
        for code in ["", "U", "ua", " UA", "UKR", "UK", "EU", "XK", "AN", "SU", "ZZ", "AA", "Ukraine", "УА"] {
            assert!(!is_country(code), "{code}");
        }
    }
}
