//! What the browser asks the server for.

use super::{GeneralInfo, ProfileDesk};
use crate::error::Error;
use leptos::{server, server_fn::codec::GetUrl};

/// What is known about a client, and what was changed before the history's entry with a number, or until now.
#[server(prefix = "/rpc", endpoint = "read_general_info", input = GetUrl)]
pub async fn read_general_info(
    /// The number in the address, as it is written there.
    id: String,
    #[server(default)]
    /// The part `history_before` of the address; empty for the newest.
    history_before: String,
) -> Result<GeneralInfo, Error> {
    use super::history;
    use crate::{
        admins::{Permission, visitor::allowed},
        client::find_client,
        values::address::unknown,
    };
    allowed(Permission::SeeClients, |caller| async move {
        let before = match history_before.as_str() {
            "" => None,
            number => Some(number.parse().map_err(|_| unknown("history_before", number, "the number of an entry"))?),
        };
        let client = find_client(&caller, &id).await?;
        let (history, older) = if caller.administrator.role.allows(Permission::SeeAudit) {
            let (entries, older) = history::of_client(&caller.services.database, client.id, before).await?;
            (Some(entries), older)
        } else {
            (None, None)
        };
        Ok(GeneralInfo { facts: native::facts_of(client), history, older })
    })
    .await
}

/// What the forms begin with. `answer` is the key of a form that was sent without JavaScript, or empty.
#[server(prefix = "/rpc", endpoint = "open_profile", input = GetUrl)]
pub async fn open_profile(
    /// The client's number in the address, as it is written there.
    id: String,
    #[server(default)]
    /// The part `answer` of the address.
    answer: String,
) -> Result<ProfileDesk, Error> {
    use super::{forms::written, profile::ProfileField};
    use crate::{
        admins::{Permission, visitor::allowed},
        client::{find_client, forms::new_key, store},
    };
    allowed(Permission::ChangeClients, |caller| async move {
        let client = find_client(&caller, &id).await?;
        Ok(ProfileDesk {
            sms_subscription: client.sms_subscription,
            fields: ProfileField::ALL.iter().map(|field| (*field, written(&client, *field))).collect(),
            keys: [new_key()?, new_key()?],
            answer: store::answer(&caller, client.id, answer).await?,
        })
    })
    .await
}

#[cfg(feature = "ssr")]
mod native {
    use super::super::Fact;
    use crate::{
        clients::store::client::Model,
        values::{
            links::{mail_link, site_link},
            time,
        },
    };

    /// Failed sign-ins to the cabinet after which it is locked.
    const LOGIN_ATTEMPTS: i32 = 5;

    /// The document's 14 facts, in its order.
    pub fn facts_of(client: Model) -> Vec<Fact> {
        let fact = |term: &str, value: Option<String>| Fact { term: term.to_owned(), value, link: None };
        let mail = |term, address: Option<String>| Fact {
            link: address.as_deref().and_then(mail_link),
            ..fact(term, address)
        };
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
}
