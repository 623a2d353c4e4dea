//! The server renders the fields and the links.

use leptos::{ev, html, prelude::*};

/// What the page knows of the choice.
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
}

#[allow(clippy::unused_self, reason = "the browser's half has the same methods")]
impl Picker {
    /// Has no calendar.
    pub fn new(_: String, _: (String, String), errors: (RwSignal<String>, RwSignal<String>), _: bool) -> Self {
        Self {
            popover: NodeRef::new(),
            months: NodeRef::new(),
            fields: (NodeRef::new(), NodeRef::new()),
            errors,
            told: RwSignal::new(String::new()),
        }
    }

    /// Does nothing, as all of these.
    pub fn draw(self) {}
    /// See `draw`.
    pub fn close(self) {}
    /// See `draw`.
    pub fn toggled(self) {}
    /// See `draw`.
    pub fn turn(self, _: i32) {}
    /// See `draw`.
    pub fn entered(self) {}
    /// See `draw`.
    pub fn changed(self, _: &ev::Event) {}
    /// See `draw`.
    pub fn refuse(self) {}
    /// See `draw`.
    pub fn select(self, _: NodeRef<html::Input>) {}
    /// See `draw`.
    pub fn make_text(self, _: NodeRef<html::Input>, _: bool) {}
    /// See `draw`.
    pub fn clicked(self, _: &ev::MouseEvent) {}
    /// See `draw`.
    pub fn pointed(self, _: &ev::PointerEvent) {}
    /// See `draw`.
    pub fn pressed(self, _: &ev::KeyboardEvent) {}
}
