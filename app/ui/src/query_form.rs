//! A form whose fields become the page's query string.

use crate::views::CollectAny as _;
use leptos::{ev::SubmitEvent, html, prelude::*};

/// A GET form. With JavaScript the application navigates without reloading the page, and leaves empty fields out of the
/// address. Without it the browser sends the form.
#[component]
pub fn QueryForm(
    /// The path of the page.
    #[prop(into)]
    action: String,
    /// The other parts of the address, which stay as they are.
    #[prop(optional)]
    kept: Vec<(&'static str, String)>,
    /// A CSS class for its layout.
    #[prop(optional)]
    class: &'static str,
    /// Whether it is a search form, for screen readers.
    #[prop(optional)]
    search: bool,
    /// Whether a changed field sends it at once. Needs JavaScript.
    #[prop(optional)]
    at_once: bool,
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    let navigate = leptos_router::hooks::use_navigate();
    let path = action.clone();
    let submit = move |event: SubmitEvent| {
        if let Some(address) = typed_address(&event, &path) {
            event.prevent_default();
            navigate(&address, leptos_router::NavigateOptions { scroll: false, ..Default::default() });
        }
    };
    let form = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        if at_once && let Some(form) = form.get() {
            send_if_changed(&form);
        }
    });
    view! {
        <form
            node_ref=form
            method="get"
            action=action
            class=class
            role=search.then_some("search")
            on:submit=submit
            on:change=move |event| {
                if at_once {
                    send(&event);
                }
            }
        >
            {kept
                .into_iter()
                .map(|(name, value)| view! { <input type="hidden" name=name value=value.clone() prop:value=value/> })
                .collect_any()}
            {children()}
        </form>
    }
}

/// The address with the form's fields, without empty ones.
#[cfg(feature = "hydrate")]
fn typed_address(event: &SubmitEvent, action: &str) -> Option<String> {
    use wasm_bindgen::JsCast;
    let form: web_sys::HtmlFormElement = event.target()?.dyn_into().ok()?;
    let data = web_sys::FormData::new_with_form(&form).ok()?;
    let sent = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    let sent: String = sent.to_string().into();
    let filled = form_urlencoded::parse(sent.as_bytes()).filter(|(_, value)| !value.trim().is_empty());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(filled).finish();
    Some(if query.is_empty() { action.to_owned() } else { format!("{action}?{query}") })
}

#[cfg(not(feature = "hydrate"))]
fn typed_address(_: &SubmitEvent, _: &str) -> Option<String> {
    None
}

/// The delay before a changed date is sent. While a year is typed, the value is a date after each digit.
#[cfg(feature = "hydrate")]
const DATE_DELAY: std::time::Duration = std::time::Duration::from_millis(700);

/// Sends the form of a changed field. A search field waits for Enter or the button.
#[cfg(feature = "hydrate")]
fn send(event: &leptos::ev::Event) {
    use wasm_bindgen::JsCast;
    let Some(target) = event.target() else { return };
    let input = target.dyn_ref::<web_sys::HtmlInputElement>();
    let kind = input.map(web_sys::HtmlInputElement::type_).unwrap_or_default();
    let form = target.dyn_ref::<web_sys::Element>().and_then(|element| element.closest("form").ok().flatten());
    let Some(form) = form.and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok()) else { return };
    match (kind.as_str(), input.cloned()) {
        ("search", _) => {}
        ("date", Some(input)) => {
            let value = input.value();
            set_timeout(
                move || {
                    // A changed value is still being typed, and so is a year before 1000.
                    if input.value() == value && !value.starts_with('0') && input.is_connected() {
                        let _ = form.request_submit();
                    }
                },
                DATE_DELAY,
            );
        }
        _ => drop(form.request_submit()),
    }
}

#[cfg(not(feature = "hydrate"))]
fn send(_: &leptos::ev::Event) {}

/// Sends a form in which something was chosen before hydration.
#[cfg(feature = "hydrate")]
fn send_if_changed(form: &web_sys::HtmlFormElement) {
    // Typed text and dates aren't sent, because they may be incomplete.
    let chosen = "select:has([selected]) option:checked:not([selected]), \
                  input:checked:not([checked]), input[checked]:not(:checked)";
    if form.query_selector(chosen).is_ok_and(|chosen| chosen.is_some()) {
        let _ = form.request_submit();
    }
}

#[cfg(not(feature = "hydrate"))]
fn send_if_changed(_: &leptos::web_sys::HtmlFormElement) {}
