use super::*;

#[test]
fn languages_are_tags_not_names() {
    for tag in
        ["en", "uk", "pt-BR", "zh-Hant-TW", "sl-rozaj-biske", "de-CH-1901", "es-419", "en-u-ca-buddhist", "fil-x-a"]
    {
        assert!(is_language(tag), "{tag}");
    }
    for other in ["", "e", "english", "en_US", "en-", "-en", "en--US", "en-u", "uk-x", "укр", "en-US-US", "en US"] {
        assert!(!is_language(other), "{other}");
    }
}

#[test]
fn emails_are_those_that_mail_can_be_sent_to() {
    for email in ["info@example.com", "o'neill+sms@mail.example.org", "пошта@приклад.example"] {
        assert!(is_email(email), "{email}");
    }
    for other in [
        "info",
        "@example.com",
        "a@",
        "a@b",
        "a@b..c",
        "a@.c",
        "a b@c.d",
        "a@b.c, d@e.f",
        "a@b@c.d",
        "A <a@b.c>",
        "a..b@c.d",
    ] {
        assert!(!is_email(other), "{other}");
    }
}

#[test]
fn currencies_are_codes_in_use() {
    for code in ["EUR", "UAH", "USD", "PLN", "GEL", "KZT", "XOF", "VED", "VES"] {
        assert!(is_currency(code), "{code}");
    }
    for other in ["", "eur", "EU", "EURO", "XXX", "XTS", "DEM", "HRK", "BGN", "AED AFN", " EU"] {
        assert!(!is_currency(other), "{other}");
    }
}
