//! Checkboxes to select rows for a form.

use crate::{
    initial::Initial,
    signals::{OrDefault, UntrackedOrDefault as _},
};
use leptos::{html, prelude::*};

/// The ticked values. They are kept apart from the list, so that they survive a reload of it.
#[derive(Clone, Copy, Debug)]
pub struct Ticked {
    values: RwSignal<Vec<String>>,
    /// Whether the first values are set.
    begun: StoredValue<bool>,
    /// Without JavaScript only the browser knows the ticked rows.
    hydrated: RwSignal<bool>,
}

impl Ticked {
    /// No ticked values.
    #[must_use]
    pub fn nothing() -> Self {
        let hydrated = RwSignal::new(false);
        Effect::new(move |_| hydrated.set(true));
        Self { values: RwSignal::default(), begun: StoredValue::new(false), hydrated }
    }

    /// Sets the first values, once: those of a form that was sent without JavaScript and came back.
    pub fn begin_with(self, values: Vec<String>) {
        if !self.begun.try_get_value().unwrap_or(true) {
            self.begun.set_value(true);
            self.values.set(values);
        }
    }

    /// The ticked values.
    #[must_use]
    pub fn values(self) -> Vec<String> {
        self.values.get_untracked_or_default()
    }

    /// Replaces the ticked values.
    pub fn set(self, values: Vec<String>) {
        self.values.set(values);
    }

    /// Unticks the values of rows that are gone: those that were on the page before and aren't any more.
    pub fn forget_gone(self, before: &[String], now: &[String]) {
        let gone = |value: &String| before.contains(value) && !now.contains(value);
        if self.values.try_with_untracked(|values| values.iter().any(gone)).unwrap_or_default() {
            self.values.update(|values| values.retain(|value| !gone(value)));
        }
    }

    /// The ticked values that aren't among these.
    #[must_use]
    pub fn beyond(self, page: &[String]) -> Vec<String> {
        let beyond = |values: &Vec<String>| values.iter().filter(|value| !page.contains(value)).cloned().collect();
        self.values.with_or_default(beyond)
    }

    /// The number of all ticked values.
    #[must_use]
    pub fn total(self) -> usize {
        self.values.with_or_default(Vec::len)
    }

    /// The number of these values that are ticked. `None` before hydration.
    #[must_use]
    pub fn count(self, of: &[String]) -> Option<usize> {
        let hydrated = self.hydrated.get_or_default();
        let ticked = |values: &Vec<String>| of.iter().filter(|value| values.contains(value)).count();
        self.values.try_with(ticked).filter(|_| hydrated)
    }

    /// Whether a form about the ticked rows has nothing to do.
    #[must_use]
    pub fn is_idle(self) -> bool {
        self.hydrated.get_or_default() && self.values.try_with(Vec::is_empty).unwrap_or(true)
    }
}

/// The checkbox of a row. It belongs to a form elsewhere on the page, which sends the ticked values.
#[component]
pub fn Tick(
    /// The ticked values.
    ticked: Ticked,
    /// The form's id.
    form: &'static str,
    /// The name in the form.
    name: &'static str,
    /// The row's value.
    value: String,
    /// The label for screen readers.
    label: String,
) -> impl IntoView {
    let (own, sent) = (value.clone(), value.clone());
    let checked = ticked.values.try_with_untracked(|values| values.contains(&value)).unwrap_or_default();
    let is_ticked = move || Initial(ticked.values.with_or_default(|values| values.contains(&own)));
    let tick = move |on: bool| {
        ticked.values.update(|values| {
            values.retain(|other| *other != value);
            if on {
                values.push(value.clone());
            }
        });
    };
    // The checkbox may have changed before hydration.
    let checkbox = NodeRef::<html::Input>::new();
    let tick_on_hydration = tick.clone();
    Effect::new(move |_| {
        if let Some(checkbox) = checkbox.get()
            && checkbox.checked() != checked
        {
            tick_on_hydration(!checked);
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

/// Ticks all rows of the page, or none. It is hidden without JavaScript.
#[component]
pub fn TickAll(
    /// The ticked values.
    ticked: Ticked,
    /// The values of the page's rows.
    values: Vec<String>,
    /// The visible label.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let values = StoredValue::new(values);
    let count = move || values.try_with_value(|values| ticked.count(values)).flatten();
    let all = move || count().is_some_and(|count| count > 0 && values.try_with_value(Vec::len) == Some(count));
    let change = move |event: leptos::ev::Event| {
        let all = event_target_checked(&event);
        // The ticks on other pages stay.
        let page = values.try_get_value().unwrap_or_default();
        let beyond = ticked.values().into_iter().filter(|value| !page.contains(value)).collect::<Vec<_>>();
        ticked.set(if all { [beyond, page].concat() } else { beyond });
    };
    view! {
        <label class="checkbox tick-all" hidden=move || count().is_none()>
            <input type="checkbox" prop:checked=all on:change=change autocomplete="off"/>
            <span>{label}</span>
        </label>
    }
}
