//! Labelled inputs. Each is one grid cell: the label, the control, and a hint or error, which `aria-describedby` refers
//! to. Within a [`crate::form::PostForm`] they show the errors of its answer.

use crate::{form::FormState, initial::Initial, signals::OrDefault, views::CollectAny as _};
use leptos::prelude::*;

/// A one-line input: text, a password, a date.
#[component]
pub fn Field(
    /// The visible label.
    #[prop(into)]
    label: String,
    /// The name in the form. Prefixed with the id of the form, if any, it is also the id on the page.
    #[prop(into)]
    name: String,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// The first value.
    #[prop(optional, into)]
    value: String,
    /// Help for filling it in.
    #[prop(optional, into)]
    hint: String,
    /// The error; empty if there is none, or if the form around it has it.
    #[prop(optional, into)]
    error: String,
    /// The keyboard of a touch screen.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// The hint for password managers.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether it must be filled in.
    #[prop(optional)]
    required: bool,
    /// Whether it has the focus at first.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let form = use_context::<FormState>();
    let id = form.map_or_else(|| name.clone(), |form| form.field_id(&name));
    let named = name.clone();
    let error = Memo::new(move |_| match form {
        Some(form) if error.is_empty() => form.error_of(&named),
        _ => error.clone(),
    });
    let invalid = move || error.with_or_default(|error| !error.is_empty());
    let note_id = format!("{id}-note");
    let (described_by, has_hint) = (note_id.clone(), !hint.is_empty());
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
                aria-invalid=move || invalid().then_some("true")
                aria-describedby=move || (invalid() || has_hint).then(|| described_by.clone())
            />
            {move || {
                let note = error.try_get().filter(|error| !error.is_empty()).unwrap_or_else(|| hint.clone());
                let id = note_id.clone();
                (!note.is_empty()).then(|| view! { <p id=id class="field-note" class:error=invalid>{note}</p> })
            }}
        </div>
    }
}

/// A text of several lines.
#[component]
pub fn TextArea(
    /// The visible label.
    #[prop(into)]
    label: String,
    /// The name in the form. Prefixed with the id of the form, if any, it is also the id on the page.
    name: &'static str,
    /// The first value.
    #[prop(optional, into)]
    value: String,
    /// Help for filling it in.
    #[prop(optional, into)]
    hint: String,
) -> impl IntoView {
    let form = use_context::<FormState>();
    let id = form.map_or_else(|| name.to_owned(), |form| form.field_id(name));
    let error = Memo::new(move |_| form.map(|form| form.error_of(name)).unwrap_or_default());
    let invalid = move || error.with_or_default(|error| !error.is_empty());
    let note_id = format!("{id}-note");
    let (described_by, has_hint) = (note_id.clone(), !hint.is_empty());
    // Leptos doesn't escape the content of a text area.
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
                aria-invalid=move || invalid().then_some("true")
                aria-describedby=move || (invalid() || has_hint).then(|| described_by.clone())
            >
                {written}
            </textarea>
            {move || {
                let note = error.try_get().filter(|error| !error.is_empty()).unwrap_or_else(|| hint.clone());
                let id = note_id.clone();
                (!note.is_empty()).then(|| view! { <p id=id class="field-note" class:error=invalid>{note}</p> })
            }}
        </div>
    }
}

/// A choice among options, the first of them usually "any".
#[component]
pub fn Select(
    /// The visible label.
    #[prop(into)]
    label: String,
    /// The name in the form. Prefixed with the id of the form, if any, it is also the id on the page.
    #[prop(into)]
    name: String,
    /// The value and label of each option.
    options: Vec<(String, String)>,
    /// The selected value.
    #[prop(optional, into)]
    value: String,
) -> impl IntoView {
    let id = use_context::<FormState>().map_or_else(|| name.clone(), |form| form.field_id(&name));
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
                    .collect_any()}
            </select>
        </div>
    }
}

/// A checkbox, which is sent as `true` by default.
#[component]
pub fn Checkbox(
    /// The visible label.
    #[prop(into)]
    label: String,
    /// The name in the form.
    name: &'static str,
    /// The value that is sent if it is ticked.
    #[prop(default = "true".to_owned(), into)]
    value: String,
    /// Whether it is ticked.
    #[prop(optional)]
    checked: bool,
    /// Help for the choice, shown while there is no error.
    #[prop(optional, into)]
    hint: String,
) -> impl IntoView {
    let form = use_context::<FormState>();
    let error = move || form.map(|form| form.error_of(name)).filter(|error| !error.is_empty());
    let note_id = form.map_or_else(|| format!("{name}-note"), |form| format!("{}-note", form.field_id(name)));
    let (described_by, has_hint) = (note_id.clone(), !hint.is_empty());
    let note = move || error().or_else(|| Some(hint.clone()).filter(|hint| !hint.is_empty()));
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
                aria-describedby=move || (has_hint || error().is_some()).then(|| described_by.clone())
            />
            <span>{label}</span>
        </label>
        {move || {
            let invalid = error().is_some();
            note().map(|note| view! { <p id=note_id.clone() class="field-note" class:error=invalid>{note}</p> })
        }}
    }
}
