//! Draws on a canvas in the browser, in the resolution of the screen.

use crate::{
    Plot,
    draw::{Theme, draw},
};
use plotters::prelude::{IntoDrawingArea as _, RGBColor};
use plotters_canvas::CanvasBackend;
use web_sys::HtmlCanvasElement;

/// Computed colours such as `rgb(29, 111, 214)`: solid, dashed, pale, line, text, background.
pub type Tokens = [String; 6];

/// Draws a plot on a canvas in a font family, with `ratio` screen pixels per CSS pixel. Returns whether it was drawn; a
/// canvas without size isn't visible, and stays as it is.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a screen")]
pub fn paint(canvas: &HtmlCanvasElement, plot: &Plot, tokens: &Tokens, font: &str, ratio: f64) -> bool {
    let (width, height) = (f64::from(canvas.client_width()), f64::from(canvas.client_height()));
    if width < 1.0 || height < 1.0 {
        return false;
    }
    canvas.set_width((width * ratio).round() as u32);
    canvas.set_height((height * ratio).round() as u32);
    let [solid, dashed, pale, line, text, background] = tokens.each_ref().map(|token| colour(token));
    let theme = Theme { solid, dashed, pale, line, text, background, font };
    let Some(backend) = CanvasBackend::with_canvas_object(canvas.clone()) else { return false };
    let area = backend.into_drawing_area();
    draw(&area, plot, (width, height), ratio, theme).is_ok() && area.present().is_ok()
}

fn colour(token: &str) -> RGBColor {
    let parts = token.trim().strip_prefix("rgb(").and_then(|rest| rest.strip_suffix(')')).unwrap_or_default();
    let mut parts = parts.split(',').map(|part| part.trim().parse().ok());
    match [parts.next(), parts.next(), parts.next()] {
        [Some(Some(red)), Some(Some(green)), Some(Some(blue))] => RGBColor(red, green, blue),
        _ => RGBColor(128, 128, 128),
    }
}
