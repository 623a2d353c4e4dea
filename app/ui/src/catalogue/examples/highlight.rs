use leptos::prelude::*;
use ui::highlight::Highlight;
use values::needles::Needles;

pub fn example() -> AnyView {
    view! { <p><Highlight text="ТОВ Київська пошта".to_owned() needles=Needles::of("київ поштА")/></p> }.into_any()
}
