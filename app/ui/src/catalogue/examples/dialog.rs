use leptos::prelude::*;
use ui::dialog::{Dialog, DialogClose};

pub fn example() -> AnyView {
    view! {
        <Dialog button="Top up 1,000.00 EUR" title="Top up this account?" id="top-up">
            <p>"1,000.00 EUR are added to the balance."</p>
            <div class="dialog-buttons">
                <DialogClose dialog="top-up"/>
                <DialogClose dialog="top-up" label="Top up 1,000.00 EUR"/>
            </div>
        </Dialog>
    }
    .into_any()
}
