use leptos::prelude::*;
use ui::{server_query::ServerQuery, loading::Loading};

pub fn example() -> AnyView {
    let bees = ServerQuery::answered(&Ok("The bees are here.".to_owned()));
    view! { <Loading of=bees show=|bees| bees.unwrap_or_default().into_any()/> }.into_any()
}
