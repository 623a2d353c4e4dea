//! Hands a plot over to the browser's drawing (`frontend/chart`), which is loaded with the first chart.

use drawing::Plot;
use leptos::{html, prelude::*};

/// Draws the plot on the canvas, and anew when a series is shown or hidden. The drawing itself follows size and theme.
#[cfg(feature = "hydrate")]
pub fn follow(canvas: NodeRef<html::Canvas>, plot: StoredValue<Plot>, hidden: RwSignal<Vec<bool>>) {
    Effect::new(move |_| {
        let hidden = hidden.try_get().unwrap_or_default();
        let Some(canvas) = canvas.try_get().flatten() else { return };
        plot.try_with_value(|plot| hand_over(&canvas, plot, &hidden));
    });
}

/// On the server the picture is in the page already.
#[cfg(not(feature = "hydrate"))]
pub fn follow(_: NodeRef<html::Canvas>, _: StoredValue<Plot>, _: RwSignal<Vec<bool>>) {}

/// The page's own script knows where the drawing is.
#[cfg(feature = "hydrate")]
fn hand_over(canvas: &web_sys::HtmlCanvasElement, plot: &Plot, hidden: &[bool]) {
    use drawing::Ink;
    use js_sys::{Array, Float64Array, Function, Reflect};
    use wasm_bindgen::{JsCast, JsValue};
    let draw = Reflect::get(&js_sys::global(), &"clienteleChart".into());
    let Some(draw) = draw.ok().and_then(|draw| draw.dyn_into::<Function>().ok()) else { return };
    let shown = || plot.series().iter().zip(hidden).filter(|(_, hidden)| !**hidden).map(|(series, _)| series);
    let inks: String = shown()
        .map(|series| match series.ink {
            Ink::Sent => 's',
            Ink::Delivered => 'd',
            Ink::Other => 'o',
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
