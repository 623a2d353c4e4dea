//! The dialog that opens on Ctrl-K: a combobox with a list of results.

use super::{
    actions,
    api::SearchEverything,
    entries::{Entry, EntryLines, Group, Leads, found, matches, pages},
};
use crate::frame::search::SearchOpened;
use domain::search::Found;
use leptos::{ev::KeyboardEvent, html, prelude::*};
use ui::{
    icon::{Icon, Symbol},
    loading::Loading,
    server_query::ServerQuery,
    signals::{OrDefault as _, UntrackedOrDefault as _},
    views::CollectAny as _,
};
use values::{error::Error, needles::Needles};

/// The state of the dialog. Copies share it.
#[derive(Clone, Copy)]
struct Search {
    dialog: NodeRef<html::Dialog>,
    typed: RwSignal<String>,
    /// The search that is answered.
    answered: RwSignal<String>,
    /// The labels of the actions of the page.
    actions: RwSignal<Vec<String>>,
    /// The number of results.
    results: RwSignal<usize>,
    /// The result that Enter opens.
    active: RwSignal<usize>,
    /// Whether Enter was pressed before the answer was there, and in a new tab.
    entered: RwSignal<Option<bool>>,
}

/// The dialog. It opens, or closes, with each change of [`SearchOpened`].
#[component]
pub fn SearchDialog() -> impl IntoView {
    let search = Search {
        dialog: NodeRef::new(),
        typed: RwSignal::default(),
        answered: RwSignal::default(),
        actions: RwSignal::default(),
        results: RwSignal::default(),
        active: RwSignal::default(),
        entered: RwSignal::default(),
    };
    let SearchOpened { times, recent } = expect_context();
    Effect::new(move |_| {
        times.track();
        let Some(dialog) = search.dialog.get() else { return };
        if dialog.open() {
            return dialog.close();
        }
        search.actions.set(actions::find());
        search.typed.set(String::new());
        let _ = dialog.show_modal();
    });
    let answer = ServerQuery::new(move || SearchEverything {
        q: search.typed.get_or_default(),
        recent: recent.get_or_default(),
    });
    view! {
        <dialog node_ref=search.dialog class="search-dialog" aria-label="Search everything" closedby="any">
            <div class="search-typed">
                <Icon of=Symbol::Search/>
                <input
                    type="text"
                    role="combobox"
                    aria-label="Search everything"
                    aria-autocomplete="list"
                    aria-controls="search-results"
                    aria-expanded=move || (search.results.get_or_default() > 0).to_string()
                    aria-activedescendant=move || {
                        (search.results.get_or_default() > 0).then(|| option_id(search.active.get_or_default()))
                    }
                    placeholder="Client, sender ID, page or action"
                    maxlength="200"
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=move || search.typed.get_or_default()
                    on:input=move |event| search.typed.set(event_target_value(&event))
                    on:keydown=move |event| search.press(&event)
                />
            </div>
            <Loading of=answer show=move |answer| view! { <Results answer search/> }.into_any()/>
            <p class="search-keys" aria-hidden="true">
                <span><kbd>"↑"</kbd><kbd>"↓"</kbd>" choose"</span>
                <span><kbd>"Enter"</kbd>" open"</span>
                <span><kbd>"Ctrl"</kbd><kbd>"Enter"</kbd>" in a new tab"</span>
                <span><kbd>"Esc"</kbd>" close"</span>
            </p>
        </dialog>
    }
}

/// The list of results.
#[component]
fn Results(answer: Result<Found, Error>, search: Search) -> impl IntoView {
    let typed = || search.typed.get_untracked_or_default().trim().to_owned();
    let (answer, problem) = match answer {
        Ok(answer) => (answer, None),
        Err(error) => (Found { q: typed(), ..Found::default() }, Some(error.to_string())),
    };
    let q = answer.q.clone();
    let needles = Needles::of(&q);
    let groups = search.groups(&q, answer);
    let results = groups.iter().map(|group| group.entries.len()).sum();
    search.answer(q, results);
    let counted = problem.is_none() && results > 0;
    let status = match (problem, results) {
        (Some(problem), _) => problem,
        (None, 0) => "Nothing matches. Search by ID, login, name, email or the beginning of a sender ID.".to_owned(),
        (None, 1) => "1 result".to_owned(),
        (None, results) => format!("{results} results"),
    };
    let mut number = 0;
    let shown = groups.into_iter().enumerate().map(|(at, group)| {
        let title_id = format!("search-group-{at}");
        let labelled_by = title_id.clone();
        let options: Vec<AnyView> = group
            .entries
            .into_iter()
            .map(|entry| {
                number += 1;
                option(entry, needles.clone(), number - 1, search)
            })
            .collect();
        view! {
            <div role="group" aria-labelledby=labelled_by>
                <p class="search-group" id=title_id role="presentation">
                    {group.title}
                </p>
                {options}
            </div>
        }
    });
    let shown = shown.collect_any();
    let close = move |event: leptos::ev::MouseEvent| {
        if !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
            search.close();
        }
    };
    view! {
        {(results > 0)
            .then(|| {
                view! {
                    <div id="search-results" role="listbox" aria-label="Results" on:click=close>
                        {shown}
                    </div>
                }
            })}
        <p class="search-status" class:counted=counted role="status">
            {status}
        </p>
    }
}

