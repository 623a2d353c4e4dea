//! The facts about a client. Native only.

use super::Fact;
use domain::clients::store::client::Model;
use values::{
    links::{mail_link, site_link},
    time,
};

/// The failed sign-ins after which the client's account is locked.
const LOGIN_ATTEMPTS: i32 = 5;

/// The 14 facts, in the order of the tab.
pub fn facts_of(client: Model) -> Vec<Fact> {
    let fact = |term: &str, value: Option<String>| Fact { term: term.to_owned(), value, link: None };
    let mail =
        |term, address: Option<String>| Fact { link: address.as_deref().and_then(mail_link), ..fact(term, address) };
    let region = [client.region, Some(client.language)];
    let price = client
        .sms_price
        .map(|price| format!("{} {} {}", price.grouped(), client.currency, client.billing_mode.label()));
    vec![
        Fact { link: client.site.as_deref().and_then(site_link), ..fact("Site", client.site) },
        mail("Email", client.email),
        fact("Region", Some(region.into_iter().flatten().collect::<Vec<_>>().join(" / "))),
        fact("Company", client.company),
        fact("Type of activity", client.activity_type),
        fact("Property Type", client.property_type.map(|kind| kind.label().to_owned())),
        fact("Address, postal", client.postal_address),
        mail("Email accounting", client.email_accounting),
        fact("Registration Date", client.registered_at.map(time::show)),
        fact("Last login date", client.last_login_at.map(time::show)),
        fact("SMS price", price),
        fact("Login attempts", Some(format!("{} / {LOGIN_ATTEMPTS}", client.login_attempts))),
        fact("Activation", client.activation.map(|activation| activation.label().to_owned())),
        fact("Referer", client.referer),
    ]
}
