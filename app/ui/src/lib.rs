//! Shared components. They know no feature: whatever they show comes in as properties, and every address is
//! made by the feature that uses them. `/ui` shows each of them with the lines that make it.
//!
//! - [`table`]: a table of rows with columns that sort, rows that are links
//! - [`pager`]: which rows are shown, how many, and the way to other pages
//! - [`search_box`]: one search field with its button
//! - [`field`]: labelled inputs, selects and checkboxes, with hint and error; [`initial`]: what they hold at first
//! - [`form`]: a form that changes something, once however often it is sent
//! - [`query_form`]: a form that changes the page's address
//! - [`server_query`]: an answer of the server; [`loading`]: what stands there until the answer is shown
//! - [`selection`]: rows that are ticked, to do something with all of them
//! - [`chart`]: charts of lines and bars
//! - [`page_title`]: the title of the browser's window
//! - [`tabs`]: tabs with addresses of their own
//! - [`dialog`]: a question that must be answered first; [`popover`]: what opens beside its button
//! - [`toast`]: a short message that something happened
//! - [`notice`]: empty, not found, failed
//! - [`amount`]: money in a cell; [`highlight`]: text with its matches marked
//! - `catalogue`: the living catalogue (native only)

pub mod amount;
#[cfg(feature = "ssr")]
pub mod catalogue;
pub mod chart;
pub mod dialog;
pub mod field;
pub mod form;
pub mod highlight;
pub mod initial;
pub mod loading;
pub mod notice;
pub mod page_title;
pub mod pager;
pub mod popover;
pub mod query_form;
pub mod search_box;
pub mod selection;
pub mod server_query;
pub mod table;
pub mod tabs;
pub mod toast;

// The catalogue's examples are shown as a page would write them.
extern crate self as ui;
