//! Who sends a request. Native only.
//!
//! The database is reached through [`Visitor::allow`] alone, so that code that forgets to ask for a
//! permission has nothing to work with.

use super::{
    Permission, SignedIn,
    store::{self, Actor},
    throttle::Throttle,
};
use crate::{
    client::finance::booking::{Author, Bookings},
    clients::index::Directory,
    database::Database,
    error::Error,
    export::Downloads,
    gateway::{caller::Calls, kannel::callback::Callbacks},
    values::Money,
};
use http::{HeaderValue, StatusCode, header::RETRY_AFTER, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use tokio_util::sync::CancellationToken;

/// What the application works with.
#[derive(Clone, Debug)]
pub struct Services {
    /// The database.
    pub database: Database,
    /// The index of its clients.
    pub directory: Directory,
    /// The way into the ledger.
    pub bookings: Bookings,
    /// Slows down guessing of passwords.
    pub throttle: Throttle,
    /// How often programs call.
    pub calls: Calls,
    /// The way of Kannel's delivery reports.
    pub callbacks: Callbacks,
    /// How many files each administrator downloads.
    pub downloads: Downloads,
    /// What the operator has decided.
    pub policy: Policy,
    /// Cancelled when the server is about to stop: whatever would go on for long ends then.
    pub stopping: CancellationToken,
}

/// What the operator has decided, by settings.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Larger amounts are shown back before they are booked.
    pub confirm_above: Money,
    /// Whether there is a mail server to hand mails to.
    pub sends_mail: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self { confirm_above: Money(10_000_000), sends_mail: false }
    }
}

impl Services {
    /// What works with a database. The task that books begins with it, so it is made within a runtime.
    #[must_use]
    pub fn new(database: Database, policy: Policy) -> Self {
        Self {
            directory: Directory::new(database.clone()),
            bookings: Bookings::start(database.clone()),
            throttle: Throttle::default(),
            calls: Calls::default(),
            callbacks: Callbacks::start(database.clone()),
            downloads: Downloads::default(),
            database,
            policy,
            stopping: CancellationToken::new(),
        }
    }
}

/// Whoever sends a request. The server's middleware puts it into the request's extensions.
#[derive(Clone, Debug)]
pub struct Visitor {
    administrator: Option<store::Administrator>,
    address: String,
    services: Services,
}

/// A visitor who was allowed to do what they ask for.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who it is.
    pub administrator: store::Administrator,
    /// The network address that the request came from.
    pub address: String,
    /// What the application works with.
    pub services: Services,
}

impl Caller {
    /// Who it is, for the audit record.
    #[must_use]
    pub fn actor(&self) -> Actor<'_> {
        Actor { administrator: Some(self.administrator.id), login: &self.administrator.login, address: &self.address }
    }

    /// Who it is, for what is booked and changed.
    #[must_use]
    pub fn author(&self) -> Author {
        Author {
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

    /// The way in: the caller, when they are signed in and their role includes the permission.
    pub fn allow(&self, permission: Permission) -> Result<Caller, Error> {
        let administrator = self.administrator.clone().ok_or(Error::SignInRequired)?;
        if !administrator.role.allows(permission) {
            return Err(Error::Forbidden);
        }
        Ok(Caller { administrator, address: self.address.clone(), services: self.services.clone() })
    }

    /// Who is signed in.
    #[must_use]
    pub fn signed_in(&self) -> Option<SignedIn> {
        let administrator = self.administrator.as_ref()?;
        Some(SignedIn { login: administrator.login.clone(), role: administrator.role })
    }

    /// For programs, which show a token of their own instead.
    pub(crate) fn services_for_gateway(&self) -> (&Services, &str) {
        (&self.services, &self.address)
    }

    /// For signing in and out, which everybody may try.
    pub(super) fn services_for_signing_in(&self) -> (&Services, &str, Option<&store::Administrator>) {
        (&self.services, &self.address, self.administrator.as_ref())
    }
}

/// Runs the work of a server function for a visitor who may ask for it, and gives the answer the status
/// that belongs to its outcome.
pub async fn allowed<T, Work>(permission: Permission, work: impl FnOnce(Caller) -> Work) -> Result<T, Error>
where
    Work: Future<Output = Result<T, Error>>,
{
    let visitor = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Visitor>().cloned());
    let outcome = match visitor.ok_or(Error::SignInRequired).and_then(|visitor| visitor.allow(permission)) {
        Ok(caller) => work(caller).await,
        Err(refusal) => Err(refusal),
    };
    if let Err(error) = &outcome {
        set_status(error.status());
        if let (Error::Starting { .. }, Some(response)) = (error, use_context::<ResponseOptions>()) {
            response.insert_header(RETRY_AFTER, HeaderValue::from_static("1"));
        }
    }
    outcome
}

/// Gives the answer under way a status.
pub fn set_status(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}
