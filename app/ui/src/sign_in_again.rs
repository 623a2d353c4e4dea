//! Signing in again within the page when the session has ended, so that nothing typed is lost.

#[cfg(feature = "hydrate")]
use crate::session;
use crate::signals::OrDefault as _;
use leptos::{html, prelude::*};

/// The address that signs in, and the one that it leads to from the dialog. That page is small.
const SIGN_IN: (&str, &str) = ("/login", "/healthz");

/// The dialog that signs in again. It belongs into the frame of all pages.
#[component]
pub fn SignInAgain(
    /// The login of the page's administrator.
    login: String,
) -> impl IntoView {
    let asked = RwSignal::new(false);
    let problem = RwSignal::new("");
    let dialog = NodeRef::<html::Dialog>::new();
    #[cfg(feature = "hydrate")]
    session::provide(asked);
    Effect::new(move |_| {
        #[cfg(feature = "hydrate")]
        if asked.get_or_default()
            && let Some(dialog) = dialog.get()
        {
            problem.try_set("");
            // Once its fields are there, so that the first empty one has the focus.
            request_animation_frame(move || drop(dialog.show_modal()));
        }
    });
    let own = login.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        #[cfg(feature = "hydrate")]
        browser::sign_in(&event, own.clone(), dialog, problem);
        #[cfg(not(feature = "hydrate"))]
        let _ = (&own, problem);
    };
    let close = move |_| {
        #[cfg(feature = "hydrate")]
        session::resolve(false);
    };
    view! {
        <dialog node_ref=dialog aria-labelledby="sign-in-title" on:close=close>
            {move || asked.get_or_default().then(|| fields(login.clone(), problem, submit.clone()))}
        </dialog>
    }
}

fn fields(
    login: String,
    problem: RwSignal<&'static str>,
    submit: impl FnMut(leptos::ev::SubmitEvent) + 'static,
) -> AnyView {
    view! {
        <h2 id="sign-in-title">"Your session has expired"</h2>
        <p>"Sign in to continue. The page stays as it is."</p>
        <form method="post" action=SIGN_IN.0 class="stack" on:submit=submit>
            <input type="hidden" name="next" value=SIGN_IN.1/>
            <div class="field">
                <label for="again-login">"Login"</label>
                <input id="again-login" name="login" value=login autocomplete="username" required=true/>
            </div>
            <div class="field">
                <label for="again-password">"Password"</label>
                <input
                    id="again-password"
                    name="password"
                    type="password"
                    autocomplete="current-password"
                    required=true
                    autofocus=true
                />
            </div>
            <p class="field-note error" role="alert">
                {move || problem.get_or_default()}
            </p>
            <button type="submit" class="primary">
                "Sign in"
            </button>
        </form>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::SIGN_IN;
    use crate::{form::body_of, server_query::fetch, session};
    use leptos::{ev::SubmitEvent, html, prelude::*};
    use wasm_bindgen::JsCast as _;

    pub fn sign_in(event: &SubmitEvent, login: String, dialog: NodeRef<html::Dialog>, problem: RwSignal<&'static str>) {
        let form = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok());
        let Some((form, body)) = form.and_then(|form| Some((form.clone(), body_of(&form, None)?))) else { return };
        leptos::task::spawn_local(async move {
            let text = match fetch::send_once(SIGN_IN.0, Some(&body)).await {
                Ok((answer, _)) if answer.url().ends_with(SIGN_IN.1) => {
                    let typed = web_sys::FormData::new_with_form(&form).map(|data| data.get("login").as_string());
                    if typed.ok().flatten().is_some_and(|typed| typed.trim() != login) {
                        // The page is another administrator's.
                        let _ = window().location().reload();
                    }
                    session::resolve(true);
                    if let Some(dialog) = dialog.try_get_untracked().flatten() {
                        dialog.close();
                    }
                    return;
                }
                Ok((answer, _)) if answer.status() == 429 => "Too many attempts. Wait a moment and try again.",
                Ok((answer, _)) if answer.ok() => "Wrong login or password.",
                _ => "The server can't be reached. Try again.",
            };
            problem.try_set(text);
        });
    }
}
