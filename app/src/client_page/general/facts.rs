//! The facts about a client. Native only.

use super::Fact;
use domain::clients::fields::{self, client::Model};

/// The facts, in the order of the tab.
pub fn facts_of(client: &Model) -> Vec<Fact> {
    let fact = |field: &fields::ClientField| {
        let shown = || (field.shown)(client);
        let (value, link) = match field.fact {
            fields::Fact::Hidden => return None,
            fields::Fact::Shown => (shown(), None),
            fields::Fact::Linked(link) => (shown(), shown().as_deref().and_then(link)),
            fields::Fact::Made(make) => (Some(make(client)).filter(|made| !made.is_empty()), None),
        };
        Some(Fact { term: field.label.to_owned(), value, link })
    };
    fields::on_page().into_iter().filter_map(fact).collect()
}
