//! The WASM module that draws charts. The page's script loads it with the first chart, and passes plots as plain texts
//! and numbers, because two WASM modules share no types.

use drawing::{Ink, Plot, Series, canvas::paint, layout::line_label_step};
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlCanvasElement;

/// The CSS custom properties with the colours. The style sheet registers them as colours, so the browser computes them.
const TOKENS: [&str; 6] = ["--sent", "--delivered", "--before", "--line", "--muted", "--surface"];

/// A plot, kept to be redrawn.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Chart {
    plot: Plot,
    /// The labels of lines, one per line of text, and the start of each. Only a few of many labels are drawn, and a
    /// `String` for each would take longer than drawing.
    text: String,
    starts: Vec<usize>,
}

#[wasm_bindgen]
impl Chart {
    /// Takes a plot: its labels, one per line of text; the ink of each series as a letter (`s` for solid, `d` for
    /// dashed, others for pale); the values of the first series, then of the second, and so on.
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
                    's' => Ink::Solid,
                    'd' => Ink::Dashed,
                    _ => Ink::Pale,
                },
                values: values[index * count..(index + 1) * count].to_vec(),
            })
            .collect();
        if bars {
            let labels = text.split('\n').filter(|_| !text.is_empty()).map(str::to_owned).collect();
            return Self { plot: Plot::Bars { labels, series }, text: String::new(), starts: Vec::new() };
        }
        let mut starts: Vec<usize> = text.match_indices('\n').map(|(end, _)| end + 1).collect();
        if !text.is_empty() {
            starts.insert(0, 0);
        }
        let labels = vec![String::new(); starts.len()];
        Self { plot: Plot::Lines { labels, series }, text, starts }
    }

    /// Draws it in the current size and colours of the canvas. Returns whether it was drawn.
    #[must_use]
    pub fn draw(&mut self, canvas: &HtmlCanvasElement) -> bool {
        if let Plot::Lines { labels, .. } = &mut self.plot {
            for index in (0..labels.len()).step_by(line_label_step(labels.len(), f64::from(canvas.client_width()))) {
                let label = &self.text[self.starts[index]..];
                label.lines().next().unwrap_or_default().clone_into(&mut labels[index]);
            }
        }
        let Some(window) = web_sys::window() else { return false };
        let Ok(Some(style)) = window.get_computed_style(canvas) else { return false };
        let tokens = TOKENS.map(|token| style.get_property_value(token).unwrap_or_default());
        let font = style.get_property_value("font-family").unwrap_or_default();
        paint(canvas, &self.plot, &tokens, &font, window.device_pixel_ratio())
    }
}
