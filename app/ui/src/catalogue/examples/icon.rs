use leptos::prelude::*;
use ui::icon::{Icon, Symbol};

pub fn example() -> AnyView {
    view! {
        <a class="button" href="#"><Icon of=Symbol::Download/>"Export"</a>
        <button type="button" class="quiet" aria-label="Copy the login"><Icon of=Symbol::Copy/></button>
    }
    .into_any()
}
