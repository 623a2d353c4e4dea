use super::*;

fn numbers() -> Numbers {
    let home = |country: &str, operator: &str| Home { country: country.to_owned(), operator: operator.to_owned() };
    let operators = [
        ("38067", home("UA", "Kyivstar")),
        ("380", home("UA", "Some network")),
        ("48501", home("PL", "Orange")),
        ("999", home("SM", "Satellite")),
    ];
    Numbers::new(operators.into_iter().map(|(prefix, home)| (prefix.to_owned(), home)).collect())
}

fn found(number: &str) -> (String, String) {
    let Home { country, operator } = numbers().find(number);
    (country, operator)
}

fn known(country: &str, operator: &str) -> (String, String) {
    (country.to_owned(), operator.to_owned())
}

#[test]
fn a_number_is_found_however_it_is_written() {
    for number in ["+380671234567", "380671234567", "00380671234567", " +380671234567 "] {
        assert_eq!(found(number), known("UA", "Kyivstar"), "{number}");
    }
}

#[test]
fn the_longest_prefix_wins() {
    assert_eq!(found("+380501234567"), known("UA", "Some network"));
    assert_eq!(found("+999671234567"), known("SM", "Satellite"));
}

#[test]
fn a_country_is_known_without_its_operators() {
    for (number, country) in [
        ("+48221234567", "PL"),
        ("+4915112345678", "DE"),
        ("+12125551212", "US"),
        ("+14165551212", "CA"),
        ("+77011234567", "KZ"),
        ("+79161234567", "RU"),
        ("+37120000000", "LV"),
        ("+995555123456", "GE"),
    ] {
        assert_eq!(found(number), known(country, ""), "{number}");
    }
}

#[test]
fn anything_but_an_international_number_is_unknown() {
    for number in ["", "+", "Shop", "104", "0671234567", "+38067", "+3806712345678901", "38067123456x", "00", "Київ"]
    {
        assert_eq!(found(number), known("", ""), "{number}");
    }
}
