//! The sign-in and set-up pages. Native only: they need no hydration, and signing in loads a new page anyway.

use crate::{
    access::Visitor,
    failure::Failure,
    frame::{
        door::Door,
        shell::{Files, document},
    },
};
use axum::{
    Extension,
    body::Body,
    extract::{Query, Request},
    http::{HeaderValue, StatusCode, header::RETRY_AFTER, request::Parts},
    response::{IntoResponse, Response},
};
use domain::administrators::store;
use leptos::prelude::*;
use serde::Deserialize;
use ui::field::Field;

values::labelled_enum! {
    /// The reason why signing in or setting up was refused. Its word is part of the form page's address.
    pub enum Problem {
        /// Also for an unknown login: the answer mustn't tell which logins exist.
        Credentials = "credentials", "Wrong login or password.",
        /// The set-up link was used, has expired or never existed.
        SetupLink = "setup_link", "This set-up link is invalid, used or expired.",
        /// The two passwords differ.
        Repeat = "repeat", "The passwords don't match.",
        /// The password is too short or too long.
        Password = "password", "Use a password of 8 to 200 characters.",
        /// The password contains the login.
        PasswordLogin = "password_login", "The password must not contain the login.",
        /// The password contains the product's name.
        PasswordProduct = "password_product", "The password must not contain the name Clientele.",
        /// The password is among the most common ones.
        PasswordCommon = "password_common", "This password is easily guessed: it is a common one, or nearly one. \
                                             Choose another, such as four words that don't belong together.",
        /// The login is taken or invalid.
        Login = "login", "A login has 1 to 100 characters, and each administrator has another one.",
        /// Too many attempts at once.
        TooMany = "too_many", "Too many attempts from your address. Wait a moment and try again.",
        /// The database can't be reached.
        Unavailable = "unavailable", "The database is unavailable. Try again shortly.",
        /// An internal error.
        Server = "server", "Something went wrong on the server. It was logged. Try again.",
    }
}

/// The label of a problem's word, or `None` for an unknown word.
fn label_of(word: &str) -> Option<&'static str> {
    word.parse::<Problem>().ok().map(Problem::label)
}

/// The query of a form's page: the typed values, and why they were refused.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PageQuery {
    problem: String,
    login: String,
    next: String,
    token: String,
}

impl PageQuery {
    /// Keeps the sign-in form's values after too many attempts.
    pub(super) fn sign_in(login: &str, next: &str) -> Self {
        let problem = Problem::TooMany.word().to_owned();
        Self { problem, login: login.to_owned(), next: next.to_owned(), ..Self::default() }
    }
}

/// `GET /login`
pub async fn sign_in(Extension(files): Extension<Files>, Query(query): Query<PageQuery>, request: Request) -> Response {
    draw_sign_in(&files, query, request).await
}

/// The sign-in form after too many attempts, with status 429.
pub(super) async fn too_many(files: &Files, query: PageQuery, parts: Parts) -> Response {
    let mut response = draw_sign_in(files, query, Request::from_parts(parts, Body::empty())).await;
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("10"));
    response
}

async fn draw_sign_in(files: &Files, query: PageQuery, request: Request) -> Response {
    let page = move || {
        let PageQuery { problem, login, next, .. } = query.clone();
        // The address may come from a foreign link, so only a valid login is shown.
        let login = if store::is_login(&login) { login } else { String::new() };
        view! {
            <Door title="Sign in" problem=label_of(&problem)>
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
    draw(files, page, request).await
}

/// `GET /setup?token=`
///
/// # Errors
/// [`Error::Unavailable`](values::error::Error::Unavailable) if the database can't be reached.
pub async fn set_up(
    Extension(visitor): Extension<Visitor>,
    Extension(files): Extension<Files>,
    Query(query): Query<PageQuery>,
    request: Request,
) -> Result<Response, Failure> {
    let (services, ..) = visitor.services_for_signing_in();
    if !store::setup_token_lives(services.database.reader(), &query.token).await? {
        return Ok(no_such_link(&files, request.into_parts().0).await);
    }
    let page = move || {
        let PageQuery { problem, login, token, .. } = query.clone();
        let login = if store::is_login(&login) { login } else { String::new() };
        view! {
            <Door title="Create the first administrator" problem=label_of(&problem)>
                <p class="muted">"This link works once. It makes you the owner, with all permissions."</p>
                <form method="post" action="/setup" class="stack">
                    <input type="hidden" name="token" value=token/>
                    <Field label="Login" name="login" value=login autocomplete="username" required=true autofocus=true/>
                    <Field
                        label="Password"
                        name="password"
                        kind="password"
                        hint="At least 8 characters. Common passwords are refused."
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
    Ok(draw(&files, page, request).await)
}

/// The page of a set-up link that doesn't work, with status 404.
pub(super) async fn no_such_link(files: &Files, parts: Parts) -> Response {
    let page = || {
        view! {
            <Door title="Create the first administrator" problem=Some(Problem::SetupLink.label())>
                <p>
                    "If there is an administrator already, " <a href="/login">"sign in"</a>
                    ". If there is none, start the server again: it prints a new link."
                </p>
            </Door>
        }
    };
    let mut response = draw(files, page, Request::from_parts(parts, Body::empty())).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

async fn draw<View: IntoView + 'static>(
    files: &Files,
    page: impl Fn() -> View + Clone + Send + Sync + 'static,
    request: Request,
) -> Response {
    let files = files.clone();
    leptos_axum::render_app_async(move || document(&files, false, page.clone()))(request).await.into_response()
}
