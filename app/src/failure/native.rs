//! The server writes an error into its response.

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
