//! Asks before typed text is lost: when a link, Back, another form or Escape would leave a form that was edited.
//!
//! A form with `method="post"` is edited while one of its fields differs from its first value, so forms need nothing
//! for this. A link within the form leaves it on purpose, as Cancel does. The browser itself asks before the tab is
//! closed. Other forms leave the page if they are GET forms, or within an element with the attribute `data-leaves`. A
//! button with `data-saves` offers to send the form with that id first.

use crate::signals::OrDefault as _;
use leptos::{html, prelude::*};

/// The question, which stands once around all pages.
#[component]
pub fn Unsaved() -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    // The button that saves first; empty without one.
    let saves = RwSignal::new(String::new());
    follow(dialog, saves);
    let answer = move |answer: Answer| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        give(answer);
    };
    view! {
        <dialog node_ref=dialog id="unsaved" aria-labelledby="unsaved-title">
            <h2 id="unsaved-title">"Discard changes?"</h2>
            <p>"Your changes aren't saved."</p>
            <div class="dialog-buttons">
                <button type="button" autofocus=true on:click=move |_| answer(Answer::Keep)>
                    "Keep editing"
                </button>
                <button type="button" on:click=move |_| answer(Answer::Discard)>
                    "Discard"
                </button>
                {move || {
                    let saves = saves.get_or_default();
                    (!saves.is_empty())
                        .then(|| {
                            view! {
                                <button type="button" class="primary" on:click=move |_| answer(Answer::Save)>
                                    {saves}
                                </button>
                            }
                        })
                }}
            </div>
        </dialog>
    }
}

/// What the person chose.
#[derive(Clone, Copy)]
enum Answer {
    Keep,
    Discard,
    Save,
}

#[cfg(feature = "hydrate")]
use browser::{follow, give};
#[cfg(feature = "hydrate")]
pub use browser::{guard_history, saved, take_next};

#[cfg(not(feature = "hydrate"))]
fn follow(_: NodeRef<html::Dialog>, _: RwSignal<String>) {}

#[cfg(not(feature = "hydrate"))]
fn give(_: Answer) {}

/// Does nothing on the server.
#[cfg(not(feature = "hydrate"))]
pub fn guard_history() {}

