//! Draws a plot on any backend of plotters.

use crate::{
    Ink, Plot, Series, decimate,
    layout::{PlotArea, grouped, line_label_step},
};
use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

/// The colours and the font of a theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme<'a> {
    /// Of solid series.
    pub solid: RGBColor,
    /// Of dashed series.
    pub dashed: RGBColor,
    /// Of pale series.
    pub pale: RGBColor,
    /// Of grid lines.
    pub line: RGBColor,
    /// Of labels.
    pub text: RGBColor,
    /// Of the background, for hollow markers.
    pub background: RGBColor,
    /// The font family, as in CSS.
    pub font: &'a str,
}

impl Theme<'_> {
    fn of(&self, ink: Ink) -> RGBColor {
        match ink {
            Ink::Solid => self.solid,
            Ink::Dashed => self.dashed,
            Ink::Pale => self.pale,
        }
    }
}

/// The font size of labels.
const TEXT: f64 = 12.0;
/// The largest number of values with markers.
const MARKED: usize = 62;
/// The approximate width of a character.
const CHARACTER: f64 = 7.6;

/// The surface: its size in CSS pixels, and its own pixels per CSS pixel.
pub struct Surface<'a, DB: DrawingBackend> {
    area: &'a DrawingArea<DB, Shift>,
    width: f64,
    height: f64,
    scale: f64,
    theme: Theme<'a>,
}

type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// Draws a plot. Size in CSS pixels, `scale` in pixels per CSS pixel.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    plot: &Plot,
    (width, height): (f64, f64),
    scale: f64,
    theme: Theme<'_>,
) -> Drawn<DB> {
    let surface = Surface { area, width, height, scale, theme };
    match plot {
        Plot::Lines { labels, series } => surface.lines(labels, series, plot.greatest()),
        Plot::Bars { labels, series } => surface.bars(labels, series, plot.greatest()),
    }
}

