//! The one drawing, whatever it is drawn on.

use crate::{
    Ink, Plot, Series, decimate,
    layout::{Field, grouped, numbers, written},
};
use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

/// The colours of a theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colours {
    /// Of what was sent.
    pub sent: RGBColor,
    /// Of what was delivered.
    pub delivered: RGBColor,
    /// Of other series.
    pub other: RGBColor,
    /// Of lines behind the values.
    pub line: RGBColor,
    /// Of labels.
    pub text: RGBColor,
    /// Of the ground, for markers that are hollow.
    pub ground: RGBColor,
}

impl Colours {
    fn of(&self, ink: Ink) -> RGBColor {
        match ink {
            Ink::Sent => self.sent,
            Ink::Delivered => self.delivered,
            Ink::Other => self.other,
        }
    }
}

/// The size of labels.
const TEXT: f64 = 12.0;
/// Room for a number at the axis.
const NUMBER: f64 = 44.0;
/// Up to so many values each has a marker.
const MARKED: usize = 62;
/// Letters that fit into a pixel's width of a label, roughly.
const LETTER: f64 = 7.0;

/// What is drawn on: its size in CSS pixels, and how many of its own make one of those.
pub struct Paper<'a, DB: DrawingBackend> {
    area: &'a DrawingArea<DB, Shift>,
    width: f64,
    height: f64,
    scale: f64,
    colours: Colours,
}

type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// Draws a plot.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    plot: &Plot,
    (width, height): (f64, f64),
    scale: f64,
    colours: Colours,
) -> Drawn<DB> {
    let paper = Paper { area, width, height, scale, colours };
    match plot {
        Plot::Lines { labels, series } => paper.lines(labels, series, plot.greatest()),
        Plot::Bars { labels, series } => paper.bars(labels, series, plot.greatest()),
    }
}

