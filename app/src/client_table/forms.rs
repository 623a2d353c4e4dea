//! Answers the form of columns and row height without JavaScript. Native only.

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

/// `POST /clients/columns`: remembers the ticked columns and the rows' height, and redirects to the table.
pub async fn choose_columns(headers: HeaderMap, Form(ticked): Form<Vec<(String, String)>>) -> Response {
    let hidden: Vec<Sort> = Sort::ALL
        .iter()
        .copied()
        .filter(|column| !ticked.iter().any(|(name, word)| name == "column" && word == column.word()))
        .collect();
    let compact = ticked.iter().any(|(name, _)| name == "density");
    let mut response = back(&headers, "/clients").into_response();
    cookies::set(&mut response, cookies::HIDDEN_COLUMNS, &columns::remembered(&hidden));
    cookies::set(&mut response, cookies::DENSITY, if compact { cookies::COMPACT } else { "" });
    response
}
