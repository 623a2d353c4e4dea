//! The browser's drawing of charts. The page's own script loads it when the first chart is to be drawn; what is drawn
//! comes as plain texts and numbers, so that the two need nothing of each other.

use drawing::{Ink, Plot, Series, canvas::paint, layout::written};
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlCanvasElement;

/// The tokens of the style sheet that have the colours. They are registered there, so the browser computes them.
const TOKENS: [&str; 6] = ["--sent", "--delivered", "--accent", "--line", "--muted", "--surface"];

/// A plot as it was handed over, kept for drawing it anew.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Chart {
    plot: Plot,
    /// All labels of lines, a line each, and where each begins. Of many only a few are written, and to make a text of
    /// each would take longer than to draw.
    text: String,
    begins: Vec<usize>,
}

#[wasm_bindgen]
impl Chart {
    /// Takes a plot: its labels, a line each; the inks of its series, a letter each (`s`, `d`, or another); their
    /// values, one series behind the other.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(bars: bool, text: String, inks: &str, values: &[f64]) -> Self {
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
        if bars {
            let labels = text.split('\n').filter(|_| !text.is_empty()).map(str::to_owned).collect();
            return Self { plot: Plot::Bars { labels, series }, text: String::new(), begins: Vec::new() };
        }
        let mut begins: Vec<usize> = text.match_indices('\n').map(|(end, _)| end + 1).collect();
        if !text.is_empty() {
            begins.insert(0, 0);
        }
        let labels = vec![String::new(); begins.len()];
        Self { plot: Plot::Lines { labels, series }, text, begins }
    }

    /// Draws it in the size and the colours that the canvas has now. Says whether it could.
    #[must_use]
    pub fn draw(&mut self, canvas: &HtmlCanvasElement) -> bool {
        if let Plot::Lines { labels, .. } = &mut self.plot {
            for index in (0..labels.len()).step_by(written(labels.len(), f64::from(canvas.client_width()))) {
                let label = &self.text[self.begins[index]..];
                label.lines().next().unwrap_or_default().clone_into(&mut labels[index]);
            }
        }
        let Some(window) = web_sys::window() else { return false };
        let Ok(Some(style)) = window.get_computed_style(canvas) else { return false };
        let tokens = TOKENS.map(|token| style.get_property_value(token).unwrap_or_default());
        paint(canvas, &self.plot, &tokens, window.device_pixel_ratio())
    }
}
