//! A form whose fields go into the page's address.

use leptos::{ev::SubmitEvent, html, prelude::*};

/// A GET form. Without JavaScript the browser sends it; with it, the application goes on without loading the
/// page anew, and leaves empty fields out of the address.
#[component]
pub fn QueryForm(
    /// The path of the page.
    #[prop(into)]
    action: String,
    /// What else the address says, beside the form's own fields.
    #[prop(optional)]
    kept: Vec<(&'static str, String)>,
    /// A class for its layout.
    #[prop(optional)]
    class: &'static str,
    /// Whether it is a search, for screen readers.
    #[prop(optional)]
    search: bool,
    /// Whether a changed field sends it at once (with JavaScript).
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
            send_early(&form);
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
                .collect_view()}
            {children()}
        </form>
    }
}

/// The address that a form asks for, without its empty fields.
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

/// How long a date may rest before its form is sent: while its year is typed it is a date after each digit.
#[cfg(feature = "hydrate")]
const REST: std::time::Duration = std::time::Duration::from_millis(700);

/// Sends the form of a field that changed; a line of text waits for Enter or the button.
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
                    // Whoever is still typing has changed it meanwhile. Years before 1000 are years half typed.
                    if input.value() == value && !value.starts_with('0') && input.is_connected() {
                        let _ = form.request_submit();
                    }
                },
                REST,
            );
        }
        _ => drop(form.request_submit()),
    }
}

#[cfg(not(feature = "hydrate"))]
fn send(_: &leptos::ev::Event) {}

/// Sends a form in which something was chosen before the application was there.
#[cfg(feature = "hydrate")]
fn send_early(form: &web_sys::HtmlFormElement) {
    // What was typed, a date too, waits for more: it may be typed still.
    let chosen = "select:has([selected]) option:checked:not([selected]), \
                  input:checked:not([checked]), input[checked]:not(:checked)";
    if form.query_selector(chosen).is_ok_and(|chosen| chosen.is_some()) {
        let _ = form.request_submit();
    }
}

#[cfg(not(feature = "hydrate"))]
fn send_early(_: &leptos::web_sys::HtmlFormElement) {}
