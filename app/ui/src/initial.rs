//! The first values of fields.

use leptos::{
    tachys::{html::property::IntoProperty, renderer::Rndr, renderer::types::Element},
    wasm_bindgen::JsValue,
};

/// The first value of a field, for `prop:value` and `prop:checked`. People may type before hydration: this keeps their
/// text, where the properties of Leptos would reset it.
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
