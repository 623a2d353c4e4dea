//! A form that changes something.
//!
//! With JavaScript it is sent in the background. On an error the fields keep their values, and the message appears
//! beside its field. Without JavaScript the browser sends it, and the next page shows the same.
//!
//! A question isn't answered by a reflex: its text gets the focus, a held key counts once, and nothing is sent for half
//! a second.

use crate::signals::OrDefault;
#[cfg(feature = "hydrate")]
use crate::{
    server_query::{fetch, read},
    unsaved,
};
use leptos::prelude::*;
#[cfg(feature = "hydrate")]
use values::form_answer::Done;
use values::{error::Error, form_answer::FormAnswer};

/// The state of a form, which its fields get as context. [`crate::field`] takes errors from it.
#[derive(Clone, Copy, Debug)]
pub struct FormState {
    id: &'static str,
    outcome: RwSignal<Option<Result<String, Error>>>,
    sending: RwSignal<bool>,
    key: RwSignal<String>,
    /// The time when the question appeared, in milliseconds; 0 without one.
    asked_at: StoredValue<f64>,
}

impl FormState {
    /// The id of one of the form's fields, unique on the page.
    #[must_use]
    pub fn field_id(&self, name: &str) -> String {
        format!("{}-{name}", self.id)
    }

    /// Whether somebody else was first.
    #[must_use]
    pub fn has_conflict(&self) -> bool {
        self.outcome.with_or_default(|outcome| matches!(outcome, Some(Err(Error::Conflict { .. }))))
    }

    /// The error of a field; empty if there is none.
    #[must_use]
    pub fn error_of(&self, name: &str) -> String {
        self.outcome.with_or_default(|outcome| match outcome {
            Some(Err(Error::Refused { field, message } | Error::Conflict { field, message })) if field == name => {
                message.clone()
            }
            _ => String::new(),
        })
    }
}

/// A POST form with an idempotency key, so that sending it twice has one effect.
#[component]
pub fn PostForm(
    /// The address that it is sent to.
    action: String,
    /// An id that is unique on the page.
    id: &'static str,
    /// The visible title, which is also the label for screen readers.
    #[prop(into)]
    title: String,
    /// The form's idempotency key.
    key: String,
    /// The outcome of the last submission without JavaScript.
    #[prop(optional_no_strip)]
    answer: Option<FormAnswer>,
    /// Whether the fields keep their values after success.
    #[prop(optional)]
    keeps: bool,
    /// Called after success, with the message.
    #[prop(into)]
    on_done: Callback<String>,
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    let outcome = answer.filter(|answer| answer.form == id).map(|answer| answer.outcome);
    let state = FormState {
        id,
        outcome: RwSignal::new(outcome),
        sending: RwSignal::new(false),
        key: RwSignal::new(key),
        asked_at: StoredValue::new(0.0),
    };
    let address = action.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if state.sending.try_get_untracked() == Some(false) && !is_reflex(state) {
            send(&event, address.clone(), state, keeps, on_done);
        }
    };
    // A changed field invalidates the question that was asked about the old values.
    let changed = move |_| {
        let is_question = |outcome: &Option<_>| matches!(outcome, Some(Err(Error::Unconfirmed { .. })));
        if state.outcome.try_with_untracked(is_question).unwrap_or_default() {
            state.outcome.set(None);
            state.asked_at.set_value(0.0);
        }
    };
    // A held key repeats itself, and would send the form again or answer its question.
    let pressed = move |event: leptos::ev::KeyboardEvent| {
        if event.repeat() && event.key() == "Enter" && !is_in_text_area(&event) {
            event.prevent_default();
        }
    };
    view! {
        <form
            method="post"
            action=action
            id=id
            class="panel"
            aria-busy=move || state.sending.get_or_default().then_some("true")
            on:submit=submit
            on:input=changed
            on:keydown=pressed
        >
            <input type="hidden" name="idempotency_key" value=move || state.key.get_or_default()/>
            <fieldset>
                <legend>{title}</legend>
                {
                    provide_context(state);
                    children()
                }
                {move || state.outcome.get_or_default().map(outcome_note)}
            </fieldset>
        </form>
    }
}

/// The outcome of the form as a whole. The error of a field is shown beside the field.
fn outcome_note(outcome: Result<String, Error>) -> AnyView {
    match outcome {
        Ok(message) => view! { <p class="form-note done" role="status">{message}</p> }.into_any(),
        Err(Error::Unconfirmed { question, button, confirmed }) => view! {
            <div class="form-note asks" role="alert" tabindex="-1">
                <p>{question}</p>
                <button type="submit" name="confirmed" value=confirmed class="primary">
                    {button}
                </button>
            </div>
        }
        .into_any(),
        Err(Error::Refused { field, .. } | Error::Conflict { field, .. }) if !field.is_empty() => ().into_any(),
        Err(error) => view! { <p class="form-note error" role="alert">{error.to_string()}</p> }.into_any(),
    }
}

