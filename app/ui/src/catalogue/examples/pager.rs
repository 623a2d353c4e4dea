use ui::pager::Pager;
use leptos::prelude::*;

pub fn example() -> AnyView {
    view! {
        <Pager
            path="/ui"
            kept=vec![("q", "heron".to_owned())]
            page=2
            per_page=10
            sizes=&[10, 20, 50]
            total=971
            address=|page| format!("/ui?q=heron&page={page}")
        />
    }
    .into_any()
}
