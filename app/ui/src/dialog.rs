//! A question that must be answered before anything else.

use leptos::prelude::*;

/// A button that opens a dialog over the page: the browser's own `<dialog>`, which keeps the focus inside,
/// closes with Escape and works before the WASM and without it.
///
/// The children are the dialog's text and its form; a button that closes it without more is
/// [`DialogClose`].
#[component]
pub fn Dialog(
    /// The text of the button that opens it.
    #[prop(into)]
    button: String,
    /// The dialog's heading.
    #[prop(into)]
    title: String,
    /// An id of its own on the page.
    id: &'static str,
    /// Text and form.
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

/// Closes the dialog it stands in.
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
