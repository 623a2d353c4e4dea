//! An error on its way to the visitor: it sets the status and the text of the response.

#[cfg(feature = "ssr")]
mod native;

use crate::response_status::set_status_of;
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};
use std::fmt::Debug;
use values::{answer::Refusal, error::Error, paging::ListQuery};

/// The error of a route or server function. It is serialized as its [`Error`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error(transparent)]
#[serde(transparent)]
pub struct Failure(pub Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

/// The error of a server function that parses the address of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AddressFailure<Query>(pub Refusal<Query>);

impl<Query> From<AddressFailure<Query>> for Refusal<Query> {
    fn from(AddressFailure(refusal): AddressFailure<Query>) -> Self {
        refusal
    }
}

impl<Query: ListQuery + Debug> FromServerFnError for AddressFailure<Query> {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(Failure::from_server_fn_error(error).0.into())
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
        // The function didn't run, so nothing else has set the status.
        set_status_of(&error);
        Self(error)
    }
}
