//! On the server: a picture for the first page, in the colours of whatever theme the page has.

use crate::{
    Plot,
    draw::{Colours, draw},
};
use plotters::prelude::{IntoDrawingArea as _, RGBColor};
use plotters_svg::SVGBackend;

/// Colours that stand for the theme's until the picture is there: each becomes a class, which the style sheet gives its
/// colour.
const STAND_INS: [(&str, &str); 6] = [
    ("#010101", "sent"),
    ("#020202", "delivered"),
    ("#030303", "other"),
    ("#040404", "line"),
    ("#050505", "text"),
    ("#060606", "ground"),
];

const COLOURS: Colours = Colours {
    sent: RGBColor(1, 1, 1),
    delivered: RGBColor(2, 2, 2),
    other: RGBColor(3, 3, 3),
    line: RGBColor(4, 4, 4),
    text: RGBColor(5, 5, 5),
    ground: RGBColor(6, 6, 6),
};

/// The picture, as an `svg` element that fills the width it gets. It is for the eye alone: whoever puts it on a page
/// says what it shows.
#[must_use]
pub fn svg(plot: &Plot, width: u32, height: u32) -> String {
    let mut picture = String::new();
    {
        let area = SVGBackend::with_string(&mut picture, (width, height)).into_drawing_area();
        // Writing into a text can't fail.
        let _ = draw(&area, plot, (f64::from(width), f64::from(height)), 1.0, COLOURS);
        let _ = area.present();
    }
    for (stand_in, name) in STAND_INS {
        picture = picture
            .replace(&format!("stroke=\"{stand_in}\""), &format!("class=\"stroke-{name}\""))
            .replace(&format!("fill=\"{stand_in}\""), &format!("class=\"fill-{name}\""));
    }
    let size = format!("<svg width=\"{width}\" height=\"{height}\"");
    picture.replacen(&size, "<svg aria-hidden=\"true\" preserveAspectRatio=\"xMinYMin meet\"", 1)
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
            series: vec![series("Sent", Ink::Sent, sent), series("Delivered", Ink::Delivered, delivered)],
        }
    }

    #[test]
    fn both_lines_are_there_also_where_they_coincide_and_no_colour_is_fixed() {
        let picture = svg(&plot(&[3.0, 0.0, 5.0], &[3.0, 0.0, 5.0]), 600, 200);
        assert!(
            picture.contains("class=\"stroke-sent\"") && picture.contains("class=\"stroke-delivered\""),
            "{picture}"
        );
        assert!(picture.contains("2024-01-01") && picture.contains("2024-01-03"), "{picture}");
        assert!(!picture.contains("=\"#"), "{picture}");
        assert!(!picture.contains("NaN") && !picture.contains("style="), "{picture}");
        assert!(picture.starts_with("<svg aria-hidden=\"true\""), "{picture}");
    }

    #[test]
    fn one_day_and_nothing_at_all_are_drawn_too() {
        for picture in [svg(&plot(&[0.0], &[0.0]), 600, 200), svg(&plot(&[], &[]), 600, 200)] {
            assert!(picture.starts_with("<svg") && !picture.contains("NaN"), "{picture}");
        }
    }

    #[test]
    fn labels_of_bars_are_text_and_never_markup() {
        let series = vec![Series { name: "Sent".to_owned(), ink: Ink::Sent, values: vec![1.0] }];
        let picture = svg(&Plot::Bars { labels: vec!["<b>&\"".to_owned()], series }, 600, 60);
        assert!(picture.contains("&lt;b&gt;&amp;") && !picture.contains("<b>"), "{picture}");
    }
}
