//! The calendar on the page, and the check of typed dates.

use super::calendar::Calendar;
use leptos::{ev, html, prelude::*, web_sys};
use values::calendar::{no_day, number_of, text_of};
use wasm_bindgen::JsCast as _;

/// The calendar and the fields of a page.
#[derive(Clone, Copy)]
pub struct Picker {
    /// The element that opens.
    pub popover: NodeRef<html::Div>,
    /// The element with the months.
    pub months: NodeRef<html::Div>,
    /// The fields of both days.
    pub fields: (NodeRef<html::Input>, NodeRef<html::Input>),
    /// The errors of both days.
    pub errors: (RwSignal<String>, RwSignal<String>),
    /// What the calendar waits for.
    pub told: RwSignal<String>,
    calendar: StoredValue<Option<Calendar>>,
    today: StoredValue<String>,
    /// The dates that were sent last.
    sent: StoredValue<(String, String)>,
    at_once: bool,
}

impl Picker {
    /// Nothing is drawn until it is opened.
    pub fn new(
        today: String,
        dates: (String, String),
        errors: (RwSignal<String>, RwSignal<String>),
        at_once: bool,
    ) -> Self {
        Self {
            popover: NodeRef::new(),
            months: NodeRef::new(),
            fields: (NodeRef::new(), NodeRef::new()),
            errors,
            told: RwSignal::new(String::new()),
            calendar: StoredValue::new(None),
            today: StoredValue::new(today),
            sent: StoredValue::new(dates),
            at_once,
        }
    }

    /// Draws the calendar with the dates of the fields.
    pub fn draw(self) {
        let (from, to) = self.typed();
        let today = self.today.try_with_value(|today| number_of(today)).flatten().unwrap_or_default();
        let range = number_of(&from).zip(number_of(&to)).filter(|(from, to)| from <= to);
        self.show(Calendar::new(range, today));
    }

    /// Shows a calendar. The focus stays in it.
    fn show(self, calendar: Calendar) {
        let Some(months) = element(self.months) else { return };
        let had_focus = months.query_selector(":focus").is_ok_and(|focused| focused.is_some());
        months.set_inner_html(&calendar.html());
        self.told.set(calendar.told());
        self.calendar.set_value(Some(calendar));
        if had_focus {
            self.focus();
        }
    }

    /// Moves the focus to the day that has it.
    fn focus(self) {
        let day = element(self.months).and_then(|months| months.query_selector("[tabindex='0']").ok().flatten());
        if let Some(day) = day.and_then(|day| day.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = day.focus();
        }
    }

    /// Begins in the calendar when it has opened.
    pub fn toggled(self) {
        if element(self.popover).is_some_and(|popover| popover.matches(":popover-open").unwrap_or_default()) {
            self.focus();
        }
    }

    /// Closes the calendar, which gives the focus back.
    pub fn close(self) {
        if let Some(popover) = element(self.popover) {
            let _ = popover.hide_popover();
        }
    }

    /// Changes the calendar, and shows it if it has changed.
    fn change(self, change: impl FnOnce(&mut Calendar) -> bool) -> bool {
        let Some(mut calendar) = self.calendar.try_get_value().flatten() else { return false };
        let changed = change(&mut calendar);
        if changed {
            self.show(calendar);
        }
        changed
    }

    /// Goes some months on.
    pub fn turn(self, months: i32) {
        self.change(|calendar| {
            calendar.turn(months);
            true
        });
    }

    /// Picks the day that was clicked.
    pub fn clicked(self, event: &ev::MouseEvent) {
        if let Some(day) = day_of(event) {
            self.pick(day);
        }
    }

    /// Shows the period that a click would make.
    pub fn pointed(self, event: &ev::PointerEvent) {
        if let Some(day) = day_of(event) {
            self.change(|calendar| calendar.point(day));
        }
    }

    /// Moves the focus, or picks its day.
    pub fn pressed(self, event: &ev::KeyboardEvent) {
        let key = event.key();
        let at = self.calendar.try_get_value().flatten().map(|calendar| calendar.at());
        let used = match (key.as_str(), at) {
            // A held key picks one day.
            ("Enter" | " ", Some(_)) if event.repeat() => true,
            ("Enter" | " ", Some(at)) => {
                self.pick(at);
                true
            }
            _ => self.change(|calendar| calendar.press(&key, event.shift_key(), self.is_narrow())),
        };
        if used {
            event.prevent_default();
        }
    }

