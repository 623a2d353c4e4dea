//! The results as the dialog and the page show them.

use crate::frame::may;
use domain::{
    administrators::Permission,
    clients::query::ClientQuery,
    names::{NameStatus, query::NamesQuery},
    search::{Found, FoundClient, FoundName},
};
use leptos::prelude::*;
use ui::{
    highlight::Highlight,
    icon::{Icon, Symbol},
};
use values::{fold::plain, money::group_thousands, needles::Needles, paging::ListQuery as _};

/// The pages of the menu with their permissions.
const PAGES: [(&str, &str, Permission, Symbol); 2] = [
    ("Clients", "/clients", Permission::SeeClients, Symbol::People),
    ("Names", "/names", Permission::SeeClients, Symbol::Tag),
];

/// Results of one kind.
#[derive(Clone, Debug)]
pub struct Group {
    /// The heading.
    pub title: &'static str,
    /// The results.
    pub entries: Vec<Entry>,
}

/// A result.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The icon.
    pub icon: Symbol,
    /// The first line.
    pub title: String,
    /// The second line.
    pub detail: String,
    /// The address of its page, or the number of an action.
    pub leads: Leads,
}

/// The effect of choosing a result.
#[derive(Clone, Debug)]
pub enum Leads {
    /// Opens an address.
    To(String),
    /// Does the action of the open page with this number.
    Action(usize),
}

/// The pages of the menu that match a search and that the visitor may open.
#[must_use]
pub fn pages(q: &str) -> Group {
    let shown = PAGES.into_iter().filter(|(label, _, needs, _)| may(*needs) && matches(label, q));
    let entries = shown.map(|(label, path, _, icon)| entry(icon, label, String::new(), path.to_owned()));
    Group { title: "Pages", entries: entries.collect() }
}

/// The found clients and sender IDs.
#[must_use]
pub fn found(found: Found) -> [Group; 2] {
    let more = found.total > found.clients.len() as u64;
    let all = more.then(|| {
        let title = format!("Show all {} clients", group_thousands(found.total));
        let query = ClientQuery { q: found.q.clone(), ..ClientQuery::default() };
        entry(Symbol::Search, &title, String::new(), query.address("/clients"))
    });
    let title = if found.q.is_empty() { "Recently opened" } else { "Clients" };
    [
        Group { title, entries: found.clients.into_iter().map(client).chain(all).collect() },
        Group { title: "Sender IDs", entries: found.names.into_iter().map(name).collect() },
    ]
}

/// Whether each word of a search begins a word of a label.
pub fn matches(label: &str, q: &str) -> bool {
    let label = plain(label);
    Needles::of(q).words.iter().all(|word| label.split(' ').any(|part| part.starts_with(word.as_str())))
}

fn entry(icon: Symbol, title: &str, detail: String, address: String) -> Entry {
    Entry { icon, title: title.to_owned(), detail, leads: Leads::To(address) }
}

fn client(client: FoundClient) -> Entry {
    let id = client.id.to_string();
    let known = [client.company, client.name].into_iter().flatten().filter(|text| !text.is_empty());
    let mut texts: Vec<String> = known.chain([client.login]).chain(client.email).collect();
    let title = texts.remove(0);
    texts.insert(0, id.clone());
    entry(Symbol::People, &title, texts.join(" · "), format!("/clients/{id}/general"))
}

fn name(name: FoundName) -> Entry {
    let status = if name.status == NameStatus::New { "waiting for a decision" } else { name.status.label() };
    let query = NamesQuery::default().with_open(&name.name);
    let address = query.address(&format!("/clients/{}/names", name.client_id));
    entry(Symbol::Tag, &name.name, format!("{} · {status}", name.client), address)
}

/// The icon and the lines of a result, with the words of the search marked.
#[component]
pub fn EntryLines(
    /// The result.
    entry: Entry,
    /// The search.
    needles: Needles,
) -> impl IntoView {
    view! {
        <Icon of=entry.icon/>
        <span class="found-lines">
            <span class="found-title">
                <Highlight text=entry.title needles=needles.clone()/>
            </span>
            {(!entry.detail.is_empty())
                .then(|| {
                    view! {
                        <span class="found-detail">
                            <Highlight text=entry.detail needles/>
                        </span>
                    }
                })}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_label_is_found_by_the_beginnings_of_its_words() {
        assert!(matches("Top up account", "top acc"));
        assert!(matches("Top up account", "ACC"));
        assert!(matches("Top up account", ""));
        assert!(!matches("Top up account", "count"));
    }
}
