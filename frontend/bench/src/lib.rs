//! Shows a chart of any number of points on a page that has nothing else: see `end2end/bench/chart.mjs`.

use leptos::prelude::*;
use ui::chart::{Chart, Ink, Plot, Series};
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

/// A plot as a page has it when it asks for the chart.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Ready(Plot);

#[wasm_bindgen]
impl Ready {
    /// Three lines: their labels, and their values one line behind the other.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(labels: Vec<String>, values: &[f64]) -> Self {
        console_error_panic_hook::set_once();
        let inks = [("Sent", Ink::Sent), ("Delivered", Ink::Delivered), ("Other", Ink::Other)];
        let lines = inks.iter().zip(values.chunks(labels.len().max(1)));
        let series =
            lines.map(|((name, ink), values)| Series { name: (*name).to_owned(), ink: *ink, values: values.to_vec() });
        let series = series.collect();
        Self(Plot::Lines { labels, series })
    }

    /// Shows it. It is drawn once its figure has the class `drawn`.
    pub fn show(self, parent: HtmlElement) {
        mount_to(parent, move || view! { <Chart name="Many points" summary="Made by the bench" plot=self.0/> })
            .forget();
    }
}
