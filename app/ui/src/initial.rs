//! What a field holds at first.

use leptos::{
    tachys::{html::property::IntoProperty, renderer::Rndr, renderer::types::Element},
    wasm_bindgen::JsValue,
};

/// The value that a field begins with, for `prop:value` and `prop:checked`. The application takes over pages on which
/// somebody may have typed already, and leaves that as it is: Leptos's own properties would set it back.
#[derive(Clone, Debug)]
pub struct Initial<T>(pub T);

impl<T: Clone + Into<JsValue> + PartialEq + 'static> IntoProperty for Initial<T> {
    type State = (Element, T);
    type Cloneable = Self;
    type CloneableOwned = Self;

    fn hydrate<const FROM_SERVER: bool>(self, element: &Element, key: &str) -> Self::State {
        if FROM_SERVER { (element.clone(), self.0) } else { self.build(element, key) }
    }

    fn build(self, element: &Element, key: &str) -> Self::State {
        Rndr::set_property_or_value(element, key, &self.0.clone().into());
        (element.clone(), self.0)
    }

    fn rebuild(self, (element, before): &mut Self::State, key: &str) {
        if *before != self.0 {
            Rndr::set_property_or_value(element, key, &self.0.clone().into());
            *before = self.0;
        }
    }

    fn into_cloneable(self) -> Self::Cloneable {
        self
    }

    fn into_cloneable_owned(self) -> Self::CloneableOwned {
        self
    }
}
