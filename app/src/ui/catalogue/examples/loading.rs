use crate::ui::loading::Loading;
use leptos::prelude::*;

pub fn example() -> AnyView {
    let bees = Resource::new(|| (), async |()| "The bees are here.".to_owned());
    view! { <Loading>{move || Suspend::new(async move { bees.await })}</Loading> }.into_any()
}
