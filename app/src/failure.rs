//! An error on its way to the visitor: it gives the answer its status and its text.

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};
use values::error::Error;

/// The error of a route or server function. It is written as its [`Error`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error(transparent)]
#[serde(transparent)]
pub struct Failure(pub Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl FromServerFnError for Failure {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let error = match error {
            ServerFnErrorErr::Args(message) | ServerFnErrorErr::MissingArg(message) => Error::bad_address("", message),
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Deserialization(_) | ServerFnErrorErr::Response(_) => {
                Error::Connection
            }
            _ => Error::Internal,
        };
        // The work didn't begin, so nothing else has given the answer its status.
        #[cfg(feature = "ssr")]
        set_status(error.status());
        Self(error)
    }
}

#[cfg(feature = "ssr")]
pub use native::{set_status, set_status_of};

#[cfg(feature = "ssr")]
mod native {
    use super::{Error, Failure};
    use axum::response::{IntoResponse, Response};
    use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;

    impl IntoResponse for Failure {
        fn into_response(self) -> Response {
            let Self(error) = self;
            let mut response = (error.status(), format!("{error}\n")).into_response();
            if matches!(error, Error::Starting { .. }) {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            response
        }
    }

    /// Sets the status of the response under way.
    pub fn set_status(status: StatusCode) {
        if let Some(response) = use_context::<ResponseOptions>() {
            response.set_status(status);
        }
    }

    /// Sets status and headers of the response under way as an error has them.
    pub fn set_status_of(error: &Error) {
        set_status(error.status());
        if let (Error::Starting { .. }, Some(response)) = (error, use_context::<ResponseOptions>()) {
            response.insert_header(RETRY_AFTER, HeaderValue::from_static("1"));
        }
    }
}
