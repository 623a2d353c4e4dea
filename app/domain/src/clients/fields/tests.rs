use super::*;
use crate::{ids::ClientId, intake::rule::LARGEST_ID};
use proptest::{prelude::*, sample::subsequence};
use sea_orm::{Iden as _, Iterable as _, ModelTrait as _};
use serde_json::{Value, json};
use values::time;

/// Parses a valid client with these fields changed.
fn parse_with(changes: Value) -> Result<ClientRecord, String> {
    let mut object = json!({"id": 7, "login": "380441112233", "currency": "EUR"});
    let changes = changes.as_object().expect("an object").clone();
    object.as_object_mut().expect("an object").extend(changes);
    let values = FIELDS.iter().map(|name| object.get(*name).cloned()).collect();
    parse(Record::new(7, FIELDS, values)).map_err(|refusal| refusal.to_string())
}

#[test]
fn missing_fields_of_a_new_client_are_unknown_or_have_defaults() {
    let record = parse_with(json!({"name": "  ", "company": null, "language": "", "balance": ""})).unwrap();
    assert_eq!((&record.name, &record.language, record.balance, record.billing_mode), (&None, &None, None, None));
    let client = record.into_client();
    assert_eq!((client.name, client.company, client.property_type, client.sms_price), (None, None, None, None));
    assert_eq!((client.language.as_str(), client.login_attempts, client.sms_subscription), ("en", 0, false));
    assert_eq!((client.billing_mode, client.balance, client.credit), (BillingMode::Sent, Money(0), Money(0)));
}

/// A client with all fields.
fn everything() -> Value {
    json!({
        "id": 9_007_199_254_740_991_i64, "login": "+4915112345678", "company": " ТОВ «Їжак» ", "name": "Олена",
        "site": "57 / site.example", "email": "a@site.example", "email_accounting": "b@site.example",
        "region": "Ukraine, Kyiv", "language": "uk", "activity_type": "Retail", "property_type": "legal_entity",
        "postal_address": "Садова 1\r\nКиїв", "registered_at": "2024-01-05T09:46:00.1234567+02:00",
        "last_login_at": "2024-02-01T00:00:00Z", "login_attempts": 5, "activation": "not_required",
        "referer": "Direct", "channel": "Organic", "channel_source": "google", "sms_price": "0.0001",
        "billing_mode": "delivered", "currency": "UAH", "balance": "-12.5", "credit": "100",
        "sms_subscription": true,
    })
}

#[test]
fn every_field_is_read() {
    let client = parse_with(everything()).unwrap().into_client();
    assert_eq!(client.id, ClientId(LARGEST_ID));
    assert_eq!(client.company.as_deref(), Some("ТОВ «Їжак»"));
    assert_eq!(client.property_type, Some(PropertyType::LegalEntity));
    assert_eq!(client.postal_address.as_deref(), Some("Садова 1\nКиїв"));
    assert_eq!(client.registered_at.unwrap().to_rfc3339(), "2024-01-05T07:46:00.123456+00:00");
    assert_eq!((client.login_attempts, client.activation), (5, Some(Activation::NotRequired)));
    assert_eq!((client.sms_price, client.balance, client.credit), (Some(Money(1)), Money(-125_000), Money(1_000_000)));
    assert!(client.sms_subscription);
}

#[test]
fn numbers_and_truth_are_read_from_text_as_csv_has_them() {
    let client = parse_with(json!({"id": "12", "login_attempts": "3", "sms_subscription": "true"})).unwrap();
    assert_eq!((client.id, client.login_attempts, client.sms_subscription), (ClientId(12), Some(3), Some(true)));
}

