//! The choice of a period: two dates, usual periods, and a calendar.
//!
//! - [`PeriodPicker`]: the component
//! - `calendar`: the calendar of two months: what it shows, and what keys do
//! - `browser`: the calendar on the page, and the check of typed dates
//!
//! The dates are ISO text. Without JavaScript they are the browser's own date fields, and there is no calendar. Today
//! comes from the server.

#[cfg(feature = "hydrate")]
mod browser;
#[cfg(any(feature = "hydrate", test))]
mod calendar;
#[cfg(not(feature = "hydrate"))]
mod native;

#[cfg(feature = "hydrate")]
use browser::Picker;
#[cfg(not(feature = "hydrate"))]
use native::Picker;

use crate::{
    icon::{Icon, Symbol},
    initial::Initial,
    signals::OrDefault as _,
    views::CollectAny as _,
};
use leptos::{html, prelude::*};
use values::calendar::{PeriodChoices, no_day, number_of, period_name};

/// The address of a page with another period, from its first and its last day.
pub type PeriodAddress = Box<dyn Fn(&str, &str) -> String>;

/// A choice of a period within a [`crate::query_form::QueryForm`]. Its fields are `from` and `to`.
///
/// A period that is picked in the calendar is sent at once, typed dates with the form or as soon as they are complete.
#[component]
pub fn PeriodPicker(
    /// The first day.
    from: String,
    /// The last day.
    to: String,
    /// Today and usual periods. Without them there are the two fields alone.
    choices: PeriodChoices,
    /// The address of the page with another period.
    address: PeriodAddress,
    /// Whether a complete date sends the form.
    #[prop(optional)]
    at_once: bool,
    /// The invalid part of the address, and the reason.
    #[prop(optional)]
    wrong: (String, String),
) -> impl IntoView {
    let error = |part: &str, day: &str| {
        let named = wrong.0 == part && number_of(day).is_some();
        RwSignal::new(if named { wrong.1.clone() } else { no_day(day) })
    };
    let errors = (error("from", &from), error("to", &to));
    let picker = Picker::new(choices.today.clone(), (from.clone(), to.clone()), errors, at_once);
    let choices = (!choices.quick.is_empty()).then(|| {
        let named = choices.quick.iter().find(|(_, first, last)| (first, last) == (&from, &to));
        let length = || number_of(&from).zip(number_of(&to)).map(|(from, to)| period_name(from, to));
        let name = named.map(|(name, ..)| name.clone()).or_else(length).unwrap_or_default();
        let links = choices.quick.iter().map(|(name, first, last)| {
            let current = (*first == from && *last == to).then_some("true");
            view! {
                <a href=address(first, last) aria-current=current data-noscroll="true" on:click=move |_| picker.close()>
                    {name.clone()}
                </a>
            }
        });
        let (links, label) = (links.collect_any(), format!("Period: {name}"));
        view! {
            <div class="field">
                <span class="period-label" aria-hidden="true">
                    "Period"
                </span>
                <button
                    type="button"
                    class="period-button"
                    popovertarget="period"
                    aria-haspopup="dialog"
                    aria-label=label
                    on:click=move |_| picker.draw()
                >
                    <Icon of=Symbol::Calendar/>
                    <span class="period-name">{name}</span>
                    <Icon of=Symbol::Down/>
                </button>
            </div>
            <div
                id="period"
                class="popover period-popover"
                popover="auto"
                role="dialog"
                aria-label="Period"
                node_ref=picker.popover
                on:toggle=move |_| picker.toggled()
            >
                <nav class="quick" aria-label="Quick periods">
                    {links}
                </nav>
                <Calendar picker/>
            </div>
        }
    });
    view! {
        <div class="period-picker" on:input=move |_| picker.entered() on:change=move |event| picker.changed(&event)>
            {choices}
            <DateField label="Start date" name="from" value=from error=picker.errors.0 field=picker.fields.0 picker/>
            <DateField label="End date" name="to" value=to error=picker.errors.1 field=picker.fields.1 picker/>
        </div>
    }
}

/// The calendar of two months, of which a narrow window shows one.
#[component]
fn Calendar(picker: Picker) -> impl IntoView {
    view! {
        <div class="period-calendar">
            <button type="button" class="quiet" aria-label="Previous month" on:click=move |_| picker.turn(-1)>
                <Icon of=Symbol::Previous/>
            </button>
            <div
                class="period-months"
                node_ref=picker.months
                on:click=move |event| picker.clicked(&event)
                on:pointerover=move |event| picker.pointed(&event)
                on:keydown=move |event| picker.pressed(&event)
            ></div>
            <button type="button" class="quiet" aria-label="Next month" on:click=move |_| picker.turn(1)>
                <Icon of=Symbol::Next/>
            </button>
            <p class="period-told" role="status">
                {move || picker.told.get_or_default()}
            </p>
        </div>
    }
}

/// A date: the browser's own field in the first page, text once the page is hydrated.
#[component]
fn DateField(
    label: &'static str,
    name: &'static str,
    value: String,
    error: RwSignal<String>,
    field: NodeRef<html::Input>,
    picker: Picker,
) -> impl IntoView {
    // The browser's field can't show an invalid date. The browser's half has no such attribute: it would be set again
    // when the page changes, while a date is being typed.
    let kind = (cfg!(feature = "ssr") && number_of(&value).is_some()).then_some("date");
    Effect::new(move |_| {
        field.track();
        picker.make_text(field, false);
    });
    let invalid = move || error.with_or_default(|error| !error.is_empty());
    let note = format!("{name}-note");
    let described_by = note.clone();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                node_ref=field
                id=name
                name=name
                type=kind
                value=value.clone()
                prop:value=Initial(value)
                autocomplete="off"
                placeholder="YYYY-MM-DD"
                aria-invalid=move || invalid().then_some("true")
                aria-describedby=move || invalid().then(|| described_by.clone())
                on:focus=move |_| picker.select(field)
                on:blur=move |_| picker.make_text(field, true)
                on:invalid=move |event| {
                    // The note below the field says it, in place of the browser's own.
                    event.prevent_default();
                    picker.refuse();
                }
            />
            {move || {
                let id = note.clone();
                let error = error.try_get().filter(|error| !error.is_empty());
                error.map(|error| view! { <p id=id class="field-note error">{error}</p> })
            }}
        </div>
    }
}
