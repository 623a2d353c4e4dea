//! Labelled inputs. Each is one grid cell: label above, then the control, then hint or error, which the
//! control names as its description.

use leptos::prelude::*;

/// A line of text, a password, a date.
#[component]
pub fn Field(
    /// What people see and screen readers hear.
    #[prop(into)]
    label: String,
    /// The name in the form; also the id that the label points at.
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
    /// What is wrong with it; empty when nothing is.
    #[prop(optional, into)]
    error: String,
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
    let wrong = !error.is_empty();
    let note = if wrong { error } else { hint };
    let note_id = format!("{name}-note");
    let described_by = (!note.is_empty()).then(|| note_id.clone());
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                id=name
                name=name
                type=kind
                value=value.clone()
                prop:value=value
                autocomplete=autocomplete
                required=required
                autofocus=autofocus
                aria-invalid=wrong.then_some("true")
                aria-describedby=described_by
            />
            {(!note.is_empty()).then(|| view! { <p id=note_id class="field-note" class:error=wrong>{note}</p> })}
        </div>
    }
}

/// A choice among words, the first of them usually "any".
#[component]
pub fn Select(
    /// What people see and screen readers hear.
    #[prop(into)]
    label: String,
    /// The name in the form; also the id that the label points at.
    name: &'static str,
    /// Value and label of each choice.
    options: Vec<(String, String)>,
    /// The value that is chosen.
    #[prop(optional, into)]
    value: String,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select id=name name=name prop:value=value.clone() autocomplete="off">
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
    view! {
        <label class="checkbox">
            <input type="checkbox" name=name value=value checked=checked prop:checked=checked autocomplete="off"/>
            <span>{label}</span>
        </label>
    }
}