#[test]
fn a_refusal_names_the_field_and_the_problem() {
    let ahead = (time::now() + chrono::Duration::hours(25)).to_rfc3339();
    for (changes, problem) in [
        (json!({"id": null}), "id: is required"),
        (json!({"id": 0}), "id: \"0\" is not from 1 to 9007199254740991"),
        (json!({"id": 9_007_199_254_740_992_i64}), "id: \"9007199254740992\" is not from 1 to 9007199254740991"),
        (json!({"id": 1.5}), "id: \"1.5\" is not a whole number"),
        (json!({"id": "7a"}), "id: \"7a\" is not a whole number"),
        (json!({"id": true}), "id: is a truth value, not a number"),
        (json!({"login": ""}), "login: is required"),
        (json!({"login": 380_441_112_233_i64}), "login: is a number, not a text"),
        (json!({"login": "+"}), "login: \"+\" is not a phone number: digits, with a + before them or not"),
        (json!({"login": "1".repeat(33)}), "login: is longer than 32 characters"),
        (json!({"login": "٣٣"}), "login: \"٣٣\" is not a phone number: digits, with a + before them or not"),
        (json!({"company": "a\u{1b}[31m"}), r"company: has a control character in it (\u{1b})"),
        (json!({"company": "a\0"}), r"company: has a control character in it (\u{0})"),
        (json!({"company": "x".repeat(251)}), "company: is longer than 250 characters"),
        (json!({"company": ["a"]}), "company: is a list, not a text"),
        (json!({"site": "a\nb"}), "site: goes over several lines"),
        (json!({"email": "nobody"}), "email: \"nobody\" is not an email address"),
        (json!({"language": "english"}), "language: \"english\" is not a language tag such as en, uk or pt-BR"),
        (
            json!({"property_type": "llc"}),
            "property_type: \"llc\" is not one of legal_entity, individual, entrepreneur",
        ),
        (
            json!({"registered_at": "2024-01-05 07:46"}),
            "registered_at: \"2024-01-05 07:46\" is not a time with an offset such as 2024-01-05T07:46:00Z",
        ),
        (
            json!({"registered_at": "1999-12-31T23:59:59Z"}),
            "registered_at: \"1999-12-31T23:59:59Z\" is before the year 2000",
        ),
        (json!({"last_login_at": ahead}), &format!("last_login_at: \"{ahead}\" is more than a day ahead")),
        (json!({"login_attempts": -1}), "login_attempts: \"-1\" is not from 0 to 2147483647"),
        (json!({"sms_price": "0.00001"}), "sms_price: \"0.00001\" has more than four decimals"),
        (json!({"sms_price": "-1"}), "sms_price: is below zero"),
        (json!({"balance": 12.5}), "balance: is a JSON number: write money as a text, such as \"12.5\""),
        (json!({"balance": "1,5"}), "balance: \"1,5\" is not an amount: write plain digits such as 1234.5"),
        (json!({"credit": "-0.0001"}), "credit: is below zero"),
        (json!({"currency": null}), "currency: is required"),
        (json!({"currency": "EURO"}), "currency: \"EURO\" is not a currency's code in ISO 4217, such as EUR"),
        (json!({"billing_mode": "free"}), "billing_mode: \"free\" is not one of sent, delivered"),
        (json!({"sms_subscription": 1}), "sms_subscription: is a number, not a text"),
        (json!({"sms_subscription": "yes"}), "sms_subscription: \"yes\" is not true or false"),
    ] {
        assert_eq!(parse_with(changes), Err(format!("line 7: {problem}")));
    }
}

/// Optional fields, with the values that leave them out.
fn left_out() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let optional: Vec<_> = FIELDS.iter().copied().filter(|name| !["id", "login", "currency"].contains(name)).collect();
    let fields = subsequence(optional.clone(), 0..=optional.len());
    (fields, any::<bool>()).prop_map(|(fields, null)| {
        let value = |name| (name, if null || name == "sms_subscription" { Value::Null } else { json!("") });
        fields.into_iter().map(value).collect()
    })
}

proptest! {
    #[test]
    fn a_record_changes_its_fields_and_no_others(left_out in left_out()) {
        let before = parse_with(json!({"id": LARGEST_ID})).unwrap().into_client();
        let whole = parse_with(everything()).unwrap();
        let mut object = everything();
        for (name, value) in &left_out {
            object[*name] = value.clone();
        }
        let record = parse_with(object).unwrap();
        // On a client without optional fields, and on one with all fields.
        for client in [before.clone(), whole.clone().into_client()] {
            let after = record.clone().applied_to(client.clone());
            let all = whole.clone().applied_to(client.clone());
            for column in client::Column::iter() {
                let named = !left_out.iter().any(|(name, _)| *name == column.to_string());
                let expected = if named { all.get(column) } else { client.get(column) };
                prop_assert_eq!(after.get(column), expected, "{}", column.to_string());
            }
            prop_assert_eq!(record.clone().applied_to(after.clone()), after);
        }
        // A record with all fields replaces everything but the balance.
        let all = whole.clone().applied_to(before.clone());
        prop_assert_eq!(&all, &client::Model { balance: before.balance, ..whole.clone().into_client() });
        prop_assert_eq!(ClientRecord::naming(7, whole.clone().into_client()), ClientRecord { line: 7, ..whole });
    }
}
