//! Shows a chart alone on a page, with any number of points, for `end2end/bench/chart.mjs`.

use leptos::prelude::*;
use ui::chart::{Chart, Ink, Plot, Series};
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

/// A plot that is ready to be shown.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Ready(Plot);

#[wasm_bindgen]
impl Ready {
    /// Makes a plot of three lines. `values` has the values of the first line, then the second, then the third.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(labels: Vec<String>, values: &[f64]) -> Self {
        console_error_panic_hook::set_once();
        let inks = [("One", Ink::Solid), ("Two", Ink::Dashed), ("Three", Ink::Pale)];
        let lines = inks.iter().zip(values.chunks(labels.len().max(1)));
        let series =
            lines.map(|((name, ink), values)| Series { name: (*name).to_owned(), ink: *ink, values: values.to_vec() });
        let series = series.collect();
        Self(Plot::Lines { labels, series })
    }

    /// Shows it. Once it is drawn, its canvas has the attribute `data-drawn`.
    pub fn show(self, parent: HtmlElement) {
        mount_to(parent, move || view! { <Chart name="Many points" summary="Made by the bench" plot=self.0/> })
            .forget();
    }
}