/// Returns the button that waits for a form to be saved, once. Only the browser has one.
#[cfg(not(feature = "hydrate"))]
#[must_use]
pub fn take_next() -> Option<String> {
    None
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::Answer;
    use js_sys::Reflect;
    use leptos::{html, prelude::*};
    use leptos_router::hooks::use_location;
    use std::cell::RefCell;
    use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
    use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, HtmlFormElement, MouseEvent, SubmitEvent};

    /// What leaves a form.
    enum Leave {
        Link(HtmlElement),
        Form(HtmlFormElement, Option<HtmlElement>),
        Back,
        Dialog(HtmlDialogElement),
    }

    type Listener = Box<dyn Fn(&Event)>;

    thread_local! {
        /// What waits for the answer.
        static LEAVE: RefCell<Option<Leave>> = const { RefCell::new(None) };
        /// The selector of a button to press when a form is saved.
        static NEXT: RefCell<Option<String>> = const { RefCell::new(None) };
        /// What Back runs first.
        static BACK: RefCell<Option<Listener>> = const { RefCell::new(None) };
    }

    /// Listens to Back and Forward. It must run before the router listens: the window calls its listeners in the order
    /// of their registration.
    pub fn guard_history() {
        listen("popstate", |event| {
            BACK.with_borrow(|back| {
                if let Some(back) = back {
                    back(event);
                }
            });
        });
    }

    fn text_of(field: &JsValue, property: &str) -> Option<String> {
        Reflect::get(field, &property.into()).ok()?.as_string()
    }

    fn fields(form: &Element) -> Vec<Element> {
        let fields = form.query_selector_all("input:not([type=hidden], [type=checkbox]), textarea").ok();
        let fields = fields.map(|fields| (0..fields.length()).filter_map(|index| fields.item(index)).collect());
        let fields: Vec<web_sys::Node> = fields.unwrap_or_default();
        fields.into_iter().filter_map(|field| field.dyn_into().ok()).collect()
    }

    /// Whether something was typed that isn't sent.
    fn is_edited(form: &Element) -> bool {
        if form.has_attribute("aria-busy") {
            return false;
        }
        let chosen = "select:has([selected]) option:checked:not([selected])";
        form.query_selector(chosen).is_ok_and(|chosen| chosen.is_some())
            || fields(form).iter().any(|field| text_of(field, "value") != text_of(field, "defaultValue"))
    }

    /// The edited forms within an element of the page, without one.
    fn edited(within: &str, except: Option<&Element>) -> Vec<HtmlFormElement> {
        let found = document().query_selector_all(&format!("{within} form[method=post]")).ok();
        let Some(found) = found else { return Vec::new() };
        let forms = (0..found.length()).filter_map(|index| found.item(index)?.dyn_into::<HtmlFormElement>().ok());
        forms.filter(|form| except.is_none_or(|except| !form.is_same_node(Some(except))) && is_edited(form)).collect()
    }

    /// Notes that what is in a form is saved.
    pub fn saved(form: &HtmlFormElement) {
        for field in fields(form) {
            if let Ok(value) = Reflect::get(&field, &"value".into()) {
                let _ = Reflect::set(&field, &"defaultValue".into(), &value);
            }
        }
    }

    /// Returns the button that waits for a form to be saved, once.
    #[must_use]
    pub fn take_next() -> Option<String> {
        NEXT.take()
    }

    /// Listens to all that leaves a form, before anything else does.
    pub fn follow(dialog: NodeRef<html::Dialog>, saves: RwSignal<String>) {
        let ask = move |event: &Event, leave: Leave, first: Option<String>| {
            event.prevent_default();
            event.stop_immediate_propagation();
            LEAVE.set(Some(leave));
            saves.set(first.unwrap_or_default());
            if let Some(dialog) = dialog.get_untracked() {
                let _ = dialog.show_modal();
            }
        };
        listen("click", move |event| {
            if let Some(link) = leaving_link(event) {
                ask(event, Leave::Link(link), None);
            }
        });
        listen("submit", move |event| {
            NEXT.set(None);
            let Some((form, button)) = leaving_form(event) else { return };
            let first = button.as_ref().and_then(|button| {
                let saves = button.get_attribute("data-saves")?;
                let is_edited = edited("", Some(&form)).iter().any(|form| form.id() == saves);
                let does = button.text_content()?.trim().to_lowercase();
                is_edited.then(|| format!("Save the changes and {does}"))
            });
            ask(event, Leave::Form(form, button), first);
        });
        listen("cancel", move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<HtmlDialogElement>().ok());
            if let Some(left) = target.filter(|left| !edited(&format!("#{}", left.id()), None).is_empty()) {
                ask(event, Leave::Dialog(left), None);
            }
        });
        let location = use_location();
        let back = move |event: &Event| {
            if edited("", None).is_empty() {
                return;
            }
            let parts = [location.pathname, location.search].map(|part| part.try_get_untracked().unwrap_or_default());
            let [path, search] = parts;
            let mark = if search.is_empty() { "" } else { "?" };
            if let Ok(history) = window().history() {
                let address = format!("{path}{mark}{search}");
                let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&address));
            }
            ask(event, Leave::Back, None);
        };
        BACK.set(Some(Box::new(back)));
        listen("beforeunload", |event| {
            if !edited("", None).is_empty() {
                event.prevent_default();
            }
        });
    }

    /// Listens as long as the page is open.
    fn listen(kind: &str, handle: impl Fn(&Event) + 'static) {
        let closure = Closure::<dyn Fn(Event)>::new(move |event: Event| handle(&event));
        let function = closure.as_ref().unchecked_ref();
        let _ = window().add_event_listener_with_callback_and_bool(kind, function, true);
        closure.forget();
    }

    /// The link of a click that would leave an edited form.
    fn leaving_link(event: &Event) -> Option<HtmlElement> {
        let click = event.dyn_ref::<MouseEvent>()?;
        if click.button() != 0 || click.ctrl_key() || click.meta_key() || click.shift_key() || click.alt_key() {
            return None;
        }
        let link =
            click.target()?.dyn_into::<Element>().ok()?.closest("a[href^='/']:not([download], [target])").ok()??;
        // A link within an edited form discards it.
        let (own, left): (Vec<_>, Vec<_>) = edited("", None).into_iter().partition(|form| form.contains(Some(&link)));
        if !left.is_empty() {
            return link.dyn_into().ok();
        }
        own.iter().for_each(HtmlFormElement::reset);
        None
    }

    /// The form that would leave another form, which is edited, and its button.
    fn leaving_form(event: &Event) -> Option<(HtmlFormElement, Option<HtmlElement>)> {
        let form = event.target()?.dyn_into::<HtmlFormElement>().ok()?;
        let leaves = form.method() == "get" || form.closest("[data-leaves]").ok()?.is_some();
        let button = event.dyn_ref::<SubmitEvent>().and_then(SubmitEvent::submitter);
        (leaves && !edited("", Some(&form)).is_empty()).then_some((form, button))
    }

    pub fn give(answer: Answer) {
        let Some(leave) = LEAVE.take() else { return };
        match (answer, leave) {
            // A choice that wasn't sent isn't what the list shows.
            (Answer::Keep, Leave::Form(form, _)) if form.method() == "get" => form.reset(),
            (Answer::Keep, _) => {}
            (Answer::Discard, Leave::Link(link)) => {
                reset("", None);
                link.click();
            }
            (Answer::Discard, Leave::Form(form, button)) => {
                reset("", Some(&form));
                let _ = form.request_submit_with_submitter(button.as_ref());
            }
            (Answer::Discard, Leave::Back) => {
                reset("", None);
                let _ = window().history().and_then(|history| history.back());
            }
            (Answer::Discard, Leave::Dialog(dialog)) => {
                reset(&format!("#{}", dialog.id()), None);
                dialog.close();
            }
            (Answer::Save, leave) => save_first(&leave),
        }
    }

    fn reset(within: &str, except: Option<&Element>) {
        for form in edited(within, except) {
            form.reset();
        }
    }

    /// Sends the form that the button names. Its page presses the button when it is saved: see [`take_next`].
    fn save_first(leave: &Leave) {
        let Leave::Form(form, Some(button)) = leave else { return };
        let found = button.get_attribute("data-saves").and_then(|id| document().get_element_by_id(&id));
        let value = button.get_attribute("value").unwrap_or_default();
        if let Some(first) = found.and_then(|found| found.dyn_into::<HtmlFormElement>().ok()) {
            reset("", Some(&first));
            let _ = first.request_submit();
            NEXT.set(Some(format!("#{} button[value='{value}']", form.id())));
        }
    }
}
