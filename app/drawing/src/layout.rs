//! Where things are on a drawing, in CSS pixels from its upper left corner. Room for labels is fixed, not measured: text
//! is as wide as the font of whoever draws it.

/// Left of the plot of lines, for the numbers.
const NUMBERS: f64 = 72.0;
/// Below it, for the labels of days.
pub const BELOW: f64 = 28.0;
/// Above it.
pub const ABOVE: f64 = 10.0;
/// Right of it, so that the last label has room.
const RIGHT: f64 = 34.0;
/// How wide a day's label is with the room around it.
const DAY: f64 = 92.0;
/// Left of bars, for their labels, where there is room and where there is little.
const NAMES: f64 = 190.0;
const FEWER_NAMES: f64 = 110.0;
/// A narrower drawing has little room.
const NARROW: f64 = 520.0;
/// Right of bars, for their numbers.
const FIGURES: f64 = 76.0;

/// The rectangle in which values are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    /// Its left edge.
    pub left: f64,
    /// Its upper edge.
    pub top: f64,
    /// Its right edge.
    pub right: f64,
    /// Its lower edge.
    pub bottom: f64,
}

impl Field {
    /// Where lines are.
    #[must_use]
    pub fn of_lines(width: f64, height: f64) -> Self {
        Self { left: NUMBERS, top: ABOVE, right: (width - RIGHT).max(NUMBERS + 1.0), bottom: height - BELOW }
    }

    /// Where bars are.
    #[must_use]
    pub fn of_bars(width: f64, height: f64) -> Self {
        let left = if width < NARROW { FEWER_NAMES } else { NAMES };
        Self { left, top: 4.0, right: (width - FIGURES).max(left + 1.0), bottom: height - 4.0 }
    }

    /// Its width.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// Its height.
    #[must_use]
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// The place of a value of a line among so many, from left to right. A single one stands in the middle.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a number of points")]
    pub fn x(&self, index: usize, count: usize) -> f64 {
        if count < 2 {
            return f64::midpoint(self.left, self.right);
        }
        self.left + self.width() * index as f64 / (count - 1) as f64
    }

    /// Which of so many values of a line is nearest to a place.
    #[must_use]
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the number of points"
    )]
    pub fn nearest(&self, x: f64, count: usize) -> Option<usize> {
        let last = count.checked_sub(1)?;
        let part = ((x - self.left) / self.width()).clamp(0.0, 1.0);
        Some(((part * last as f64).round() as usize).min(last))
    }

    /// The upper edge and the height of a group of bars among so many.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a number of bars")]
    pub fn row(&self, index: usize, count: usize) -> (f64, f64) {
        let height = self.height() / count.max(1) as f64;
        (self.top + height * index as f64, height)
    }

    /// Which of so many groups of bars is at a place.
    #[must_use]
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the number of bars"
    )]
    pub fn row_at(&self, y: f64, count: usize) -> Option<usize> {
        let last = count.checked_sub(1)?;
        let part = ((y - self.top) / self.height()).clamp(0.0, 1.0);
        Some(((part * count as f64) as usize).min(last))
    }
}

/// The numbers at an axis from zero: the step between them, and the last, which is at least the greatest value.
#[must_use]
pub fn numbers(greatest: f64, most: u32) -> (f64, f64) {
    let rough = (greatest / f64::from(most.max(1))).max(1.0);
    let size = 10_f64.powf(rough.log10().floor());
    // Whole numbers alone: half a message is none.
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * size).find(|step| *step >= rough).unwrap_or(size);
    let step = step.max(1.0);
    (step, (greatest / step).ceil().max(1.0) * step)
}

/// Every how many labels one is written, so that those of a width don't meet.
#[must_use]
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of labels"
)]
pub fn every(count: usize, room: f64, width: f64) -> usize {
    let fits = (room / width).floor().max(1.0);
    ((count.saturating_sub(1)) as f64 / fits).ceil().max(1.0) as usize
}

/// Every how many of the labels of so many values of lines one is written, on a drawing of a width.
#[must_use]
pub fn written(count: usize, width: f64) -> usize {
    every(count, Field::of_lines(width, 0.0).width(), DAY)
}

/// `12,345`.
#[must_use]
pub fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::with_capacity(digits.len() + 4);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_at_an_axis_are_round_and_whole_and_reach_the_greatest() {
        assert_eq!(numbers(0.0, 5), (1.0, 1.0));
        assert_eq!(numbers(3.0, 5), (1.0, 3.0));
        assert_eq!(numbers(97.0, 5), (20.0, 100.0));
        assert_eq!(numbers(101.0, 5), (50.0, 150.0));
        assert_eq!(numbers(1_203_411.0, 5), (500_000.0, 1_500_000.0));
    }

    #[test]
    fn the_nearest_value_is_found_where_it_is_drawn() {
        let field = Field::of_lines(800.0, 280.0);
        for count in [1, 2, 31, 366] {
            for index in [0, count / 2, count - 1] {
                assert_eq!(field.nearest(field.x(index, count), count), Some(index));
            }
        }
        assert_eq!(field.nearest(10.0, 0), None);
        assert_eq!((field.nearest(-5.0, 9), field.nearest(9e9, 9)), (Some(0), Some(8)));
    }

    #[test]
    fn a_row_of_bars_is_found_where_it_is_drawn() {
        let field = Field::of_bars(800.0, 280.0);
        for index in 0..11 {
            let (top, height) = field.row(index, 11);
            assert_eq!(field.row_at(top + height / 2.0, 11), Some(index));
        }
    }

    #[test]
    fn labels_are_far_enough_apart() {
        assert_eq!(every(31, 700.0, 90.0), 5);
        assert_eq!(every(5, 700.0, 90.0), 1);
        assert_eq!(every(1, 700.0, 90.0), 1);
        assert_eq!(grouped(1_234_567.0), "1,234,567");
        assert_eq!(grouped(-1_234.0), "-1,234");
        assert_eq!(grouped(999.0), "999");
    }
}
