//! Answers the form of the column choice without JavaScript. Native only.

use super::columns;
use crate::{
    cookies,
    frame::forms::{Form, back},
};
use axum::{
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use domain::clients::query::Sort;

/// `POST /clients/columns`: remembers the ticked columns and redirects to the table.
pub async fn choose_columns(headers: HeaderMap, Form(ticked): Form<Vec<(String, String)>>) -> Response {
    let hidden: Vec<Sort> = Sort::ALL
        .iter()
        .copied()
        .filter(|column| !ticked.iter().any(|(name, word)| name == "column" && word == column.word()))
        .collect();
    let mut response = back(&headers, "/clients").into_response();
    cookies::set(&mut response, cookies::HIDDEN_COLUMNS, &columns::remembered(&hidden));
    response
}
