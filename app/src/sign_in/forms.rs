//! Answers the forms of signing in, signing out and setting up. Native only.
//!
//! They are plain forms, with and without JavaScript: who is signed in changes with them, so the page is
//! loaded anew in any case. A refused form goes back to its page, which shows why and what was typed.

use super::page::{self, PageQuery, Problem};
use crate::{
    access::{Encrypted, SESSION, SessionToken, Visitor, session_cookie},
    frame::{forms::Form, shell::Files},
};
use axum::{
    Extension,
    http::{HeaderName, HeaderValue, header::SET_COOKIE, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    actor::Actor,
    administrators::{
        password::{self, PasswordError},
        sign_in_counts,
        sign_in_throttle::{Place, Source},
        store::{self, SESSION_LONGEST},
    },
    services::Services,
};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use values::error::Error;

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

/// `POST /login`
pub async fn sign_in(
    Extension(visitor): Extension<Visitor>,
    Extension(encrypted): Extension<Encrypted>,
    Extension(files): Extension<Files>,
    token: SessionToken,
    parts: Parts,
    Form(form): Form<SignIn>,
) -> Response {
    let login = form.login.trim();
    match try_to_sign_in(&visitor, token.as_str(), login, form.password).await {
        Ok(token) => with_session(Redirect::to(page_of_ours(&form.next)), &token, encrypted),
        Err(Problem::TooMany) => page::too_many(&files, PageQuery::sign_in(login, &form.next), parts).await,
        Err(problem) => back("/login", problem, &[("login", login), ("next", &form.next)]),
    }
}

async fn try_to_sign_in(
    visitor: &Visitor,
    previous: Option<&str>,
    login: &str,
    password: String,
) -> Result<String, Problem> {
    // No administrator has such a login, and PostgreSQL would refuse to look for some of them.
    if !store::is_login(login) {
        return Err(Problem::Credentials);
    }
    let (services, address, _) = visitor.services_for_signing_in();
    let place = services.throttle.enter(Source::new(login, address))?;
    // Nobody has such a password, and hundreds of attempts may wait with theirs.
    let is_short = password.chars().count() <= password::LONGEST;
    let password = if is_short { password } else { String::new() };
    let hung_up = CancellationToken::new();
    let _here = hung_up.clone().drop_guard();
    let attempt = attempt(services.clone(), place, hung_up, password, previous.map(str::to_owned));
    // A task of its own: hanging up doesn't end it, so the failure is counted all the same.
    tokio::spawn(attempt.in_current_span()).await.map_err(Error::internal)?
}

async fn attempt(
    services: Services,
    place: Place,
    hung_up: CancellationToken,
    password: String,
    previous: Option<String>,
) -> Result<String, Problem> {
    let database = &services.database;
    let source = place.source();
    let Some(attempts) = place.wait(database, &hung_up).await? else {
        sign_in_counts::record_failure(database, source, false).await?;
        return Err(Problem::Credentials);
    };
    let administrator = store::find_administrator(database, &source.login).await?;
    let hash = administrator.as_ref().map(|administrator| administrator.password_hash.clone());
    let verified = password::verify(password, hash).await?;
    let disabled = administrator.as_ref().is_some_and(|administrator| administrator.disabled_at.is_some());
    let token = match administrator {
        Some(administrator) if verified && !disabled => {
            store::start_session(database, &administrator, &source.address, previous.as_deref()).await?
        }
        _ => None,
    };
    if token.is_some() {
        sign_in_counts::take_back(database, source, attempts).await?;
    } else {
        sign_in_counts::record_failure(database, source, disabled).await?;
    }
    token.ok_or(Problem::Credentials)
}

/// `POST /logout`
pub async fn sign_out(
    Extension(visitor): Extension<Visitor>,
    Extension(encrypted): Extension<Encrypted>,
    token: SessionToken,
) -> Response {
    let (services, address, administrator) = visitor.services_for_signing_in();
    if let (Some(token), Some(administrator)) = (token.as_str(), administrator) {
        let actor = Actor {
            administrator: Some(administrator.id),
            login: administrator.login.clone(),
            address: address.to_owned(),
        };
        if let Err(error) = store::end_session(&services.database, &actor, token).await {
            return (error.status(), error.to_string()).into_response();
        }
    }
    let mut response = Redirect::to("/login").into_response();
    set_session_cookie(&mut response, "", 0, encrypted);
    // Not "cookies": the browser keeps how its user likes the pages.
    let kept_data = HeaderValue::from_static(r#""cache", "storage""#);
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), kept_data);
    response
}

/// `POST /setup`
pub async fn set_up(
    Extension(visitor): Extension<Visitor>,
    Extension(encrypted): Extension<Encrypted>,
    Extension(files): Extension<Files>,
    token: SessionToken,
    parts: Parts,
    Form(form): Form<SetUp>,
) -> Response {
    let login = form.login.trim();
    match try_to_set_up(&visitor, token.as_str(), login, &form).await {
        Ok(token) => with_session(Redirect::to("/clients"), &token, encrypted),
        Err(Problem::SetupLink) => page::no_such_link(&files, parts).await,
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
    // Before the password is hashed, which costs far more than looking a guess up.
    if !store::setup_token_lives(database.reader(), &form.token).await? {
        return Err(Problem::SetupLink);
    }
    if form.password != form.repeat_password {
        return Err(Problem::Repeat);
    }
    let hash = password::hash(form.password.clone(), login).await?;
    if !store::set_up(database, address, &form.token, login, hash).await? {
        return Err(Problem::SetupLink);
    }
    let administrator = store::find_administrator(database, login).await?.ok_or(Problem::Server)?;
    store::start_session(database, &administrator, address, previous).await?.ok_or(Problem::Credentials)
}

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Length => Self::Password,
            PasswordError::ContainsLogin => Self::PasswordLogin,
            PasswordError::ContainsProduct => Self::PasswordProduct,
            PasswordError::Common => Self::PasswordCommon,
            PasswordError::Failed(error) => error.into(),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::TooManyAttempts => Self::TooMany,
            Error::Unavailable => Self::Unavailable,
            Error::Refused { .. } => Self::Login,
            _ => Self::Server,
        }
    }
}

/// 303 back to a form's page, with what is wrong and what was typed (never a password). A login that can't be one
/// isn't repeated, however long it is.
fn back(page: &str, problem: Problem, typed: &[(&str, &str)]) -> Response {
    let is_kept = |(name, value): &&(&str, &str)| !value.is_empty() && (*name != "login" || store::is_login(value));
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("problem", problem.word())
        .extend_pairs(typed.iter().filter(is_kept))
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
    let mut set = |name: &str, token: &str, seconds: i64| {
        let secure = if encrypted.0 { "; Secure" } else { "" };
        let cookie = format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    };
    set(session_cookie(encrypted), token, seconds);
    if encrypted.0 {
        // One that was left from before there was TLS.
        set(SESSION, "", 0);
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
