//! `/clients/{id}/general`: the forms of the tab and its history.

use crate::support::{
    TestDatabase, apply, both_databases,
    clients::{all, client, put},
    server::{Browser, TestServer},
};
use app::client_page::general::{GeneralInfo, ProfileForms};
use domain::{
    administrators::Role,
    clients::{PropertyType, store::client::Model},
};
use values::{Money, error::Error, form_answer::Done};

const PROFILE: &str = "/clients/7/general/profile";
const SUBSCRIPTION: &str = "/clients/7/general/subscription";

fn known() -> Model {
    Model { company: Some("Blue Heron".into()), email: Some("a@a.example".into()), ..client(7) }
}

async fn start(test: &TestDatabase) -> TestServer {
    put(&test.database, &[known()]).await;
    TestServer::start(test).await
}

/// Opens Edit, changes some fields and saves, as the hydrated page does.
struct Editing {
    browser: Browser,
    fields: Vec<(String, String)>,
}

impl Editing {
    async fn open(browser: &Browser) -> Self {
        let desk: ProfileForms = browser.get("/rpc/open_profile?id=7&answer=").await.json();
        let mut fields = vec![("idempotency_key".to_owned(), desk.keys[1].clone())];
        for field in desk.fields {
            fields.push((field.name, field.value.clone()));
            fields.push((field.was, field.value));
        }
        Self { browser: browser.clone(), fields }
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.fields.iter_mut().filter(|(field, _)| field == name).for_each(|(_, old)| value.clone_into(old));
        self
    }

    async fn save(&self) -> (u16, Result<Done, Error>) {
        let fields: Vec<_> = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = self.browser.post(PROFILE, &fields).header("accept", "application/json").await;
        (answer.status, answer.json())
    }
}

#[apply(both_databases)]
async fn the_profile_is_edited_and_the_history_says_who_changed_what(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    let editing = Editing::open(&browser).await;
    let editing = editing
        .set("company", "")
        .set("sms_price", "0,0351")
        .set("property_type", "legal_entity")
        .set("postal_address", "  Садова 1  ");
    let (status, outcome) = editing.save().await;
    assert_eq!((status, outcome.unwrap().message.as_str()), (200, "Saved."));
    let expected = Model {
        company: None,
        sms_price: Some(Money(351)),
        property_type: Some(PropertyType::LegalEntity),
        postal_address: Some("Садова 1".into()),
        ..known()
    };
    assert_eq!(all(test).await, [expected]);
    let info: GeneralInfo = browser.get("/rpc/read_general_info?id=7&history_before=").await.json();
    let entry = &info.history.unwrap()[0];
    assert_eq!((entry.who.as_str(), entry.action.as_str()), ("manager", "edited the profile"));
    let change = |name: &str, before: Option<&str>, after: Option<&str>| {
        (name.to_owned(), before.map(str::to_owned), after.map(str::to_owned))
    };
    assert_eq!(
        entry.changes,
        [
            change("Company", Some("Blue Heron"), None),
            change("Postal address", None, Some("Садова 1")),
            change("Property type", None, Some("legal_entity")),
            change("SMS price", None, Some("0.0351")),
        ]
    );
    // The same form again, as after Back: nothing changes, and the answer says so.
    test.execute("UPDATE clients SET company = 'later' WHERE id = 7", []).await;
    assert!(editing.save().await.1.unwrap().message.contains("Nothing was changed again"));
    assert_eq!(all(test).await[0].company.as_deref(), Some("later"));
}

#[apply(both_databases)]
async fn what_somebody_else_changed_meanwhile_is_told_and_not_overwritten(test: &TestDatabase) {
    let server = start(test).await;
    let (one, other) = (server.signed_in(Role::Manager).await, server.signed_in(Role::Owner).await);
    let (first, second) = (Editing::open(&one).await, Editing::open(&other).await);
    first.set("company", "From one").save().await.1.unwrap();
    match second.set("company", "From the other").save().await {
        (409, Err(Error::Conflict { field, message })) => {
            assert_eq!(field, "company");
            assert!(message.contains("manager changed this") && message.contains("“From one”"), "{message}");
        }
        answer => panic!("{answer:?}"),
    }
    // Another field of an equally old form has no conflict.
    let (first, second) = (Editing::open(&one).await, Editing::open(&other).await);
    first.set("company", "Again").save().await.1.unwrap();
    second.set("site", "a.example").save().await.1.unwrap();
    let client = &all(test).await[0];
    assert_eq!((client.company.as_deref(), client.site.as_deref()), (Some("Again"), Some("a.example")));
}