impl<DB: DrawingBackend> Surface<'_, DB> {
    /// Converts a position from CSS pixels.
    #[allow(clippy::cast_possible_truncation, reason = "pixels")]
    fn at(&self, x: f64, y: f64) -> (i32, i32) {
        ((x * self.scale).round() as i32, (y * self.scale).round() as i32)
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels")]
    fn length(&self, length: f64) -> u32 {
        ((length * self.scale).round() as u32).max(1)
    }

    fn path(&self, points: Vec<(i32, i32)>, colour: RGBColor, width: f64) -> Drawn<DB> {
        self.area.draw(&PathElement::new(points, colour.stroke_width(self.length(width))))
    }

    fn text(&self, text: &str, x: f64, y: f64, anchor: (HPos, VPos)) -> Drawn<DB> {
        let style = (self.theme.font, TEXT * self.scale).into_text_style(self.area).color(&self.theme.text);
        self.area.draw_text(text, &style.pos(Pos::new(anchor.0, anchor.1)), self.at(x, y))
    }

    fn lines(&self, labels: &[String], series: &[Series], greatest: f64) -> Drawn<DB> {
        let plot_area = PlotArea::of_lines(self.width, self.height);
        let (step, top) = plot_area.axis(greatest);
        let mut number = 0.0;
        while number <= top {
            let position = plot_area.y(number, top);
            let points = vec![self.at(plot_area.left, position), self.at(plot_area.right, position)];
            self.path(points, self.theme.line, 1.0)?;
            self.text(&grouped(number), plot_area.left - 8.0, position, (HPos::Right, VPos::Center))?;
            number += step;
        }
        let count = labels.len();
        for index in (0..count).step_by(line_label_step(count, self.width)) {
            let x = plot_area.x(index, count);
            self.path(vec![self.at(x, plot_area.bottom), self.at(x, plot_area.bottom + 4.0)], self.theme.line, 1.0)?;
            self.text(&labels[index], x, plot_area.bottom + 7.0, (HPos::Center, VPos::Top))?;
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels")]
        let pixels = (plot_area.width() * self.scale) as usize;
        let is_pale = |series: &&Series| series.ink == Ink::Pale;
        for series in series.iter().filter(is_pale).chain(series.iter().filter(|series| !is_pale(series))) {
            let (colour, visible) = (self.theme.of(series.ink), decimate::visible(&series.values, pixels));
            let at = |index: usize| (plot_area.x(index, count), plot_area.y(series.values[index], top));
            let point = |index: &usize| self.at(at(*index).0, at(*index).1);
            let points: Vec<(i32, i32)> = visible.iter().map(point).collect();
            match series.ink {
                // With so many points dashes don't show, and a wide line is slow to draw.
                _ if count > 2_000 => self.path(points, colour, 1.0)?,
                // Wider than the dashed line, so that it shows below it where both coincide.
                Ink::Solid => self.path(points, colour, 3.0)?,
                Ink::Dashed => self.dashed(&points, colour, 2.0, 7.0, 4.0)?,
                Ink::Pale => self.path(points, colour, 2.0)?,
            }
            if count <= MARKED {
                for (x, y) in (0..series.values.len()).map(at) {
                    self.marker(series.ink, x, y)?;
                }
            }
        }
        Ok(())
    }

    fn marker(&self, ink: Ink, x: f64, y: f64) -> Drawn<DB> {
        let (colour, background) = (self.theme.of(ink), self.theme.background);
        let corners = |size: f64| [self.at(x - size, y - size), self.at(x + size, y + size)];
        match ink {
            Ink::Solid => self.area.draw(&Circle::new(self.at(x, y), self.length(3.5), colour.filled())),
            Ink::Dashed => {
                self.area.draw(&Rectangle::new(corners(2.5), colour.filled()))?;
                self.area.draw(&Rectangle::new(corners(1.0), background.filled()))
            }
            Ink::Pale => Ok(()),
        }
    }

    /// Draws a dashed line; widths and lengths are in CSS pixels.
    fn dashed(&self, points: &[(i32, i32)], colour: RGBColor, width: f64, dash: f64, gap: f64) -> Drawn<DB> {
        let (dash, gap) = (dash * self.scale, gap * self.scale);
        let (mut is_dash, mut left) = (true, dash);
        let mut path: Vec<(i32, i32)> = points.first().copied().into_iter().collect();
        for pair in points.windows(2) {
            let (from, to) =
                ((f64::from(pair[0].0), f64::from(pair[0].1)), (f64::from(pair[1].0), f64::from(pair[1].1)));
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            let mut done = 0.0;
            while length - done > left {
                done += left;
                let part = done / length;
                #[allow(clippy::cast_possible_truncation, reason = "pixels")]
                let end = (
                    (from.0 + (to.0 - from.0) * part).round() as i32,
                    (from.1 + (to.1 - from.1) * part).round() as i32,
                );
                if is_dash {
                    path.push(end);
                    self.path(std::mem::take(&mut path), colour, width)?;
                } else {
                    path = vec![end];
                }
                is_dash = !is_dash;
                left = if is_dash { dash } else { gap };
            }
            left -= length - done;
            if is_dash {
                path.push(pair[1]);
            }
        }
        if is_dash && path.len() > 1 { self.path(path, colour, width) } else { Ok(()) }
    }

    fn bars(&self, labels: &[String], series: &[Series], greatest: f64) -> Drawn<DB> {
        const THICKEST: f64 = 13.0;
        let plot_area = PlotArea::of_bars(self.width, self.height);
        let greatest = greatest.max(1.0);
        #[allow(clippy::cast_precision_loss, reason = "a few series")]
        let among = series.len().max(1) as f64;
        for (index, label) in labels.iter().enumerate() {
            let (top, height) = plot_area.row(index, labels.len());
            self.text(
                &cut(label, plot_area.left - 14.0),
                plot_area.left - 10.0,
                top + height / 2.0,
                (HPos::Right, VPos::Center),
            )?;
            let thick = (height * 0.72 / among).min(THICKEST);
            let mut y = top + (height - thick * among) / 2.0;
            for series in series {
                let value = series.values.get(index).copied().unwrap_or_default();
                let end = plot_area.left + plot_area.width() * value / greatest;
                let corners = [self.at(plot_area.left, y), self.at(end.max(plot_area.left + 1.0), y + thick - 1.0)];
                self.area.draw(&Rectangle::new(corners, self.theme.of(series.ink).filled()))?;
                self.text(&grouped(value), end + 6.0, y + thick / 2.0, (HPos::Left, VPos::Center))?;
                y += thick;
            }
        }
        let ends = vec![self.at(plot_area.left, plot_area.top), self.at(plot_area.left, plot_area.bottom)];
        self.path(ends, self.theme.line, 1.0)
    }
}

/// Shortens a label to about a width in CSS pixels.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of characters")]
fn cut(label: &str, width: f64) -> String {
    let most = (width / CHARACTER).max(2.0) as usize;
    if label.chars().count() <= most {
        return label.to_owned();
    }
    // Keeps both ends, because labels of a group may start alike.
    let end = most / 2;
    let first: String = label.chars().take(most - 1 - end).collect();
    let last: String = label.chars().skip(label.chars().count() - end).collect();
    format!("{}…{}", first.trim_end(), last.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_label_is_cut_in_the_middle() {
        assert_eq!(cut("Ukraine - Kyivstar", 200.0), "Ukraine - Kyivstar");
        assert_eq!(cut("Ukraine - Kyivstar", 84.0), "Ukrai…vstar");
        assert_eq!(cut("Її", 1.0), "Її");
    }
}