impl<DB: DrawingBackend> Paper<'_, DB> {
    /// A place on the paper itself.
    #[allow(clippy::cast_possible_truncation, reason = "pixels")]
    fn at(&self, x: f64, y: f64) -> (i32, i32) {
        ((x * self.scale).round() as i32, (y * self.scale).round() as i32)
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels")]
    fn wide(&self, width: f64) -> u32 {
        ((width * self.scale).round() as u32).max(1)
    }

    fn path(&self, points: Vec<(i32, i32)>, colour: RGBColor, width: f64) -> Drawn<DB> {
        self.area.draw(&PathElement::new(points, colour.stroke_width(self.wide(width))))
    }

    fn text(&self, text: &str, x: f64, y: f64, anchor: (HPos, VPos)) -> Drawn<DB> {
        let style = ("sans-serif", TEXT * self.scale).into_text_style(self.area).color(&self.colours.text);
        self.area.draw_text(text, &style.pos(Pos::new(anchor.0, anchor.1)), self.at(x, y))
    }

    fn lines(&self, labels: &[String], series: &[Series], greatest: f64) -> Drawn<DB> {
        let field = Field::of_lines(self.width, self.height);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some numbers at an axis")]
        let (step, top) = numbers(greatest, (field.height() / NUMBER).max(1.0) as u32);
        let y = |value: f64| field.bottom - field.height() * value / top;
        let mut number = 0.0;
        while number <= top {
            let place = y(number);
            let points = vec![self.at(field.left, place), self.at(field.right, place)];
            self.path(points, self.colours.line, 1.0)?;
            self.text(&grouped(number), field.left - 8.0, place, (HPos::Right, VPos::Center))?;
            number += step;
        }
        let count = labels.len();
        for index in (0..count).step_by(written(count, self.width)) {
            let x = field.x(index, count);
            self.path(vec![self.at(x, field.bottom), self.at(x, field.bottom + 4.0)], self.colours.line, 1.0)?;
            self.text(&labels[index], x, field.bottom + 7.0, (HPos::Center, VPos::Top))?;
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels")]
        let pixels = (field.width() * self.scale) as usize;
        for series in series {
            let (colour, shown) = (self.colours.of(series.ink), decimate::shown(&series.values, pixels));
            let points: Vec<(i32, i32)> =
                shown.iter().map(|index| self.at(field.x(*index, count), y(series.values[*index]))).collect();
            match series.ink {
                // Too many points for dashes to be seen, and through so many a wide line is slow.
                _ if count > 2_000 => self.path(points, colour, 1.0)?,
                // Wider, so that it shows below the other where the two coincide.
                Ink::Sent => self.path(points, colour, 3.0)?,
                Ink::Delivered => self.dashed(&points, colour, 2.0, 7.0, 4.0)?,
                Ink::Other => self.dashed(&points, colour, 2.0, 2.0, 3.0)?,
            }
            if count <= MARKED {
                for (index, value) in series.values.iter().enumerate() {
                    self.marker(series.ink, field.x(index, count), y(*value))?;
                }
            }
        }
        Ok(())
    }

    fn marker(&self, ink: Ink, x: f64, y: f64) -> Drawn<DB> {
        let (colour, ground) = (self.colours.of(ink), self.colours.ground);
        let corners = |size: f64| [self.at(x - size, y - size), self.at(x + size, y + size)];
        match ink {
            Ink::Sent => self.area.draw(&Circle::new(self.at(x, y), self.wide(3.5), colour.filled())),
            Ink::Delivered => {
                self.area.draw(&Rectangle::new(corners(2.5), colour.filled()))?;
                self.area.draw(&Rectangle::new(corners(1.0), ground.filled()))
            }
            Ink::Other => self.area.draw(&Rectangle::new(corners(2.0), colour.filled())),
        }
    }

    /// A line of dashes and gaps, in CSS pixels, along its whole length.
    fn dashed(&self, points: &[(i32, i32)], colour: RGBColor, width: f64, dash: f64, gap: f64) -> Drawn<DB> {
        let (dash, gap) = (dash * self.scale, gap * self.scale);
        let (mut drawing, mut left) = (true, dash);
        let mut path: Vec<(i32, i32)> = points.first().copied().into_iter().collect();
        for pair in points.windows(2) {
            let (from, to) =
                ((f64::from(pair[0].0), f64::from(pair[0].1)), (f64::from(pair[1].0), f64::from(pair[1].1)));
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            let mut gone = 0.0;
            while length - gone > left {
                gone += left;
                let part = gone / length;
                #[allow(clippy::cast_possible_truncation, reason = "pixels")]
                let place = (
                    (from.0 + (to.0 - from.0) * part).round() as i32,
                    (from.1 + (to.1 - from.1) * part).round() as i32,
                );
                if drawing {
                    path.push(place);
                    self.path(std::mem::take(&mut path), colour, width)?;
                } else {
                    path = vec![place];
                }
                drawing = !drawing;
                left = if drawing { dash } else { gap };
            }
            left -= length - gone;
            if drawing {
                path.push(pair[1]);
            }
        }
        if drawing && path.len() > 1 { self.path(path, colour, width) } else { Ok(()) }
    }

    fn bars(&self, labels: &[String], series: &[Series], greatest: f64) -> Drawn<DB> {
        const THICKEST: f64 = 13.0;
        let field = Field::of_bars(self.width, self.height);
        let greatest = greatest.max(1.0);
        #[allow(clippy::cast_precision_loss, reason = "a few series")]
        let among = series.len().max(1) as f64;
        for (index, label) in labels.iter().enumerate() {
            let (top, height) = field.row(index, labels.len());
            self.text(
                &cut(label, field.left - 14.0),
                field.left - 10.0,
                top + height / 2.0,
                (HPos::Right, VPos::Center),
            )?;
            let thick = (height * 0.72 / among).min(THICKEST);
            let mut y = top + (height - thick * among) / 2.0;
            for series in series {
                let value = series.values.get(index).copied().unwrap_or_default();
                let end = field.left + field.width() * value / greatest;
                let corners = [self.at(field.left, y), self.at(end.max(field.left + 1.0), y + thick - 1.0)];
                self.area.draw(&Rectangle::new(corners, self.colours.of(series.ink).filled()))?;
                self.text(&grouped(value), end + 6.0, y + thick / 2.0, (HPos::Left, VPos::Center))?;
                y += thick;
            }
        }
        let ends = vec![self.at(field.left, field.top), self.at(field.left, field.bottom)];
        self.path(ends, self.colours.line, 1.0)
    }
}

/// A label that fits into a width, roughly.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of letters")]
fn cut(label: &str, width: f64) -> String {
    let most = (width / LETTER).max(2.0) as usize;
    if label.chars().count() <= most {
        return label.to_owned();
    }
    // Begin and end both tell labels apart: operators of a country have the begin in common.
    let end = most / 2;
    let first: String = label.chars().take(most - 1 - end).collect();
    let last: String = label.chars().skip(label.chars().count() - end).collect();
    format!("{}…{}", first.trim_end(), last.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_label_is_cut_with_a_sign() {
        assert_eq!(cut("Ukraine - Kyivstar", 200.0), "Ukraine - Kyivstar");
        assert_eq!(cut("Ukraine - Kyivstar", 84.0), "Ukrai…ivstar");
        assert_eq!(cut("Її", 1.0), "Її");
    }
}
