//! The visitor of a request, and the only way to the services: [`Visitor::allow`]. Native only.
//!
//! Code that forgets to check a permission has no services to work with.

use crate::{
    cookies,
    failure::{AddressFailure, Failure},
    response_status::set_status_of,
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
use std::marker::PhantomData;
use values::{answer::Refusal, error::Error};

/// The sender of a request. The middleware adds it to the request's extensions.
#[derive(Clone, Debug)]
pub struct Visitor {
    administrator: Option<Administrator>,
    address: String,
    services: Services,
}

/// A permission as a type, for signatures: work that takes an [`Authorized`] says what its caller may do.
pub trait Grants: Send + Sync + 'static {
    /// The permission.
    const PERMISSION: Permission;
}

macro_rules! grants {
    ($($(#[$meta:meta])* $name:ident)+) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl Grants for $name {
                const PERMISSION: Permission = Permission::$name;
            }
        )+
    };
}

grants! {
    /// [`Permission::SeeClients`]
    SeeClients
    /// [`Permission::ChangeClients`]
    ChangeClients
}

/// A visitor whose role includes the permission `P`.
#[derive(Clone, Debug)]
pub struct Authorized<P> {
    /// The administrator.
    pub administrator: Administrator,
    /// The network address of the request.
    pub address: String,
    /// The services.
    pub services: Services,
    permission: PhantomData<P>,
}

impl<P> Authorized<P> {
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
    /// Finds the administrator by the session's token, if the session is still valid.
    pub async fn recognise(services: Services, token: Option<&str>, address: String) -> Result<Self, Error> {
        let administrator = match token {
            Some(token) => store::administrator_of_session(&services.database, token).await?,
            None => None,
        };
        Ok(Self { administrator, address, services })
    }

    /// Checks that the visitor is signed in with a role that includes the permission `P`.
    ///
    /// # Errors
    /// [`Error::SignInRequired`] without a session, [`Error::Forbidden`] without the permission.
    pub fn allow<P: Grants>(&self) -> Result<Authorized<P>, Error> {
        let administrator = self.administrator.clone().ok_or(Error::SignInRequired)?;
        if !administrator.role.allows(P::PERMISSION) {
            return Err(Error::Forbidden);
        }
        let (address, services) = (self.address.clone(), self.services.clone());
        Ok(Authorized { administrator, address, services, permission: PhantomData })
    }

    /// The signed-in administrator, for pages.
    #[must_use]
    pub fn signed_in(&self) -> Option<SignedIn> {
        let administrator = self.administrator.as_ref()?;
        Some(SignedIn { login: administrator.login.clone(), role: administrator.role })
    }

    /// Whether a mail server is configured, for pages.
    #[must_use]
    pub fn sends_mail(&self) -> bool {
        self.services.policy.sends_mail
    }

    /// The services for API clients, which have a token of their own, and the network address.
    pub(crate) fn services_for_gateway(&self) -> (&Services, &str) {
        (&self.services, &self.address)
    }

    /// The services for signing in and out, which need no permission, the network address and the administrator.
    pub(crate) fn services_for_signing_in(&self) -> (&Services, &str, Option<&Administrator>) {
        (&self.services, &self.address, self.administrator.as_ref())
    }
}

/// Runs the work of a server function if the visitor has the permission in its signature. Sets the response's status on
/// an error.
pub async fn allowed<P: Grants, T, Work>(work: impl FnOnce(Authorized<P>) -> Work) -> Result<T, Failure>
where
    Work: Future<Output = Result<T, Error>>,
{
    let visitor = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Visitor>().cloned());
    let outcome = match visitor.ok_or(Error::SignInRequired).and_then(|visitor| visitor.allow()) {
        Ok(authorized) => work(authorized).await,
        Err(refusal) => Err(refusal),
    };
    if let Err(error) = &outcome {
        set_status_of(error);
    }
    outcome.map_err(Failure)
}

/// Runs the work of a server function that parses the address of a page, as [`allowed`] does. Its error carries the
/// query, if the address could be parsed. The work decides when an address that can't be parsed is refused.
pub async fn allowed_with_query<P: Grants, Query: Clone, T, Work>(
    query: Result<Query, Error>,
    work: impl FnOnce(Authorized<P>, Result<Query, Error>) -> Work,
) -> Result<T, AddressFailure<Query>>
where
    Work: Future<Output = Result<T, Error>>,
{
    let understood = query.clone().ok();
    let outcome = allowed(|authorized| work(authorized, query)).await;
    outcome.map_err(|Failure(error)| AddressFailure(Refusal { error, query: understood }))
}

/// The session's cookie on an unencrypted connection.
pub(crate) const SESSION: &str = "session";
/// The session's cookie on an encrypted connection. Browsers accept the prefix only from the host itself over TLS, so
/// neither another host of the domain nor an unencrypted response can plant a session.
pub(crate) const ENCRYPTED_SESSION: &str = "__Host-session";

/// Whether the visitor's connection is encrypted. The middleware adds it to the request's extensions. If it is, cookies
/// are `Secure`.
#[derive(Clone, Copy, Debug)]
pub struct Encrypted(pub bool);

/// The token in the session's cookie.
#[derive(Clone, Debug)]
pub struct SessionToken(Option<String>);

pub(crate) fn session_cookie(encrypted: Encrypted) -> &'static str {
    if encrypted.0 { ENCRYPTED_SESSION } else { SESSION }
}

impl SessionToken {
    /// Reads the token from a request's headers, from the cookie that fits the connection.
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
