//! Names that could be mistaken for others: for checked names of other clients, or for operators.

use super::{name::NameId, rules, store};
use crate::{ids::ClientId, operators::store as operators};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::HashMap;

/// Finds checked names and operators that a name could be mistaken for. Each warning continues a sentence that begins
/// with the name.
pub async fn warnings(
    database: &impl ConnectionTrait,
    names: &[(ClientId, &str)],
) -> Result<HashMap<NameId, Vec<String>>, DbErr> {
    let mut warnings: HashMap<NameId, Vec<String>> = HashMap::new();
    if names.is_empty() {
        return Ok(warnings);
    }
    for (id, other) in store::checked_look_alikes(database, names).await? {
        let warning = format!("looks like “{}”, which client {} has checked", other.name, other.client_id);
        warnings.entry(id).or_default().push(warning);
    }
    let operators = operators::operator_names(database).await?;
    let operators: HashMap<String, &str> = operators
        .iter()
        .flat_map(|operator| rules::skeletons_of_operator(operator).map(move |skeleton| (skeleton, operator.as_str())))
        .collect();
    for (client_id, name) in names {
        let operator = operators.get(&rules::skeleton(name)).or_else(|| operators.get(&rules::stem(name)));
        if let Some(operator) = operator {
            let warning = format!("looks like the operator {operator}");
            warnings.entry(NameId::new(*client_id, name)).or_default().push(warning);
        }
    }
    Ok(warnings)
}
