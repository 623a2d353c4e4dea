use ui::{field::Checkbox, popover::Popover};
use leptos::prelude::*;

pub fn example() -> AnyView {
    view! {
        <Popover label="Choice" id="choice-popover">
            <Checkbox label="Company" name="column" value="company" checked=true/>
        </Popover>
    }
    .into_any()
}
