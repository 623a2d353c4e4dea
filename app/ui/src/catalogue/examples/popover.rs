use leptos::prelude::*;
use ui::{field::Checkbox, popover::Popover};

pub fn example() -> AnyView {
    view! {
        <Popover label="Choice" id="choice-popover">
            <Checkbox label="Company" name="column" value="company" checked=true/>
        </Popover>
    }
    .into_any()
}
