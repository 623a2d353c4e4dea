use ui::tabs::{Tab, Tabs};
use leptos::prelude::*;

pub fn example() -> AnyView {
    let tab = |label, address: &str, open: bool| Tab { label, address: address.to_owned(), open: Signal::stored(open) };
    let tabs = vec![tab("Bees", "/ui#bees", true), tab("Flowers", "/ui#flowers", false)];
    view! {
        <Tabs name="Example" panel="bees" tabs/>
        <div id="bees" role="tabpanel" aria-label="Bees">
            "What the open tab shows."
        </div>
    }
    .into_any()
}
