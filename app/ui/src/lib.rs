//! Shared components. They belong to no feature: a page passes data and addresses as properties. `/ui` shows each
//! component with its source code.
//!
//! - [`amount`]: money in a cell
//! - `catalogue`: examples of all components, on the server only; listed at the end of this file
//! - [`chart`]: charts of lines and bars
//! - [`chips`]: the filters that are set, each with a link that removes it
//! - [`copy`]: copies a text to the clipboard
//! - [`dialog`]: modal dialogs, also with addresses of their own
//! - [`field`]: labelled inputs, selects and checkboxes, with hint and error; [`initial`]: their first values
//! - [`focus`]: puts the focus back when the focused element is gone
//! - [`form`]: a form that changes something
//! - [`highlight`]: text with marked matches
//! - [`icon`]: icons beside texts
//! - [`keys`]: the keys of a page, and the dialog that lists them
//! - [`list_page`]: the page of a list
//! - [`loading`]: shows an answer of the server once it is there; [`server_query`]: fetches it
//! - [`notice`]: empty, not found, failed
//! - [`page_title`]: the title of the browser's window
//! - [`pager`]: the pages of a list
//! - [`period_picker`]: the choice of a period
//! - [`popover`]: content that opens beside its button
//! - [`query_form`]: a form that changes the page's address
//! - [`rows`]: rows that open with a click, and going back to them
//! - [`search_box`]: a search field with its button
//! - [`selection`]: checkboxes to select rows
//! - [`sign_in_again`]: the dialog that signs in again when a session has ended; `session`: what waits for it
//! - [`signals`]: reads signals that may be disposed, and the query string of the address
//! - [`table`]: tables with sortable columns and linked rows
//! - [`tabs`]: tabs with addresses of their own
//! - [`toast`]: short messages
//! - [`unsaved`]: asks before typed text is lost
//! - [`views`]: lists of views

pub mod amount;
pub mod chart;
pub mod chips;
pub mod copy;
pub mod dialog;
pub mod field;
pub mod focus;
pub mod form;
pub mod highlight;
pub mod icon;
pub mod initial;
pub mod keys;
pub mod list_page;
pub mod loading;
pub mod notice;
pub mod page_title;
pub mod pager;
pub mod period_picker;
pub mod popover;
pub mod query_form;
pub mod rows;
pub mod search_box;
pub mod selection;
pub mod server_query;
#[cfg(feature = "hydrate")]
mod session;
pub mod sign_in_again;
pub mod signals;
pub mod table;
pub mod tabs;
pub mod toast;
pub mod unsaved;
pub mod views;

// The catalogue's examples are written as in a page.
extern crate self as ui;

/// Defines the catalogue at `/ui` from its examples: files of `catalogue/examples/`, with their titles. The list is
/// here, beside the modules, so that a new component is added to one file.
macro_rules! catalogue {
    ($($module:ident: $title:literal),+ $(,)?) => {
        #[cfg(feature = "ssr")]
        pub mod catalogue {
            //! Examples of each shared component, with their source code. Only the server compiles them.

            mod examples {
                $(pub mod $module;)+
            }

            /// An example: its title, its view, and its source code.
            pub type Example = (&'static str, fn() -> leptos::prelude::AnyView, &'static str);

            /// The examples, in the order of the page.
            pub const EXAMPLES: &[Example] = &[$((
                $title,
                examples::$module::example,
                include_str!(concat!("catalogue/examples/", stringify!($module), ".rs")),
            ),)+];
        }
    };
}

catalogue! {
    table: "Table",
    pager: "Pager",
    search_box: "Search box",
    chips: "Filter chips",
    field: "Field, text, select, checkbox",
    form: "Form",
    selection: "Ticked rows",
    tabs: "Tabs",
    loading: "Loading",
    dialog: "Dialog",
    address_dialog: "Dialog with an address",
    popover: "Popover",
    period_picker: "Period",
    toast: "Toast",
    notice: "Notice",
    amount: "Amount",
    copy: "Copy",
    highlight: "Highlight",
    icon: "Icon",
    chart: "Chart",
    chart_of_bars: "Chart of bars",
}
