//! The parts of the application, each with the pages whose code it has.
//!
//! A function below begins a part: `scripts/bindgen/src/plan.rs` finds it by its module's name.

use crate::{
    client_page::{
        finance::page::FinancePage, general::page::GeneralPage, names::page::NamesPage, page::ClientPage,
        statistics::page::StatisticsPage,
    },
    client_table::page::ClientsPage,
    frame::part::Page,
    name_queue::page::QueuePage,
    search::{dialog::SearchDialog, page::SearchPage},
};

macro_rules! parts {
    ($($part:ident { $($page:ident $begin:ident $component:ident)+ })+) => {$(
        mod $part {
            use leptos::prelude::*;
            $(
                #[inline(never)]
                pub fn $begin() -> AnyView {
                    view! { <super::$component/> }.into_any()
                }
            )+
        }
        $(
            #[doc = concat!("[`", stringify!($component), "`]")]
            pub const $page: Page = Page { part: stringify!($part), view: $part::$begin };
        )+
    )+};
}

parts! {
    clients { CLIENTS page ClientsPage }
    client { CLIENT page ClientPage GENERAL general GeneralPage FINANCE finance FinancePage }
    statistics { STATISTICS page StatisticsPage }
    names { NAMES tab NamesPage QUEUE queue QueuePage }
    search { SEARCH page SearchPage SEARCH_DIALOG dialog SearchDialog }
}
