//! Answers the forms of signing in, signing out and setting up. Native only.
//!
//! They are plain forms even with JavaScript: they change who is signed in, so the page must be reloaded. A refused
//! form redirects to its page, which shows the reason and what was typed.

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
        sign_in_counts::{self, Source},
        sign_in_throttle::Place,
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
    /// The address to open afterwards, if it is local.
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
        Ok(token) => with_session(Redirect::to(local_page(&form.next)), &token, encrypted),
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
    // No administrator has an invalid login, and PostgreSQL refuses some of them in queries (NUL).
    if !store::is_login(login) {
        return Err(Problem::Credentials);
    }
    let (services, address, _) = visitor.services_for_signing_in();
    let place = services.throttle.enter(Source::new(login, address))?;
    // A longer password is wrong in any case. Hundreds of attempts may wait, so theirs isn't kept in memory.
    let is_short = password.chars().count() <= password::LONGEST;
    let password = if is_short { password } else { String::new() };
    let hung_up = CancellationToken::new();
    let _here = hung_up.clone().drop_guard();
    let attempt = attempt(services.clone(), place, hung_up, password, previous.map(str::to_owned));
    // A task of its own goes on after the visitor hangs up, so the failure is counted.
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
    // Without "cookies", since the theme and the columns are kept there.
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
    // Comes first, since hashing a password costs far more than looking up a guessed token.
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

/// Redirects with 303 to a form's page, with the problem and the typed values, but never a password. An invalid login
/// is dropped, since it may be of any length.
fn back(page: &str, problem: Problem, typed: &[(&str, &str)]) -> Response {
    let is_kept = |(name, value): &&(&str, &str)| !value.is_empty() && (*name != "login" || store::is_login(value));
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("problem", problem.word())
        .extend_pairs(typed.iter().filter(is_kept))
        .finish();
    Redirect::to(&format!("{page}?{query}")).into_response()
}

/// Returns `next` if it is an address on this server, otherwise the client table: it could come from a foreign link.
fn local_page(next: &str) -> &str {
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
        // Removes a cookie from before TLS was set up.
        set(SESSION, "", 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_to_pages_of_ours_only() {
        assert_eq!(local_page("/clients?q=a"), "/clients?q=a");
        for elsewhere in ["", "https://example.com", "//example.com", "/\\example.com", "clients", "/a\r\nb"] {
            assert_eq!(local_page(elsewhere), "/clients", "{elsewhere:?}");
        }
    }
}