fn option_id(number: usize) -> String {
    format!("search-option-{number}")
}

fn option(entry: Entry, needles: Needles, number: usize, search: Search) -> AnyView {
    let leads = entry.leads.clone();
    let selected = move || (search.active.get_or_default() == number).to_string();
    let point = move |_| search.active.set(number);
    let lines = view! { <EntryLines entry needles/> };
    match leads {
        Leads::To(address) => view! {
            <a
                role="option"
                id=option_id(number)
                href=address
                tabindex="-1"
                aria-selected=selected
                on:mousemove=point
            >
                {lines}
            </a>
        }
        .into_any(),
        Leads::Action(action) => view! {
            <button
                type="button"
                role="option"
                id=option_id(number)
                tabindex="-1"
                aria-selected=selected
                on:mousemove=point
                on:click=move |_| {
                    search.close();
                    actions::run(action);
                }
            >
                {lines}
            </button>
        }
        .into_any(),
    }
}

impl Search {
    /// The results of an answer, and the pages and actions that match. What was opened recently comes first as long as
    /// nothing is typed.
    fn groups(self, q: &str, answer: Found) -> Vec<Group> {
        let labels = self.actions.get_untracked_or_default().into_iter().enumerate();
        let action = |(number, title): (usize, String)| {
            let (icon, detail) = (Symbol::Next, String::new());
            Entry { icon, title, detail, leads: Leads::Action(number) }
        };
        let actions = labels.filter(|(_, label)| matches(label, q)).map(action).collect();
        let here = [Group { title: "On this page", entries: actions }, pages(q)];
        let found = found(answer);
        let all: Vec<Group> = if q.is_empty() {
            found.into_iter().chain(here).collect()
        } else {
            here.into_iter().chain(found).collect()
        };
        all.into_iter().filter(|group| !group.entries.is_empty()).collect()
    }

    /// Takes note of an answer, and opens the first result if Enter was pressed before.
    fn answer(self, q: String, results: usize) {
        let entered = self.entered.get_untracked_or_default();
        let is_latest = self.typed.get_untracked_or_default().trim() == q;
        self.answered.set(q);
        self.results.set(results);
        self.active.set(0);
        if let Some(in_new_tab) = entered.filter(|_| is_latest) {
            self.entered.set(None);
            // The results aren't in the document yet.
            request_animation_frame(move || open(0, in_new_tab));
        }
    }

    fn press(self, event: &KeyboardEvent) {
        let (results, active) = (self.results.get_untracked_or_default(), self.active.get_untracked_or_default());
        let next = match event.key().as_str() {
            "ArrowDown" => active + 1,
            "ArrowUp" => active + results.saturating_sub(1),
            "Enter" => {
                event.prevent_default();
                let in_new_tab = event.ctrl_key() || event.meta_key();
                let typed = self.typed.get_untracked_or_default();
                if event.repeat() || event.is_composing() {
                } else if typed.trim() == self.answered.get_untracked_or_default() {
                    open(active, in_new_tab);
                } else {
                    self.entered.set(Some(in_new_tab));
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        if results > 0 {
            self.active.set(next % results);
            show(next % results);
        }
    }

    fn close(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
    }
}

#[cfg(feature = "hydrate")]
fn element(number: usize) -> Option<web_sys::HtmlElement> {
    use wasm_bindgen::JsCast as _;
    document().get_element_by_id(&option_id(number))?.dyn_into().ok()
}

/// Opens a result.
#[cfg(feature = "hydrate")]
fn open(number: usize, in_new_tab: bool) {
    let Some(element) = element(number) else { return };
    match element.get_attribute("href").filter(|_| in_new_tab) {
        Some(address) => drop(window().open_with_url_and_target(&address, "_blank")),
        None => element.click(),
    }
}

#[cfg(not(feature = "hydrate"))]
fn open(_: usize, _: bool) {}

/// Scrolls a result into view.
#[cfg(feature = "hydrate")]
fn show(number: usize) {
    use wasm_bindgen::JsCast as _;
    let Some(element) = element(number) else { return };
    let options = js_sys::Object::new();
    let _ = js_sys::Reflect::set(&options, &"block".into(), &"nearest".into());
    let scroll = js_sys::Reflect::get(&element, &"scrollIntoView".into());
    if let Some(scroll) = scroll.ok().and_then(|scroll| scroll.dyn_into::<js_sys::Function>().ok()) {
        let _ = scroll.call1(&element, &options);
    }
}

#[cfg(not(feature = "hydrate"))]
fn show(_: usize) {}
