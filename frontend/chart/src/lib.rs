//! The browser's drawing of charts. The page's own script loads it when the first chart is to be drawn; what is drawn
//! comes as plain texts and numbers, so that the two need nothing of each other.

use drawing::{Ink, Plot, Series, canvas::paint};
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlCanvasElement;

/// The tokens of the style sheet that have the colours.
const TOKENS: [&str; 6] = ["--sent", "--delivered", "--accent", "--line", "--muted", "--surface"];

/// A plot as it was handed over, kept for drawing it anew.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Chart {
    plot: Plot,
}

#[wasm_bindgen]
impl Chart {
    /// Takes a plot: its labels, a line each; the inks of its series, a letter each (`s`, `d`, or another); their
    /// values, one series behind the other.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(bars: bool, labels: &str, inks: &str, values: &[f64]) -> Self {
        let labels: Vec<String> =
            if labels.is_empty() { Vec::new() } else { labels.split('\n').map(str::to_owned).collect() };
        let count = values.len() / inks.len().max(1);
        let series = inks
            .chars()
            .enumerate()
            .map(|(index, ink)| Series {
                name: String::new(),
                ink: match ink {
                    's' => Ink::Sent,
                    'd' => Ink::Delivered,
                    _ => Ink::Other,
                },
                values: values[index * count..(index + 1) * count].to_vec(),
            })
            .collect();
        Self { plot: if bars { Plot::Bars { labels, series } } else { Plot::Lines { labels, series } } }
    }

    /// Draws it in the size and the colours that the canvas has now. Says whether it could.
    #[must_use]
    pub fn draw(&self, canvas: &HtmlCanvasElement) -> bool {
        let Some(window) = web_sys::window() else { return false };
        let Ok(Some(style)) = window.get_computed_style(canvas) else { return false };
        let tokens = TOKENS.map(|token| style.get_property_value(token).unwrap_or_default());
        paint(canvas, &self.plot, &tokens, window.device_pixel_ratio())
    }
}
