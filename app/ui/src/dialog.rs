//! Modal dialogs: [`Dialog`] for a short choice, and [`AddressDialog`] for a form that has an address.

use crate::{
    icon::{Icon, Symbol},
    signals::{OrDefault as _, UntrackedOrDefault as _, use_query_string},
    views::CollectAny as _,
};
use leptos::{ev::SubmitEvent, html, prelude::*};
use leptos_router::hooks::{use_location, use_navigate};
use values::address::replaced;

/// A button that opens a modal dialog. It is the browser's own `<dialog>`, which traps the focus, closes on Escape and
/// works without JavaScript.
///
/// The children are the dialog's text and its form. [`DialogClose`] is a button that only closes it.
#[component]
pub fn Dialog(
    /// The text of the button that opens it.
    #[prop(into)]
    button: String,
    /// The dialog's heading.
    #[prop(into)]
    title: String,
    /// An id that is unique on the page.
    id: &'static str,
    /// The text and the form.
    children: Children,
) -> impl IntoView {
    let title_id = format!("{id}-title");
    let labelled_by = title_id.clone();
    view! {
        <button type="button" command="show-modal" commandfor=id>
            {button}
        </button>
        <dialog id=id aria-labelledby=labelled_by>
            <h2 id=title_id>{title}</h2>
            {children()}
        </dialog>
    }
}

/// A button that closes a dialog.
#[component]
pub fn DialogClose(
    /// The dialog's id.
    dialog: &'static str,
    /// The button's text.
    #[prop(default = "Cancel".to_owned(), into)]
    label: String,
) -> impl IntoView {
    view! {
        <button type="button" command="close" commandfor=dialog>
            {label}
        </button>
    }
}

/// The id of the form that opens dialogs.
const OPENER: &str = "open-dialog";

/// The form behind all [`OpenDialog`] buttons of a page, which it has once. It adds the button's part to the address.
#[component]
pub fn AddressDialogs(
    /// The parts of the address that belong to dialogs. Opening one drops the others.
    parts: &'static [&'static str],
) -> impl IntoView {
    let (path, query) = (use_location().pathname, use_query_string());
    let kept = move || query.with_or_default(|query| replaced(query, parts, &[]));
    let fields = move || {
        values::address::parts(&kept())
            .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
            .collect_any()
    };
    let open = opener(parts);
    view! {
        <form id=OPENER method="get" action=move || path.get_or_default() hidden on:submit=open>
            {fields}
        </form>
    }
}

/// A button that opens the [`AddressDialog`] of a part of the address. Its id is the part and the value: `form-feed`.
#[component]
pub fn OpenDialog(
    /// The name of the part.
    part: &'static str,
    /// Its value.
    #[prop(into)]
    value: String,
    /// The text of the button.
    #[prop(into)]
    label: String,
    /// The icon before it.
    #[prop(optional)]
    icon: Option<Symbol>,
    /// A CSS class.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            form=OPENER
            id=format!("{part}-{value}")
            name=part
            value=value
            class=class
            aria-haspopup="dialog"
        >
            {icon.map(|of| view! { <Icon of/> })}
            {label}
        </button>
    }
}

/// A dialog that is open while it is on the page, which its address decides. So it survives a reload, and the browser's
/// Back closes it, as Escape does. Without JavaScript it is a part of the page.
///
/// It has no heading of its own: that of the form in it is enough. [`DialogLeave`] is a link that closes it.
#[component]
pub fn AddressDialog(
    /// The label for screen readers.
    #[prop(into)]
    label: String,
    /// The address without the dialog.
    #[prop(into)]
    back: String,
    /// The id of the [`OpenDialog`] button, or of another element, which gets the focus when the dialog closes.
    #[prop(into)]
    opener: Signal<String>,
    /// The form.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            platform::show(dialog, platform::FRAMES);
        }
    });
    on_cleanup(move || {
        if let Some(dialog) = dialog.try_get_untracked().flatten() {
            platform::hide(&dialog, &opener.get_untracked_or_default());
        }
    });
    let leave = leave_to(back);
    let closed = move |_| {
        if dialog.try_get_untracked().flatten().is_some_and(|dialog| !dialog.open()) {
            leave.run(());
        }
    };
    view! {
        // The browser's half opens it as a modal one.
        <dialog
            id="address-dialog"
            class="address-dialog"
            open=!cfg!(feature = "hydrate")
            aria-label=label
            node_ref=dialog
            on:close=closed
        >
            {children()}
        </dialog>
    }
}

