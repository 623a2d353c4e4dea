use leptos::prelude::*;
use ui::pager::Pager;
use values::Paging;

pub fn example() -> AnyView {
    view! {
        <Pager
            path="/ui"
            kept=vec![("q", "heron".to_owned())]
            paging=Paging::new(&[10, 20, 50], 10).at(2)
            total=971
            address=|page| format!("/ui?q=heron&page={page}")
        />
    }
    .into_any()
}
