//! Labelled inputs. Each is one grid cell: label above, then the control, then hint or error, which the
//! control names as its description. Within a [`crate::form::PostForm`] they show what it says of them.

use crate::{form::FormState, initial::Initial};
use leptos::prelude::*;

/// A line of text, a password, a date.
#[component]
pub fn Field(
    /// What people see and screen readers hear.
    #[prop(into)]
    label: String,
    /// The name in the form, and its id on the page, after that of the form if it stands in one.
    name: &'static str,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with it; empty when nothing is, or when its form says.
    #[prop(optional, into)]
    error: String,
    /// What keys a touch screen offers.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// What a password manager may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether it must be filled in.
    #[prop(optional)]
    required: bool,
    /// Whether typing begins here.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let form = use_context::<FormState>();
    let id = form.map_or_else(|| name.to_owned(), |form| form.field_id(name));
    let error = Memo::new(move |_| match form {
        Some(form) if error.is_empty() => form.error_of(name),
        _ => error.clone(),
    });
    let wrong = move || error.try_with(|error| !error.is_empty()).unwrap_or_default();
    let note_id = format!("{id}-note");
    let (noted, hinted) = (note_id.clone(), !hint.is_empty());
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id
                name=name
                inputmode=inputmode
                type=kind
                value=value.clone()
                prop:value=Initial(value)
                autocomplete=autocomplete
                required=required
                autofocus=autofocus
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=move || (wrong() || hinted).then(|| noted.clone())
            />
            {move || {
                let note = error.try_get().filter(|error| !error.is_empty()).unwrap_or_else(|| hint.clone());
                let id = note_id.clone();
                (!note.is_empty()).then(|| view! { <p id=id class="field-note" class:error=wrong>{note}</p> })
            }}
        </div>
    }
}

/// A text of several lines.
#[component]
pub fn TextArea(
    /// What people see and screen readers hear.
    #[prop(into)]
    label: String,
    /// The name in the form, and its id on the page, after that of the form if it stands in one.
    name: &'static str,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: String,
) -> impl IntoView {
    let form = use_context::<FormState>();
    let id = form.map_or_else(|| name.to_owned(), |form| form.field_id(name));
    let error = Memo::new(move |_| form.map(|form| form.error_of(name)).unwrap_or_default());
    let wrong = move || error.try_with(|error| !error.is_empty()).unwrap_or_default();
    let note_id = format!("{id}-note");
    let (noted, hinted) = (note_id.clone(), !hint.is_empty());
    // Leptos writes what stands in a text area as it is, as in a script.
    #[cfg(feature = "ssr")]
    let written = html_escape::encode_text(&value).into_owned();
    #[cfg(not(feature = "ssr"))]
    let written = value.clone();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <textarea
                id=id
                name=name
                rows="2"
                prop:value=Initial(value)
                autocomplete="off"
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=move || (wrong() || hinted).then(|| noted.clone())
            >
                {written}
            </textarea>
            {move || {
                let note = error.try_get().filter(|error| !error.is_empty()).unwrap_or_else(|| hint.clone());
                let id = note_id.clone();
                (!note.is_empty()).then(|| view! { <p id=id class="field-note" class:error=wrong>{note}</p> })
            }}
        </div>
    }
}

/// A choice among words, the first of them usually "any".
#[component]
pub fn Select(
    /// What people see and screen readers hear.
    #[prop(into)]
    label: String,
    /// The name in the form, and its id on the page, after that of the form if it stands in one.
    name: &'static str,
    /// Value and label of each choice.
    options: Vec<(String, String)>,
    /// The value that is chosen.
    #[prop(optional, into)]
    value: String,
) -> impl IntoView {
    let id = use_context::<FormState>().map_or_else(|| name.to_owned(), |form| form.field_id(name));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select id=id name=name prop:value=Initial(value.clone()) autocomplete="off">
                {options
                    .into_iter()
                    .map(|(word, label)| {
                        let selected = word == value;
                        view! { <option value=word selected=selected>{label}</option> }
                    })
                    .collect_view()}
            </select>
        </div>
    }
}

/// A yes or no; sent as `true` when it is ticked.
#[component]
pub fn Checkbox(
    /// What people see and screen readers hear.
    #[prop(into)]
    label: String,
    /// The name in the form.
    name: &'static str,
    /// The value that is sent when it is ticked.
    #[prop(default = "true".to_owned(), into)]
    value: String,
    /// Whether it is ticked.
    #[prop(optional)]
    checked: bool,
) -> impl IntoView {
    let form = use_context::<FormState>();
    let error = move || form.map(|form| form.error_of(name)).filter(|error| !error.is_empty());
    let note_id = form.map(|form| format!("{}-note", form.field_id(name)));
    let described_by = note_id.clone();
    view! {
        <label class="checkbox">
            <input
                type="checkbox"
                name=name
                value=value
                checked=checked
                prop:checked=Initial(checked)
                autocomplete="off"
                aria-invalid=move || error().map(|_| "true")
                aria-describedby=move || error().and(described_by.clone())
            />
            <span>{label}</span>
        </label>
        {move || error().map(|error| view! { <p id=note_id.clone() class="field-note error">{error}</p> })}
    }
}
