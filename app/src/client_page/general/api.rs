//! What the browser asks the server for.

use super::{GeneralInfo, ProfileForms};
use crate::failure::Failure;
use leptos::{server, server_fn::codec::GetUrl};

/// What is known about a client, and what was changed before the history's entry with a number, or until now.
#[server(prefix = "/rpc", endpoint = "read_general_info", input = GetUrl)]
pub async fn read_general_info(
    /// The number in the address, as it is written there.
    id: String,
    #[server(default)]
    /// The part `history_before` of the address; empty for the newest.
    history_before: String,
) -> Result<GeneralInfo, Failure> {
    use super::{facts, history};
    use crate::access::allowed;
    use domain::{administrators::Permission, clients::store::of_address};
    use values::address::unknown;
    allowed(Permission::SeeClients, |caller| async move {
        let before = match history_before.as_str() {
            "" => None,
            number => Some(number.parse().map_err(|_| unknown("history_before", number, "the number of an entry"))?),
        };
        let client = of_address(&caller.services.database, &id).await?;
        let (history, older) = if caller.administrator.role.allows(Permission::SeeAudit) {
            let (entries, older) = history::of_client(&caller.services.database, client.id, before).await?;
            (Some(entries), older)
        } else {
            (None, None)
        };
        Ok(GeneralInfo { facts: facts::facts_of(client), history, older })
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
) -> Result<ProfileForms, Failure> {
    use crate::access::allowed;
    use domain::{
        administrators::Permission,
        clients::{edit::written, profile::ProfileField, store::of_address},
        form_answers::{self, new_key},
    };
    allowed(Permission::ChangeClients, |caller| async move {
        let client = of_address(&caller.services.database, &id).await?;
        Ok(ProfileForms {
            sms_subscription: client.sms_subscription,
            fields: ProfileField::ALL.iter().map(|field| (*field, written(&client, *field))).collect(),
            keys: [new_key()?, new_key()?],
            answer: form_answers::find(&caller.services.database, caller.administrator.id, client.id, answer).await?,
        })
    })
    .await
}
