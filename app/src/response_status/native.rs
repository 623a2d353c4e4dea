//! Writes the status into the response under way.

use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use values::Error;

/// Sets the status and the headers of the current response to those of an error.
pub fn set_status_of(error: &Error) {
    set_status(error.status());
    if let (Error::Starting { .. }, Some(response)) = (error, use_context::<ResponseOptions>()) {
        response.insert_header(RETRY_AFTER, HeaderValue::from_static("1"));
    }
}

/// Sets the status of the current response to 404.
pub fn set_not_found() {
    set_status(StatusCode::NOT_FOUND);
}

fn set_status(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}