/// A link that closes an [`AddressDialog`].
#[component]
pub fn DialogLeave(
    /// The address without the dialog.
    #[prop(into)]
    back: String,
    /// The text.
    #[prop(default = "Cancel".to_owned(), into)]
    label: String,
) -> impl IntoView {
    let leave = leave_to(back.clone());
    let leave = move |event: leptos::ev::MouseEvent| {
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            leave.run(());
        }
    };
    view! {
        <a class="button" href=back on:click=leave>
            {label}
        </a>
    }
}

/// Closes an [`AddressDialog`]: goes back to the page that it was opened from, or replaces its address by this one.
#[must_use]
pub fn leave_to(back: String) -> Callback<()> {
    let navigate = use_navigate();
    Callback::new(move |()| platform::leave(&back, &navigate))
}

/// Opens the dialog of the pressed button.
fn opener(parts: &'static [&'static str]) -> impl Fn(SubmitEvent) + 'static {
    let (path, query) = (use_location().pathname, use_query_string());
    let navigate = use_navigate();
    move |event| {
        if let Some((part, value)) = platform::pressed(&event) {
            event.prevent_default();
            let query = replaced(&query.get_untracked_or_default(), parts, &[(&part, &value)]);
            platform::enter(&(path.get_untracked_or_default() + &query), &navigate);
        }
    }
}

#[cfg(feature = "hydrate")]
mod platform {
    use leptos::{ev::SubmitEvent, prelude::*};
    use leptos_router::{NavigateOptions, location::State};
    use wasm_bindgen::{JsCast as _, JsValue};
    use web_sys::{HtmlDialogElement, HtmlElement};

    /// Marks an entry of the browser's history whose dialog was opened from the entry before it.
    const OPENED_HERE: &str = "dialog";

    pub fn pressed(event: &SubmitEvent) -> Option<(String, String)> {
        let button = event.submitter()?;
        Some((button.get_attribute("name")?, button.get_attribute("value")?))
    }

    pub fn enter(address: &str, navigate: &impl Fn(&str, NavigateOptions)) {
        let state = State::new(Some(JsValue::from_str(OPENED_HERE)));
        navigate(address, NavigateOptions { scroll: false, state, ..Default::default() });
    }

    pub fn leave(back: &str, navigate: &impl Fn(&str, NavigateOptions)) {
        let history = window().history().ok();
        let opened_here = |history: &web_sys::History| {
            history.state().ok().and_then(|state| state.as_string()).as_deref() == Some(OPENED_HERE)
        };
        match history.filter(opened_here) {
            Some(history) => drop(history.back()),
            None => navigate(back, NavigateOptions { scroll: false, replace: true, ..Default::default() }),
        }
    }

    /// The most frames to wait until a dialog is on the page.
    pub const FRAMES: u8 = 60;

    /// Shows the dialog as a modal one once it is on the page. What was typed before hydration keeps the focus.
    pub fn show(dialog: HtmlDialogElement, frames: u8) {
        if !dialog.is_connected() {
            if frames > 0 {
                request_animation_frame(move || show(dialog, frames - 1));
            }
            return;
        }
        if dialog.matches(":modal").unwrap_or_default() {
            return;
        }
        let focused = document().active_element().filter(|focused| dialog.contains(Some(focused)));
        let _ = dialog.remove_attribute("open");
        let _ = dialog.show_modal();
        if let Some(focused) = focused {
            focus(&focused);
        }
    }

    /// Closes the dialog. The focus returns to its button, or to the page if the button is gone.
    pub fn hide(dialog: &HtmlDialogElement, opener: &str) {
        dialog.close();
        let next = [opener, "content"].into_iter().find_map(|id| document().get_element_by_id(id));
        if let Some(next) = next {
            focus(&next);
        }
    }

    fn focus(element: &web_sys::Element) {
        if let Some(element) = element.dyn_ref::<HtmlElement>() {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = element.focus_with_options(&options);
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod platform {
    use leptos::{ev::SubmitEvent, web_sys::HtmlDialogElement};
    use leptos_router::NavigateOptions;

    pub fn pressed(_: &SubmitEvent) -> Option<(String, String)> {
        None
    }

    pub fn enter(_: &str, _: &impl Fn(&str, NavigateOptions)) {}

    pub fn leave(_: &str, _: &impl Fn(&str, NavigateOptions)) {}

    pub const FRAMES: u8 = 0;

    pub fn show(_: HtmlDialogElement, _: u8) {}

    pub fn hide(_: &HtmlDialogElement, _: &str) {}
}
