//! The server writes an error into its response.

use super::Failure;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header::RETRY_AFTER};
use values::Error;

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
