use leptos::prelude::*;
use ui::{query_form::QueryForm, search_box::SearchBox};

pub fn example() -> AnyView {
    view! {
        <QueryForm action="/ui" search=true>
            <SearchBox label="Component search" name="q" placeholder="Name of a component"/>
        </QueryForm>
    }
    .into_any()
}
