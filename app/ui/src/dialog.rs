//! Modal dialogs.

use leptos::prelude::*;

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
