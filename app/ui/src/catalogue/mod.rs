//! The catalogue at `/ui`: examples of each shared component, with their source code.
//!
//! Only the server compiles it. A new component gets a file in `examples/` and a line in [`EXAMPLES`].

use leptos::prelude::AnyView;

/// An example: its title, its view, and its source code.
pub type Example = (&'static str, fn() -> AnyView, &'static str);

macro_rules! examples {
    ($($module:ident: $title:literal),+ $(,)?) => {
        mod examples {
            $(pub mod $module;)+
        }

        /// The examples, in the order of the page.
        pub const EXAMPLES: &[Example] = &[
            $(($title, examples::$module::example, include_str!(concat!("examples/", stringify!($module), ".rs"))),)+
        ];
    };
}

examples! {
    table: "Table",
    pager: "Pager",
    search_box: "Search box",
    field: "Field, text, select, checkbox",
    form: "Form",
    selection: "Ticked rows",
    tabs: "Tabs",
    loading: "Loading",
    dialog: "Dialog",
    popover: "Popover",
    toast: "Toast",
    notice: "Notice",
    amount: "Amount",
    highlight: "Highlight",
    chart: "Chart",
    chart_of_bars: "Chart of bars",
}
