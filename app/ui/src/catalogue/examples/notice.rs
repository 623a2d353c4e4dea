use leptos::prelude::*;
use ui::notice::Notice;

pub fn example() -> AnyView {
    view! {
        <div class="stack">
            <Notice title="No hive matches.">"Clear a filter or " <a href="/ui">"show all"</a> "."</Notice>
            <Notice title="The database is unavailable." failed=true>
                <a href="/ui">"Try again"</a>
            </Notice>
        </div>
    }
    .into_any()
}