#[apply(both_databases)]
async fn each_field_is_checked_as_in_the_client_file(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    for (field, value, said) in [
        ("email", "no address", "is not an email address"),
        ("language", "english", "is not a language tag"),
        ("property_type", "robot", "legal_entity"),
        ("sms_price", "-1", "below zero"),
        ("sms_price", "1.23456", "at most four decimals"),
        ("sms_price", "1,234", "could be 1234 or 1.234"),
        ("site", "a\nb", "several lines"),
        ("company", &"x".repeat(251), "longer than 250 characters"),
        ("billing_mode", "never", "sent"),
    ] {
        match Editing::open(&browser).await.set(field, value).save().await {
            (422, Err(Error::Refused { field: named, message })) => {
                assert_eq!(named, field);
                assert!(message.contains(said), "{field}: {message}");
            }
            answer => panic!("{field}: {answer:?}"),
        }
    }
    assert_eq!(all(test).await, [known()]);
}

#[apply(both_databases)]
async fn the_subscription_is_set_and_recorded_also_without_javascript(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    let form = [("idempotency_key", "subscribe-1"), ("sms_subscription", "true")];
    let answer = browser.post(SUBSCRIPTION, &form).await;
    assert_eq!((answer.status, answer.location()), (303, "/clients/7/general?answer=subscribe-1#subscription"));
    assert!(all(test).await[0].sms_subscription);
    let shown = browser.get("/clients/7/general?answer=subscribe-1").await;
    let text = shown.html().text();
    assert!(text.contains("Saved.") && text.contains("SMS subscription: no → yes"), "{text}");
    browser.post(SUBSCRIPTION, &[("idempotency_key", "subscribe-2")]).await;
    assert!(!all(test).await[0].sms_subscription);

    let viewer = server.signed_in(Role::Viewer).await;
    assert_eq!(viewer.post(SUBSCRIPTION, &form).await.status, 403);
    assert!(!viewer.get("/clients/7/general").await.text().contains("<form method=\"post\" action=\"/clients/7"));
}

#[apply(both_databases)]
async fn who_changed_what_is_for_managers_and_owners(test: &TestDatabase) {
    let server = start(test).await;
    let manager = server.signed_in(Role::Manager).await;
    Editing::open(&manager).await.set("company", "Grey Heron").save().await.1.unwrap();
    for role in [Role::Viewer, Role::Manager, Role::Owner] {
        let browser = server.signed_in(role).await;
        let sees = role != Role::Viewer;
        for address in ["", "?history_before=1000"] {
            let page = browser.get(&format!("/clients/7/general{address}")).await;
            let text = page.html().text();
            assert!(page.status == 200 && text.contains("Grey Heron"), "{role:?}: {text}");
            assert_eq!(page.text().contains("History"), sees, "{role:?}: {text}");
            assert_eq!(page.text().contains("Blue Heron"), sees, "{role:?}: {text}");
            assert_eq!(page.text().contains("edited the profile"), sees, "{role:?}: {text}");
        }
        let answer = browser.get("/rpc/read_general_info?id=7&history_before=").await;
        assert_eq!(answer.text().contains("edited the profile"), sees, "{role:?}: {answer:?}");
        let info: GeneralInfo = answer.json();
        assert_eq!((info.history.is_some(), info.facts.len()), (sees, 14), "{role:?}");
    }
}

#[apply(both_databases)]
async fn a_long_history_is_paged(test: &TestDatabase) {
    let server = start(test).await;
    let browser = server.signed_in(Role::Manager).await;
    for number in 0..25 {
        let on = if number % 2 == 0 { "true" } else { "" };
        let key = format!("subscribe-{number}");
        browser.post(SUBSCRIPTION, &[("idempotency_key", &key), ("sms_subscription", on)]).await;
    }
    let newest: GeneralInfo = browser.get("/rpc/read_general_info?id=7&history_before=").await.json();
    let older = newest.older.expect("there is more");
    let rest: GeneralInfo = browser.get(&format!("/rpc/read_general_info?id=7&history_before={older}")).await.json();
    assert_eq!((newest.history.unwrap().len(), rest.history.unwrap().len(), rest.older), (20, 5, None));
    assert_eq!(browser.get("/clients/7/general?history_before=x").await.status, 400);
}
