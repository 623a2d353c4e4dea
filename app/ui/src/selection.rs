//! Rows that are ticked, to do something with all of them.

use crate::initial::Initial;
use leptos::{html, prelude::*};

/// What is ticked. It is kept while the list is read anew, so it stands apart from it.
#[derive(Clone, Copy, Debug)]
pub struct Ticked {
    values: RwSignal<Vec<String>>,
    /// Whether it began with something.
    begun: StoredValue<bool>,
    /// Without JavaScript the browser alone knows what is ticked.
    alive: RwSignal<bool>,
}

impl Ticked {
    /// Nothing is ticked yet.
    #[must_use]
    pub fn nothing() -> Self {
        let alive = RwSignal::new(false);
        Effect::new(move |_| alive.set(true));
        Self { values: RwSignal::default(), begun: StoredValue::new(false), alive }
    }

    /// Ticks these when the list is there for the first time: those of a form that comes back from being sent without
    /// JavaScript.
    pub fn begin_with(self, values: Vec<String>) {
        if !self.begun.try_get_value().unwrap_or(true) {
            self.begun.set_value(true);
            self.values.set(values);
        }
    }

    /// Ticks these, and nothing else.
    pub fn set(self, values: Vec<String>) {
        self.values.set(values);
    }

    /// How many of these are ticked; none when that can't be known yet.
    #[must_use]
    pub fn count(self, of: &[String]) -> Option<usize> {
        let alive = self.alive.try_get().unwrap_or_default();
        let ticked = |values: &Vec<String>| of.iter().filter(|value| values.contains(value)).count();
        self.values.try_with(ticked).filter(|_| alive)
    }

    /// Whether a form about ticked rows is of no use now.
    #[must_use]
    pub fn is_idle(self) -> bool {
        self.alive.try_get().unwrap_or_default() && self.values.try_with(Vec::is_empty).unwrap_or(true)
    }
}

/// The checkbox of a row. It belongs to a form elsewhere on the page, which sends the values of all that are ticked.
#[component]
pub fn Tick(
    /// What is ticked.
    ticked: Ticked,
    /// The form's id.
    form: &'static str,
    /// The name in the form.
    name: &'static str,
    /// The row's value.
    value: String,
    /// What a screen reader calls it.
    label: String,
) -> impl IntoView {
    let (own, sent) = (value.clone(), value.clone());
    let checked = ticked.values.try_with_untracked(|values| values.contains(&value)).unwrap_or_default();
    let is_ticked = move || Initial(ticked.values.try_with(|values| values.contains(&own)).unwrap_or_default());
    let tick = move |on: bool| {
        ticked.values.update(|values| {
            values.retain(|other| *other != value);
            if on {
                values.push(value.clone());
            }
        });
    };
    // It may have been ticked before the application was there.
    let checkbox = NodeRef::<html::Input>::new();
    let tick_early = tick.clone();
    Effect::new(move |_| {
        if let Some(checkbox) = checkbox.get()
            && checkbox.checked() != checked
        {
            tick_early(!checked);
        }
    });
    view! {
        <input
            type="checkbox"
            class="tick"
            form=form
            name=name
            value=sent
            aria-label=label
            checked=checked
            prop:checked=is_ticked
            on:change=move |event| tick(event_target_checked(&event))
            node_ref=checkbox
            autocomplete="off"
        />
    }
}

/// Ticks all rows of the page, or none. It needs JavaScript, and isn't there without it.
#[component]
pub fn TickAll(
    /// What is ticked.
    ticked: Ticked,
    /// The values of the page's rows.
    values: Vec<String>,
    /// What people see.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let values = StoredValue::new(values);
    let count = move || values.try_with_value(|values| ticked.count(values)).flatten();
    let all = move || count().is_some_and(|count| count > 0 && values.try_with_value(Vec::len) == Some(count));
    let change = move |event: leptos::ev::Event| {
        let all = event_target_checked(&event);
        ticked.set(values.try_get_value().filter(|_| all).unwrap_or_default());
    };
    view! {
        <label class="checkbox tick-all" hidden=move || count().is_none()>
            <input type="checkbox" prop:checked=all on:change=change autocomplete="off"/>
            <span>{label}</span>
        </label>
    }
}