#[cfg(feature = "hydrate")]
fn send(event: &leptos::ev::SubmitEvent, address: String, state: FormState, keeps: bool, on_done: Callback<String>) {
    use wasm_bindgen::JsCast;
    let Some(form) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok()) else {
        return;
    };
    let Some(body) = body_of(&form, event.submitter()) else { return };
    state.sending.set(true);
    leptos::task::spawn_local(async move {
        let outcome = post(&address, &body).await;
        state.sending.set(false);
        match outcome {
            Ok(Done { message, next_key }) => {
                state.key.set(next_key);
                state.asked_at.set_value(0.0);
                if keeps {
                    unsaved::saved(&form);
                } else {
                    form.reset();
                }
                state.outcome.set(Some(Ok(message.clone())));
                // The callback may be disposed, if its page was left meanwhile.
                on_done.try_run(message);
            }
            Err(error) => {
                let asks = matches!(error, Error::Unconfirmed { .. });
                state.asked_at.set_value(if asks { f64::INFINITY } else { 0.0 });
                state.outcome.set(Some(Err(error)));
                request_animation_frame(move || {
                    let invalid = form.query_selector("[aria-invalid=true], .asks").ok().flatten();
                    if let Some(invalid) = invalid.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
                        let _ = invalid.focus();
                    }
                    if asks {
                        let _ = state.asked_at.try_update_value(|at| *at = js_sys::Date::now());
                    }
                });
            }
        }
    });
}

/// The shortest time to read a question, in milliseconds.
#[cfg(feature = "hydrate")]
const TIME_TO_READ: f64 = 500.0;

/// Whether the form's question has just appeared.
#[cfg(feature = "hydrate")]
fn is_reflex(state: FormState) -> bool {
    state.asked_at.try_get_value().is_some_and(|at| at > 0.0 && js_sys::Date::now() - at < TIME_TO_READ)
}

#[cfg(not(feature = "hydrate"))]
fn is_reflex(_: FormState) -> bool {
    false
}

/// Whether a key was pressed in a text of several lines.
#[cfg(feature = "hydrate")]
fn is_in_text_area(event: &leptos::ev::KeyboardEvent) -> bool {
    use wasm_bindgen::JsCast;
    event.target().is_some_and(|target| target.has_type::<web_sys::HtmlTextAreaElement>())
}

#[cfg(not(feature = "hydrate"))]
fn is_in_text_area(_: &leptos::ev::KeyboardEvent) -> bool {
    false
}

#[cfg(not(feature = "hydrate"))]
fn send(_: &leptos::ev::SubmitEvent, _: String, _: FormState, _: bool, _: Callback<String>) {}

/// Moves the focus to the first element that matches a selector. Does nothing on the server.
pub fn focus(selector: &str) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let found = document().query_selector(selector).ok().flatten();
        if let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = found.focus();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = selector;
}

/// The value of the first field that matches a selector. Empty on the server.
#[must_use]
pub fn value_of(selector: &str) -> String {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let found = document().query_selector(selector).ok().flatten();
        let found = found.and_then(|found| found.dyn_into::<web_sys::HtmlInputElement>().ok());
        found.map(|found| found.value()).unwrap_or_default()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = selector;
        String::new()
    }
}

/// Presses the first button that matches a selector, once the page is drawn. Does nothing on the server.
pub fn press(selector: String) {
    #[cfg(feature = "hydrate")]
    request_animation_frame(move || {
        use wasm_bindgen::JsCast;
        let found = document().query_selector(&selector).ok().flatten();
        if let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
            found.click();
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = selector;
}

/// Sends a form that has no fields on the page, and runs `then` with the message or the error.
#[cfg(feature = "hydrate")]
pub fn send_in_background(address: &'static str, body: String, then: Box<dyn FnOnce(Result<String, Error>)>) {
    leptos::task::spawn_local(async move {
        then(post(address, &body).await.map(|done| done.message));
    });
}

/// Does nothing on the server.
#[cfg(not(feature = "hydrate"))]
pub fn send_in_background(_: &'static str, _: String, _: Box<dyn FnOnce(Result<String, Error>)>) {}

/// The body that the browser would send.
#[cfg(feature = "hydrate")]
pub(super) fn body_of(form: &web_sys::HtmlFormElement, submitter: Option<web_sys::HtmlElement>) -> Option<String> {
    let data = web_sys::FormData::new_with_form(form).ok()?;
    // The button of a confirmation has a name and a value.
    if let Some(button) = submitter
        && let (Some(name), Some(value)) = (button.get_attribute("name"), button.get_attribute("value"))
    {
        data.append_with_str(&name, &value).ok()?;
    }
    let sent = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    Some(sent.to_string().into())
}

#[cfg(feature = "hydrate")]
async fn post(address: &str, body: &str) -> Result<Done, Error> {
    let (status, answer) = fetch::send(address, Some(body)).await.map_err(|_| Error::Connection)?;
    match status {
        401 => Err(Error::SignInRequired),
        _ => read(&answer),
    }
}
