use ui::dialog::{Dialog, DialogClose};
use leptos::prelude::*;

pub fn example() -> AnyView {
    view! {
        <Dialog button="Top up 1,000.00 EUR" title="Top up this account?" id="top-up">
            <p>"1,000.00 EUR are booked on client 101040."</p>
            <div class="dialog-buttons">
                <DialogClose dialog="top-up"/>
                <DialogClose dialog="top-up" label="Top up 1,000.00 EUR"/>
            </div>
        </Dialog>
    }
    .into_any()
}
