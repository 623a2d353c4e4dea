//! The server functions of the General info tab.

use super::{GeneralInfo, ProfileForms};
use crate::failure::Failure;
use leptos::{server, server_fn::codec::GetUrl};

/// Reads the facts about a client, and the history before an entry or up to now.
#[server(prefix = "/rpc", endpoint = "read_general_info", input = GetUrl)]
pub async fn read_general_info(
    /// The client's number as written in the address.
    id: String,
    #[server(default)]
    /// The query parameter `history_before`; empty for the newest entries.
    history_before: String,
) -> Result<GeneralInfo, Failure> {
    use super::{facts, history};
    use crate::access::{Authorized, SeeClients, allowed};
    use domain::{administrators::Permission, clients::store::of_address};
    use values::address::unknown;
    allowed(|authorized: Authorized<SeeClients>| async move {
        let before = match history_before.as_str() {
            "" => None,
            number => Some(number.parse().map_err(|_| unknown("history_before", number, "the number of an entry"))?),
        };
        let client = of_address(&authorized.services.database, &id).await?;
        let (history, older) = if authorized.administrator.role.allows(Permission::SeeAudit) {
            let (entries, older) = history::of_client(&authorized.services.database, client.id, before).await?;
            (Some(entries), older)
        } else {
            (None, None)
        };
        let (facts, sms_subscription) = (facts::facts_of(&client), client.sms_subscription);
        Ok(GeneralInfo { facts, sms_subscription, history, older })
    })
    .await
}

/// Reads the initial state of the forms.
#[server(prefix = "/rpc", endpoint = "open_profile", input = GetUrl)]
pub async fn open_profile(
    /// The client's number as written in the address.
    id: String,
    #[server(default)]
    /// The query parameter `answer`: the key of a form that was sent without JavaScript, or empty.
    answer: String,
) -> Result<ProfileForms, Failure> {
    use super::ProfileField;
    use crate::access::{Authorized, ChangeClients, allowed};
    use domain::{
        clients::{fields, store::of_address},
        form_answers::{self, new_key},
    };
    allowed(|authorized: Authorized<ChangeClients>| async move {
        let client = of_address(&authorized.services.database, &id).await?;
        let field = |field: &fields::ClientField| ProfileField {
            name: field.name.to_owned(),
            was: field.was(),
            label: field.label.to_owned(),
            value: (field.written)(&client),
            choices: field.choices(),
        };
        Ok(ProfileForms {
            sms_subscription: client.sms_subscription,
            fields: fields::of_form().map(field).collect(),
            keys: [new_key()?, new_key()?],
            answer: form_answers::find(&authorized.services.database, authorized.administrator.id, client.id, answer)
                .await?,
        })
    })
    .await
}
