//! Shared components. They belong to no feature: a page passes data and addresses as properties. `/ui` shows each
//! component with its source code.
//!
//! - [`amount`]: money in a cell
//! - `catalogue`: examples of all components, on the server only
//! - [`chart`]: charts of lines and bars
//! - [`dialog`]: modal dialogs
//! - [`field`]: labelled inputs, selects and checkboxes, with hint and error; [`initial`]: their first values
//! - [`form`]: a form that changes something
//! - [`highlight`]: text with marked matches
//! - [`list_page`]: the page of a list
//! - [`loading`]: shows an answer of the server once it is there; [`server_query`]: fetches it
//! - [`notice`]: empty, not found, failed
//! - [`page_title`]: the title of the browser's window
//! - [`pager`]: the pages of a list
//! - [`popover`]: content that opens beside its button
//! - [`query_form`]: a form that changes the page's address
//! - [`search_box`]: a search field with its button
//! - [`selection`]: checkboxes to select rows
//! - [`signals`]: reads signals that may be disposed, and the query string of the address
//! - [`table`]: tables with sortable columns and linked rows
//! - [`tabs`]: tabs with addresses of their own
//! - [`toast`]: short messages

pub mod amount;
#[cfg(feature = "ssr")]
pub mod catalogue;
pub mod chart;
pub mod dialog;
pub mod field;
pub mod form;
pub mod highlight;
pub mod initial;
pub mod list_page;
pub mod loading;
pub mod notice;
pub mod page_title;
pub mod pager;
pub mod popover;
pub mod query_form;
pub mod search_box;
pub mod selection;
pub mod server_query;
pub mod signals;
pub mod table;
pub mod tabs;
pub mod toast;

// The catalogue's examples are written as in a page.
extern crate self as ui;
