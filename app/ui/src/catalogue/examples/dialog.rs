use leptos::prelude::*;
use ui::dialog::{Dialog, DialogClose};

pub fn example() -> AnyView {
    view! {
        <Dialog button="Feed 3 hives" title="Feed these hives?" id="feed">
            <p>"Each gets a kilogram of sugar."</p>
            <div class="dialog-buttons">
                <DialogClose dialog="feed"/>
                <DialogClose dialog="feed" label="Feed 3 hives"/>
            </div>
        </Dialog>
    }
    .into_any()
}
