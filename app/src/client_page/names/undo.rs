//! The offer to take a decision back: a toast with a button, or a form without JavaScript.

use crate::frame::waiting::Waiting;
use domain::names::{UNDO_FORM, UNDO_SECONDS};
use leptos::prelude::*;
use std::sync::Arc;
use ui::{
    form::send_in_background,
    toast::{ToastAction, Toaster},
    views::CollectAny as _,
};
use values::{error::Error, form_answer::FormAnswer};

/// The address that the forms are sent to.
const PATH: &str = "/names/undo";

/// The next step after a decision.
#[derive(Clone)]
pub struct Decided {
    /// Returns the versions of the names that the form decides.
    pub seen: Arc<dyn Fn() -> Vec<String> + Send + Sync>,
    /// The address that opens the name again.
    pub reopen: Option<String>,
    /// Runs when the form is done.
    pub then: Callback<()>,
    /// Runs when the decision was taken back, with `reopen`, unless the page was left.
    pub undone: Callback<Option<String>>,
}

impl Decided {
    /// Shows the message of a decision with the button that takes it back, refreshes the count of waiting names, and
    /// runs [`Decided::then`].
    pub(super) fn on_done(self, key: String) -> Callback<String> {
        let (toaster, waiting) = (expect_context::<Toaster>(), expect_context::<Waiting>().0);
        Callback::new(move |message: String| {
            let parts = (self.seen)().into_iter().map(|seen| ("seen", seen));
            let parts = parts.chain([("idempotency_key", key.clone())]);
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(parts).finish();
            let (undone, reopen) = (self.undone, self.reopen.clone());
            let run = move || {
                let reopen = reopen.clone();
                let then = move |outcome: Result<String, Error>| {
                    toaster.say(outcome.unwrap_or_else(|error| error.to_string()));
                    waiting.update(|waiting| *waiting += 1);
                    undone.try_run(reopen);
                };
                send_in_background(PATH, body.clone(), Box::new(then));
            };
            toaster.offer(message, ToastAction { label: "Undo", run: Arc::new(run) }, UNDO_SECONDS);
            waiting.update(|waiting| *waiting += 1);
            self.then.run(());
        })
    }
}

/// The form that takes a decision back which was sent without JavaScript, and then its outcome.
#[component]
pub fn UndoForm(
    /// The answer to the last form.
    answer: Option<FormAnswer>,
    /// A new idempotency key.
    key: String,
) -> impl IntoView {
    let answer = answer?;
    let seen: Vec<String> =
        answer.typed.iter().filter(|(name, _)| name == "seen").map(|(_, seen)| seen.clone()).collect();
    match answer.outcome {
        outcome if answer.form == UNDO_FORM => {
            let failed = outcome.is_err();
            let message = outcome.unwrap_or_else(|error| error.to_string());
            Some(view! { <p id=UNDO_FORM class="form-note" class:error=failed role="status">{message}</p> }.into_any())
        }
        Ok(_) if !seen.is_empty() => {
            let seen = seen.into_iter().map(|seen| view! { <input type="hidden" name="seen" value=seen/> });
            Some(
                view! {
                    <form method="post" action=PATH class="without-script">
                        <input type="hidden" name="idempotency_key" value=key/>
                        {seen.collect_any()}
                        <button type="submit">"Undo"</button>
                    </form>
                }
                .into_any(),
            )
        }
        _ => None,
    }
}