    /// Whether only the second month is seen.
    fn is_narrow(self) -> bool {
        let first = element(self.months).and_then(|months| months.first_element_child());
        first
            .and_then(|month| month.dyn_into::<web_sys::HtmlElement>().ok())
            .is_some_and(|month| month.offset_width() == 0)
    }

    /// Picks a day. The second one closes the calendar and sends the form.
    fn pick(self, day: i32) {
        let mut picked = None;
        self.change(|calendar| {
            picked = calendar.pick(day);
            true
        });
        let Some((from, to)) = picked else { return };
        self.close();
        let (Some(first), Some(last)) = (field(self.fields.0), field(self.fields.1)) else { return };
        first.set_value(&text_of(from));
        last.set_value(&text_of(to));
        self.send();
    }

    /// Sends the form, if the dates were changed.
    fn send(self) {
        let typed = self.typed();
        if self.sent.try_with_value(|sent| *sent == typed) != Some(false) {
            return;
        }
        self.sent.set_value(typed);
        self.check(true);
        if let Some(form) = field(self.fields.0).and_then(|field| field.form()) {
            let _ = form.request_submit();
        }
    }

    /// Follows what is typed.
    pub fn entered(self) {
        self.check(false);
        let (from, to) = self.typed();
        if self.at_once && number_of(&from).is_some() && number_of(&to).is_some() {
            self.send();
        }
    }

    /// Follows a date that was entered, by keyboard or otherwise. A form that is sent at once has been sent already.
    pub fn changed(self, event: &ev::Event) {
        self.check(true);
        if !self.at_once {
            return;
        }
        let typed = self.typed();
        if self.sent.try_with_value(|sent| *sent == typed) == Some(true) {
            event.stop_propagation();
        }
        self.sent.set_value(typed);
    }

    /// The text of both fields.
    fn typed(self) -> (String, String) {
        let text = |node| field(node).map(|field| field.value()).unwrap_or_default();
        (text(self.fields.0), text(self.fields.1))
    }

    /// Checks the typed dates. Invalid ones keep the form from being sent. An error is shown once its field is left,
    /// and goes away as soon as it is corrected.
    fn check(self, show: bool) {
        let (from, to) = self.typed();
        let errors = [no_day(&from), no_day(&to)];
        // Days as text sort like days.
        let turned = errors.iter().all(String::is_empty) && !to.trim().is_empty() && from.trim() > to.trim();
        let [from_error, to_error] = errors;
        let to_error = if turned { "The period ends before it begins.".to_owned() } else { to_error };
        for (node, error, shown) in
            [(self.fields.0, from_error, self.errors.0), (self.fields.1, to_error, self.errors.1)]
        {
            if let Some(field) = field(node) {
                field.set_custom_validity(&error);
            }
            if show || error.is_empty() {
                shown.set(error);
            }
        }
    }

    /// Shows the errors of a form that isn't sent. The focus goes from its button to the invalid field; from another
    /// field it doesn't, or it could never leave.
    pub fn refuse(self) {
        self.check(true);
        let is_first = self.errors.0.with_untracked(|error| !error.is_empty());
        let on_button = document().query_selector("button:focus").is_ok_and(|button| button.is_some());
        if let Some(field) = field(if is_first { self.fields.0 } else { self.fields.1 }).filter(|_| on_button) {
            let _ = field.focus();
        }
    }

    /// Makes a field one of text, in which ISO dates are typed. While somebody types into the browser's own field it
    /// stays, since the text would be lost.
    #[allow(clippy::unused_self, reason = "called as the others are")]
    pub fn make_text(self, node: NodeRef<html::Input>, left: bool) {
        if let Some(field) = field(node).filter(|field| left || !field.matches(":focus").unwrap_or_default()) {
            field.set_type("text");
        }
    }

    /// Selects a field's text, so that typing replaces it.
    #[allow(clippy::unused_self, reason = "called as the others are")]
    pub fn select(self, node: NodeRef<html::Input>) {
        if let Some(field) = field(node) {
            field.select();
        }
    }
}

fn element(node: NodeRef<html::Div>) -> Option<web_sys::HtmlDivElement> {
    node.try_get_untracked().flatten()
}

fn field(node: NodeRef<html::Input>) -> Option<web_sys::HtmlInputElement> {
    node.try_get_untracked().flatten()
}

/// The day at which an event happened.
fn day_of(event: &ev::MouseEvent) -> Option<i32> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    target.closest("[data-day]").ok()??.get_attribute("data-day")?.parse().ok()
}
