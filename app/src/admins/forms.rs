//! Answers the forms of signing in, signing out and setting up. Native only.
//!
//! They are plain forms, with and without JavaScript: who is signed in changes with them, so the page is
//! loaded anew in any case. A refused form goes back to its page, which shows why and what was typed.

use super::{
    page::Problem,
    password,
    slow_down::{self, Attempt},
    store::{self, Actor, SESSION_LONGEST},
    visitor::Visitor,
};
use crate::{
    error::Error,
    frame::{cookies, forms::Form},
};
use axum::{
    Extension,
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header::SET_COOKIE, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use std::convert::Infallible;

/// The session's cookie.
const SESSION: &str = "session";

/// Whether the visitor's connection is encrypted; the server's middleware puts it into the request's
/// extensions. Cookies are then kept from connections that aren't.
#[derive(Clone, Copy, Debug)]
pub struct Encrypted(pub bool);

/// The sign-in form.
#[derive(Deserialize)]
pub struct SignIn {
    login: String,
    password: String,
    /// The page that was asked for, if it was one of ours.
    #[serde(default)]
    next: String,
}

/// The set-up form.
#[derive(Deserialize)]
pub struct SetUp {
    token: String,
    login: String,
    password: String,
    repeat_password: String,
}

/// The token in the session's cookie.
#[derive(Clone, Debug)]
pub struct SessionToken(Option<String>);

/// `POST /login`
pub async fn sign_in(
    Extension(visitor): Extension<Visitor>,
    Extension(encrypted): Extension<Encrypted>,
    token: SessionToken,
    Form(form): Form<SignIn>,
) -> Response {
    let login = form.login.trim();
    match try_to_sign_in(&visitor, token.as_str(), login, form.password).await {
        Ok(token) => with_session(Redirect::to(page_of_ours(&form.next)), &token, encrypted),
        Err(problem) => back("/login", problem, &[("login", login), ("next", &form.next)]),
    }
}

async fn try_to_sign_in(
    visitor: &Visitor,
    previous: Option<&str>,
    login: &str,
    password: String,
) -> Result<String, Problem> {
    let (services, address, _) = visitor.services_for_signing_in();
    let database = &services.database;
    let _place = Attempt::begin(address)?;
    let failures = store::sign_in_failures(database, login, address).await?;
    tokio::time::sleep(slow_down::wait(failures)).await;
    // No administrator has such a login, and PostgreSQL would refuse to look for some of them.
    let administrator =
        if login.chars().any(char::is_control) { None } else { store::find_administrator(database, login).await? };
    let hash = administrator.as_ref().map(|administrator| administrator.password_hash.clone());
    let verified = password::verify(password, hash).await?;
    match administrator {
        Some(administrator) if verified => Ok(store::start_session(database, &administrator, address, previous).await?),
        _ => {
            let tried: String = login.chars().filter(|character| !character.is_control()).collect();
            store::record_sign_in_failure(database, &tried, address, failures).await?;
            Err(Problem::Credentials)
        }
    }
}

/// `POST /logout`
pub async fn sign_out(
    Extension(visitor): Extension<Visitor>,
    Extension(encrypted): Extension<Encrypted>,
    token: SessionToken,
) -> Response {
    let (services, address, administrator) = visitor.services_for_signing_in();
    if let (Some(token), Some(administrator)) = (token.as_str(), administrator) {
        let actor = Actor { administrator: Some(administrator.id), login: &administrator.login, address };
        if let Err(error) = store::end_session(&services.database, actor, token).await {
            return (error.status(), error.to_string()).into_response();
        }
    }
    let mut response = Redirect::to("/login").into_response();
    set_session_cookie(&mut response, "", 0, encrypted);
    response
}

/// `POST /setup`
pub async fn set_up(
    Extension(visitor): Extension<Visitor>,
    Extension(encrypted): Extension<Encrypted>,
    token: SessionToken,
    Form(form): Form<SetUp>,
) -> Response {
    let login = form.login.trim();
    match try_to_set_up(&visitor, token.as_str(), login, &form).await {
        Ok(token) => with_session(Redirect::to("/clients"), &token, encrypted),
        Err(problem) => back("/setup", problem, &[("token", &form.token), ("login", login)]),
    }
}

async fn try_to_set_up(
    visitor: &Visitor,
    previous: Option<&str>,
    login: &str,
    form: &SetUp,
) -> Result<String, Problem> {
    let (services, address, _) = visitor.services_for_signing_in();
    let database = &services.database;
    let _place = Attempt::begin(address)?;
    if !store::setup_token_lives(database.reader(), &form.token).await? {
        return Err(Problem::SetupLink);
    }
    if form.password != form.repeat_password {
        return Err(Problem::Repeat);
    }
    let hash = password::hash(form.password.clone()).await?;
    if !store::set_up(database, address, &form.token, login, hash).await? {
        return Err(Problem::SetupLink);
    }
    let administrator = store::find_administrator(database, login).await?.ok_or(Problem::Server)?;
    Ok(store::start_session(database, &administrator, address, previous).await?)
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::TooManyAttempts => Self::TooMany,
            Error::Unavailable => Self::Unavailable,
            Error::Refused { field, .. } if field == "password" => Self::Password,
            Error::Refused { .. } => Self::Login,
            _ => Self::Server,
        }
    }
}

/// 303 back to a form's page, with what is wrong and what was typed (never a password).
fn back(page: &str, problem: Problem, typed: &[(&str, &str)]) -> Response {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("problem", problem.word())
        .extend_pairs(typed.iter().filter(|(_, value)| !value.is_empty()))
        .finish();
    Redirect::to(&format!("{page}?{query}")).into_response()
}

/// The page to go on to: an address on this server, since `next` could come from anybody's link.
fn page_of_ours(next: &str) -> &str {
    let local =
        next.starts_with('/') && !next[1..].starts_with(['/', '\\']) && next.chars().all(|c| c.is_ascii_graphic());
    if local { next } else { "/clients" }
}

fn with_session(redirect: Redirect, token: &str, encrypted: Encrypted) -> Response {
    let mut response = redirect.into_response();
    set_session_cookie(&mut response, token, SESSION_LONGEST.num_seconds(), encrypted);
    response
}

fn set_session_cookie(response: &mut Response, token: &str, seconds: i64, encrypted: Encrypted) {
    let secure = if encrypted.0 { "; Secure" } else { "" };
    let cookie = format!("{SESSION}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

impl SessionToken {
    /// The token in a request's headers.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        Self(cookies::get(headers, SESSION).filter(|token| !token.is_empty()).map(str::to_owned))
    }

    /// The token, if there is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<State: Sync> FromRequestParts<State> for SessionToken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &State) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_to_pages_of_ours_only() {
        assert_eq!(page_of_ours("/clients?q=a"), "/clients?q=a");
        for elsewhere in ["", "https://example.com", "//example.com", "/\\example.com", "clients", "/a\r\nb"] {
            assert_eq!(page_of_ours(elsewhere), "/clients", "{elsewhere:?}");
        }
    }
}
