use ui::highlight::Highlight;
use values::fold::fold;
use leptos::prelude::*;

pub fn example() -> AnyView {
    view! { <p><Highlight text="ТОВ Київська пошта".to_owned() needle=fold("КИЇВ")/></p> }.into_any()
}
