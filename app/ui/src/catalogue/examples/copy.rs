use leptos::prelude::*;
use ui::copy::Copy;

pub fn example() -> AnyView {
    view! {
        <p>
            "380671234567" <Copy text="380671234567" what="login"/>
        </p>
    }
    .into_any()
}
