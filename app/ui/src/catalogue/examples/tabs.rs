use leptos::prelude::*;
use ui::tabs::{Tab, Tabs};

pub fn example() -> AnyView {
    let tab = |label, address: &str, open: bool| {
        let (address, open) = (Signal::stored(address.to_owned()), Signal::stored(open));
        Tab { label, address, open }
    };
    let tabs = vec![tab("Bees", "/ui#bees", true), tab("Flowers", "/ui#flowers", false)];
    view! {
        <Tabs name="Example" panel="bees" tabs/>
        <div id="bees" role="tabpanel" aria-label="Bees">
            "The content of the open tab."
        </div>
    }
    .into_any()
}
