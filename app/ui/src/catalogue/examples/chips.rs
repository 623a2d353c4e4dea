use leptos::prelude::*;
use ui::chips::{Chip, Chips};

pub fn example() -> AnyView {
    let chip = |label: &str| Chip { label: label.to_owned(), remove: "/ui".to_owned() };
    let chips = vec![chip("Currency: UAH"), chip("Registered from: 2024-01-05")];
    view! { <Chips chips clear="/ui".to_owned()/> }.into_any()
}
