//! The sign-in and set-up pages. Native only: whoever is in front of the door needs nothing of the application,
//! and who comes in loads a page anew anyway.

use crate::{
    frame::shell::{Files, document},
    ui::{field::Field, notice::Notice},
};
use axum::{
    Extension,
    extract::{Query, Request},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use serde::Deserialize;

crate::word_enum! {
    /// Why signing in or setting up was refused; its word stands in the address of the form's page.
    pub enum Problem {
        /// Also for a login that nobody has: which of the two it is, is nobody's business.
        Credentials = "credentials", "Login or password is wrong.",
        /// The set-up link was used, is too old, or never was one.
        SetupLink = "setup_link", "This set-up link was used or has expired. Start the server again for a new one.",
        /// The two passwords differ.
        Repeat = "repeat", "The passwords differ. Type the same one twice.",
        /// The password is too short or too long.
        Password = "password", "A password has 8 to 200 characters.",
        /// The login is taken or can't be one.
        Login = "login", "A login has 1 to 100 characters, and each administrator has another one.",
        /// Too many attempts at once.
        TooMany = "too_many", "There are too many attempts from your address. Wait a moment and try again.",
        /// The database is away.
        Unavailable = "unavailable", "The database can't be reached at the moment. Try again shortly.",
        /// A fault of ours.
        Server = "server", "Something went wrong on the server, and it was noted. Try again.",
    }
}

/// What a form's page is told in its address: what was typed before, and why it was refused.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Told {
    problem: String,
    login: String,
    next: String,
    token: String,
}

/// `GET /login`
pub async fn sign_in(Extension(files): Extension<Files>, Query(told): Query<Told>, request: Request) -> Response {
    let page = move || {
        let Told { problem, login, next, .. } = told.clone();
        view! {
            <Door title="Sign in" problem>
                <form method="post" action="/login" class="stack">
                    <input type="hidden" name="next" value=next/>
                    <Field label="Login" name="login" value=login autocomplete="username" required=true autofocus=true/>
                    <Field label="Password" name="password" kind="password" autocomplete="current-password" required=true/>
                    <button type="submit" class="primary">
                        "Sign in"
                    </button>
                </form>
            </Door>
        }
    };
    leptos_axum::render_app_async(move || document(&files, false, page.clone()))(request).await.into_response()
}

/// `GET /setup?token=`
pub async fn set_up(Extension(files): Extension<Files>, Query(told): Query<Told>, request: Request) -> Response {
    let page = move || {
        let Told { problem, login, token, .. } = told.clone();
        view! {
            <Door title="Create the first administrator" problem>
                <p class="muted">"This link works once. You will be the owner, who may do everything."</p>
                <form method="post" action="/setup" class="stack">
                    <input type="hidden" name="token" value=token/>
                    <Field label="Login" name="login" value=login autocomplete="username" required=true autofocus=true/>
                    <Field
                        label="Password"
                        name="password"
                        kind="password"
                        hint="At least 8 characters."
                        autocomplete="new-password"
                        required=true
                    />
                    <Field
                        label="Repeat password"
                        name="repeat_password"
                        kind="password"
                        autocomplete="new-password"
                        required=true
                    />
                    <button type="submit" class="primary">
                        "Create"
                    </button>
                </form>
            </Door>
        }
    };
    leptos_axum::render_app_async(move || document(&files, false, page.clone()))(request).await.into_response()
}

/// The page in front of the frame, for those who aren't in yet.
#[component]
pub fn Door(
    /// The heading.
    title: &'static str,
    /// The word of a [`Problem`], or anything else when there is none.
    #[prop(into)]
    problem: String,
    /// What stands below.
    children: Children,
) -> impl IntoView {
    provide_meta_context();
    let problem = problem.parse::<Problem>().ok();
    view! {
        <Title text=format!("{title} · Clientele")/>
        <main class="door">
            <p class="brand">
                <span class="brand-mark" aria-hidden="true">
                    "C"
                </span>
                "Clientele"
            </p>
            <h1>{title}</h1>
            {problem
                .map(|problem| {
                    view! {
                        <Notice title=problem.label() failed=true/>
                    }
                })}
            {children()}
        </main>
    }
}
