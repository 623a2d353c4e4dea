use leptos::prelude::*;
use ui::pager::Pager;
use values::{Paging, paging::PageSizes};

pub fn example() -> AnyView {
    let sizes = PageSizes { offered: &[10, 20, 50], default: 10 };
    view! {
        <Pager
            path="/ui"
            kept=vec![("q", "heron".to_owned())]
            paging=Paging::first(sizes).at(2)
            sizes
            total=971
        />
    }
    .into_any()
}
