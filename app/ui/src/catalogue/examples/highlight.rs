use leptos::prelude::*;
use ui::highlight::Highlight;
use values::fold::fold;

pub fn example() -> AnyView {
    view! { <p><Highlight text="ТОВ Київська пошта".to_owned() needle=fold("КИЇВ")/></p> }.into_any()
}
