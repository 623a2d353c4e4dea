//! A form that changes something.
//!
//! With JavaScript it is sent in the background: what was typed stays until it is done, and what is wrong is said
//! beside its field. Without it, the browser sends it, and the page that comes back shows the same.

#[cfg(feature = "hydrate")]
use crate::server_query::{fetch, read};
use leptos::prelude::*;
#[cfg(feature = "hydrate")]
use values::form_answer::Done;
use values::{error::Error, form_answer::FormAnswer};

/// The state of the form around a component, by its context. [`crate::field`] shows a field's error by it.
#[derive(Clone, Copy, Debug)]
pub struct FormState {
    id: &'static str,
    outcome: RwSignal<Option<Result<String, Error>>>,
    sending: RwSignal<bool>,
    key: RwSignal<String>,
}

impl FormState {
    /// An id of its own on the page for one of the form's fields.
    #[must_use]
    pub fn field_id(&self, name: &str) -> String {
        format!("{}-{name}", self.id)
    }

    /// What is wrong with a field; empty when nothing is.
    #[must_use]
    pub fn error_of(&self, name: &str) -> String {
        // A form that goes away with its page may be looked at once more.
        let error = self.outcome.try_with(|outcome| match outcome {
            Some(Err(Error::Refused { field, message } | Error::Conflict { field, message })) if field == name => {
                message.clone()
            }
            _ => String::new(),
        });
        error.unwrap_or_default()
    }
}

/// A POST form with an idempotency key, so that sending it twice does it once.
#[component]
pub fn PostForm(
    /// Where it is sent.
    action: String,
    /// An id of its own on the page.
    id: &'static str,
    /// What people see above it, and what a screen reader calls it.
    #[prop(into)]
    title: String,
    /// The form's idempotency key.
    key: String,
    /// What became of it when it was sent without JavaScript.
    #[prop(optional_no_strip)]
    answer: Option<FormAnswer>,
    /// Whether what was typed stays after it was done.
    #[prop(optional)]
    keeps: bool,
    /// Called after it was done.
    #[prop(into)]
    on_done: Callback<String>,
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    let outcome = answer.filter(|answer| answer.form == id).map(|answer| answer.outcome);
    let state =
        FormState { id, outcome: RwSignal::new(outcome), sending: RwSignal::new(false), key: RwSignal::new(key) };
    let address = action.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if state.sending.try_get_untracked() == Some(false) {
            send(&event, address.clone(), state, keeps, on_done);
        }
    };
    // What was asked about is no longer what stands in the fields.
    let changed = move |_| {
        let asks = |outcome: &Option<_>| matches!(outcome, Some(Err(Error::Unconfirmed { .. })));
        if state.outcome.try_with_untracked(asks).unwrap_or_default() {
            state.outcome.set(None);
        }
    };
    view! {
        <form
            method="post"
            action=action
            id=id
            class="panel"
            aria-busy=move || state.sending.try_get().unwrap_or_default().then_some("true")
            on:submit=submit
            on:input=changed
        >
            <input type="hidden" name="idempotency_key" value=move || state.key.try_get().unwrap_or_default()/>
            <fieldset>
                <legend>{title}</legend>
                {
                    provide_context(state);
                    children()
                }
                {move || state.outcome.try_get().flatten().map(said)}
            </fieldset>
        </form>
    }
}

/// What became of the form as a whole; a field says itself what is wrong with it.
fn said(outcome: Result<String, Error>) -> AnyView {
    match outcome {
        Ok(message) => view! { <p class="form-note done" role="status">{message}</p> }.into_any(),
        Err(Error::Unconfirmed { question, button, confirmed }) => view! {
            <div class="form-note asks" role="alert">
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
                if !keeps {
                    form.reset();
                }
                state.outcome.set(Some(Ok(message.clone())));
                // Who sent it may be on another page by now.
                on_done.try_run(message);
            }
            Err(error) => {
                state.outcome.set(Some(Err(error)));
                request_animation_frame(move || {
                    let wrong = form.query_selector("[aria-invalid=true], .asks button").ok().flatten();
                    if let Some(wrong) = wrong.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
                        let _ = wrong.focus();
                    }
                });
            }
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn send(_: &leptos::ev::SubmitEvent, _: String, _: FormState, _: bool, _: Callback<String>) {}

/// What the browser would send.
#[cfg(feature = "hydrate")]
fn body_of(form: &web_sys::HtmlFormElement, submitter: Option<web_sys::HtmlElement>) -> Option<String> {
    let data = web_sys::FormData::new_with_form(form).ok()?;
    // The button that asks for a confirmation says what it confirms.
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
