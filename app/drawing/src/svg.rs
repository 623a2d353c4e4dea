//! Draws an SVG on the server, in the colours of the page's theme.

use crate::{
    Plot,
    draw::{Theme, draw},
};
use plotters::prelude::{IntoDrawingArea as _, RGBColor};
use plotters_svg::SVGBackend;

/// Placeholder colours and their CSS classes. In the finished SVG classes replace them, so that the style sheet colours
/// it.
const PLACEHOLDERS: [(&str, &str); 6] = [
    ("#010101", "solid"),
    ("#020202", "dashed"),
    ("#030303", "pale"),
    ("#040404", "line"),
    ("#050505", "text"),
    ("#060606", "background"),
];

const THEME: Theme<'_> = Theme {
    solid: RGBColor(1, 1, 1),
    dashed: RGBColor(2, 2, 2),
    pale: RGBColor(3, 3, 3),
    line: RGBColor(4, 4, 4),
    text: RGBColor(5, 5, 5),
    background: RGBColor(6, 6, 6),
    // The style sheet gives it the page's own.
    font: "sans-serif",
};

/// An `svg` element that fills the width of its parent. It is hidden from screen readers, so the page must describe it.
#[must_use]
pub fn svg(plot: &Plot, width: u32, height: u32) -> String {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (width, height)).into_drawing_area();
        // Writing to a string doesn't fail.
        let _ = draw(&area, plot, (f64::from(width), f64::from(height)), 1.0, THEME);
        let _ = area.present();
    }
    for (placeholder, name) in PLACEHOLDERS {
        svg = svg
            .replace(&format!("stroke=\"{placeholder}\""), &format!("class=\"stroke-{name}\""))
            .replace(&format!("fill=\"{placeholder}\""), &format!("class=\"fill-{name}\""));
    }
    let size = format!("<svg width=\"{width}\" height=\"{height}\"");
    svg.replacen(&size, "<svg aria-hidden=\"true\" preserveAspectRatio=\"xMinYMin meet\"", 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ink, Series};

    fn plot(sent: &[f64], delivered: &[f64]) -> Plot {
        let labels = (1..=sent.len()).map(|day| format!("2024-01-{day:02}")).collect();
        let series = |name: &str, ink, values: &[f64]| Series { name: name.to_owned(), ink, values: values.to_vec() };
        Plot::Lines {
            labels,
            series: vec![series("Sent", Ink::Solid, sent), series("Delivered", Ink::Dashed, delivered)],
        }
    }

    #[test]
    fn coinciding_lines_are_both_drawn_and_no_colour_is_fixed() {
        let svg = svg(&plot(&[3.0, 0.0, 5.0], &[3.0, 0.0, 5.0]), 600, 200);
        assert!(svg.contains("class=\"stroke-solid\"") && svg.contains("class=\"stroke-dashed\""), "{svg}");
        assert!(svg.contains("2024-01-01") && svg.contains("2024-01-03"), "{svg}");
        assert!(!svg.contains("=\"#"), "{svg}");
        assert!(!svg.contains("NaN") && !svg.contains("style="), "{svg}");
        assert!(svg.starts_with("<svg aria-hidden=\"true\""), "{svg}");
    }

    #[test]
    fn one_value_and_none_are_drawn() {
        for svg in [svg(&plot(&[0.0], &[0.0]), 600, 200), svg(&plot(&[], &[]), 600, 200)] {
            assert!(svg.starts_with("<svg") && !svg.contains("NaN"), "{svg}");
        }
    }

    #[test]
    fn labels_are_escaped() {
        let series = vec![Series { name: "Sent".to_owned(), ink: Ink::Solid, values: vec![1.0] }];
        let svg = svg(&Plot::Bars { labels: vec!["<b>&\"".to_owned()], series }, 600, 60);
        assert!(svg.contains("&lt;b&gt;&amp;") && !svg.contains("<b>"), "{svg}");
    }
}
