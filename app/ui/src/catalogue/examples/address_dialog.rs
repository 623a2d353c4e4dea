use leptos::prelude::*;
use ui::{
    dialog::{AddressDialog, AddressDialogs, DialogLeave, OpenDialog},
    field::Field,
    form::PostForm,
    signals::{OrDefault, use_query_string},
};
use values::address::typed;

pub fn example() -> AnyView {
    let address = use_query_string();
    let is_open = move || address.with_or_default(|address| typed(address, "form") == "feed");
    let on_done = Callback::new(|_done: String| ());
    view! {
        <AddressDialogs parts=&["form"]/>
        <OpenDialog part="form" value="feed" label="Feed a hive"/>
        {move || {
            is_open()
                .then(|| {
                    view! {
                        <AddressDialog label="Feed a hive" back="/ui" opener="form-feed">
                            <PostForm
                                action="/ui".to_owned()
                                id="feed-hive"
                                title="Feed a hive"
                                key=String::new()
                                on_done
                            >
                                <Field label="Sugar" name="sugar" hint="Kilograms." autofocus=true/>
                                <div class="dialog-buttons">
                                    <DialogLeave back="/ui"/>
                                    <button type="submit" class="primary">
                                        "Feed"
                                    </button>
                                </div>
                            </PostForm>
                        </AddressDialog>
                    }
                })
        }}
    }
    .into_any()
}
