use leptos::prelude::*;
use ui::toast::Toast;

// In a page: expect_context::<Toaster>().say("The credit was set to 500.00 EUR.")
pub fn example() -> AnyView {
    view! { <Toast message="The credit was set to 500.00 EUR." on_close=|| ()/> }.into_any()
}
