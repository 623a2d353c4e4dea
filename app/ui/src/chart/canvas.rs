//! Passes a plot to the WASM module that draws charts (`frontend/chart`).

#[cfg(feature = "hydrate")]
use crate::signals::OrDefault;
use drawing::Plot;
use leptos::{html, prelude::*};

/// Draws the plot on the canvas, and again when a series is shown or hidden. The module itself redraws on changes of
/// size and theme.
#[cfg(feature = "hydrate")]
pub fn follow(canvas: NodeRef<html::Canvas>, plot: StoredValue<Plot>, hidden: RwSignal<Vec<bool>>) {
    Effect::new(move |_| {
        let hidden = hidden.get_or_default();
        let Some(canvas) = canvas.try_get().flatten() else { return };
        plot.try_with_value(|plot| show(&canvas, plot, &hidden));
    });
}

/// Does nothing: the server draws an SVG.
#[cfg(not(feature = "hydrate"))]
pub fn follow(_: NodeRef<html::Canvas>, _: StoredValue<Plot>, _: RwSignal<Vec<bool>>) {}

/// Calls the page's script, which loads the module with the first chart.
#[cfg(feature = "hydrate")]
fn show(canvas: &web_sys::HtmlCanvasElement, plot: &Plot, hidden: &[bool]) {
    use drawing::Ink;
    use js_sys::{Array, Float64Array, Function, Reflect};
    use wasm_bindgen::{JsCast, JsValue};
    let draw = Reflect::get(&js_sys::global(), &"clienteleChart".into());
    let Some(draw) = draw.ok().and_then(|draw| draw.dyn_into::<Function>().ok()) else { return };
    let shown = || plot.series().iter().zip(hidden).filter(|(_, hidden)| !**hidden).map(|(series, _)| series);
    let inks: String = shown()
        .map(|series| match series.ink {
            Ink::Solid => 's',
            Ink::Dashed => 'd',
            Ink::Pale => 'p',
        })
        .collect();
    let count = plot.labels().len();
    let values: Vec<f64> = shown().flat_map(|series| series.values.iter().take(count).copied()).collect();
    let arguments: [JsValue; 5] = [
        canvas.clone().into(),
        matches!(plot, Plot::Bars { .. }).into(),
        plot.labels().join("\n").into(),
        inks.into(),
        Float64Array::from(values.as_slice()).into(),
    ];
    let _ = draw.apply(&JsValue::NULL, &arguments.into_iter().collect::<Array>());
}
