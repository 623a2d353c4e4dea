use leptos::prelude::*;
use ui::{field::{Checkbox, Field}, form::PostForm};
use values::{error::Error, form_answer::FormAnswer};

/// The answer to a refused form, for a page without JavaScript.
fn refused() -> FormAnswer {
    FormAnswer {
        form: "refund".to_owned(),
        typed: vec![("amount".to_owned(), "1,234".to_owned())],
        outcome: Err(Error::refused("amount", "This could be 1234 or 1.234: type 1234 or 1.2340.")),
    }
}

pub fn example() -> AnyView {
    let on_done = Callback::new(|_done: String| ());
    view! {
        <PostForm action="/ui".to_owned() id="payment" title="A form" key="0123456789abcdef".to_owned() on_done>
            <Field label="Amount" name="amount" hint="EUR. Added to the balance." inputmode="decimal"/>
            <Checkbox label="Notify customer" name="notify"/>
            <button type="submit" class="primary">
                "Save"
            </button>
        </PostForm>
        <PostForm
            action="/ui".to_owned()
            id="refund"
            title="A form that was refused"
            key="fedcba9876543210".to_owned()
            answer=Some(refused())
            on_done
        >
            <Field label="Amount" name="amount" value="1,234" inputmode="decimal"/>
            <button type="submit" class="primary">
                "Save"
            </button>
        </PostForm>
    }
    .into_any()
}
