use leptos::prelude::*;
use ui::toast::Toast;

// In a page: expect_context::<Toaster>().say("Three hives were fed.")
pub fn example() -> AnyView {
    view! { <Toast message="Three hives were fed." on_close=|| ()/> }.into_any()
}
