//! The visitor of a request, and the one door to the services: [`Visitor::allow`]. Native only.
//!
//! Handlers and server functions reach the services through it alone, so that code which forgets to ask for a
//! permission has nothing to work with.

use crate::{
    failure::{Failure, set_status_of},
    frame::cookies,
};
use axum::{
    Extension,
    extract::{FromRequestParts, rejection::ExtensionRejection},
};
use domain::{
    actor::Actor,
    administrators::{
        Permission, SignedIn,
        store::{self, Administrator},
    },
    services::Services,
};
use http::{HeaderMap, request::Parts};
use leptos::prelude::use_context;
use values::error::Error;

/// The sender of a request. The server's middleware puts it into the request's extensions.
#[derive(Clone, Debug)]
pub struct Visitor {
    administrator: Option<Administrator>,
    address: String,
    services: Services,
}

/// A visitor whose role includes the permission that was asked for.
#[derive(Clone, Debug)]
pub struct Authorized {
    /// The administrator.
    pub administrator: Administrator,
    /// The network address of the request.
    pub address: String,
    /// The services.
    pub services: Services,
}

impl Authorized {
    /// The author of the changes that the administrator makes.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor {
            administrator: Some(self.administrator.id),
            login: self.administrator.login.clone(),
            address: self.address.clone(),
        }
    }
}

impl Visitor {
    /// Recognises the administrator by the session's token, if there is one that still lives.
    pub async fn recognise(services: Services, token: Option<&str>, address: String) -> Result<Self, Error> {
        let administrator = match token {
            Some(token) => store::administrator_of_session(&services.database, token).await?,
            None => None,
        };
        Ok(Self { administrator, address, services })
    }

    /// Lets the visitor in who is signed in and whose role includes the permission.
    ///
    /// # Errors
    /// [`Error::SignInRequired`] without a session, [`Error::Forbidden`] without the permission.
    pub fn allow(&self, permission: Permission) -> Result<Authorized, Error> {
        let administrator = self.administrator.clone().ok_or(Error::SignInRequired)?;
        if !administrator.role.allows(permission) {
            return Err(Error::Forbidden);
        }
        Ok(Authorized { administrator, address: self.address.clone(), services: self.services.clone() })
    }

    /// The signed-in administrator, as pages show them.
    #[must_use]
    pub fn signed_in(&self) -> Option<SignedIn> {
        let administrator = self.administrator.as_ref()?;
        Some(SignedIn { login: administrator.login.clone(), role: administrator.role })
    }

    /// The services for programs, which show a token of their own.
    pub(crate) fn services_for_gateway(&self) -> (&Services, &str) {
        (&self.services, &self.address)
    }

    /// The services for signing in and out, which are open to everybody.
    pub(crate) fn services_for_signing_in(&self) -> (&Services, &str, Option<&Administrator>) {
        (&self.services, &self.address, self.administrator.as_ref())
    }
}

/// Runs the work of a server function for a visitor with the permission, and sets the status of its outcome.
pub async fn allowed<T, Work>(permission: Permission, work: impl FnOnce(Authorized) -> Work) -> Result<T, Failure>
where
    Work: Future<Output = Result<T, Error>>,
{
    let visitor = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Visitor>().cloned());
    let outcome = match visitor.ok_or(Error::SignInRequired).and_then(|visitor| visitor.allow(permission)) {
        Ok(caller) => work(caller).await,
        Err(refusal) => Err(refusal),
    };
    if let Err(error) = &outcome {
        set_status_of(error);
    }
    outcome.map_err(Failure)
}

/// The session's cookie where the connection isn't encrypted.
pub(crate) const SESSION: &str = "session";
/// The session's cookie where the connection is encrypted. Browsers take a cookie of this prefix from the host itself
/// over TLS alone, so that neither another host of the domain nor an unencrypted answer can plant a session.
pub(crate) const ENCRYPTED_SESSION: &str = "__Host-session";

/// Whether the visitor's connection is encrypted; the server's middleware puts it into the request's
/// extensions. Cookies are then kept from connections that aren't.
#[derive(Clone, Copy, Debug)]
pub struct Encrypted(pub bool);

/// The token in the session's cookie.
#[derive(Clone, Debug)]
pub struct SessionToken(Option<String>);

pub(crate) fn session_cookie(encrypted: Encrypted) -> &'static str {
    if encrypted.0 { ENCRYPTED_SESSION } else { SESSION }
}

impl SessionToken {
    /// The token in a request's headers, from the cookie that belongs to the connection.
    #[must_use]
    pub fn of(headers: &HeaderMap, encrypted: Encrypted) -> Self {
        let token = cookies::get(headers, session_cookie(encrypted));
        Self(token.filter(|token| !token.is_empty()).map(str::to_owned))
    }

    /// The token, if there is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<State: Send + Sync> FromRequestParts<State> for SessionToken {
    type Rejection = ExtensionRejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, ExtensionRejection> {
        let Extension(encrypted) = Extension::<Encrypted>::from_request_parts(parts, state).await?;
        Ok(Self::of(&parts.headers, encrypted))
    }
}
