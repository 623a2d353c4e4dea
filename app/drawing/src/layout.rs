//! The positions of a chart's parts, in CSS pixels from its upper left corner. The margins for labels are fixed rather
//! than measured, because the width of text depends on the fonts of server and browser.

/// The left margin of lines, for the numbers of the axis.
const NUMBERS: f64 = 72.0;
/// The lower margin of lines, for the labels.
pub const BELOW: f64 = 28.0;
/// The upper margin of lines.
pub const ABOVE: f64 = 10.0;
/// The right margin of lines, for the end of the last label.
const RIGHT: f64 = 34.0;
/// The distance between two numbers of the axis.
const NUMBER: f64 = 44.0;
/// The width of a label of lines, with the gap to the next.
const LABEL: f64 = 92.0;
/// The left margin of bars, for their labels.
const BAR_LABELS: f64 = 190.0;
/// The same in a narrow chart.
const NARROW_BAR_LABELS: f64 = 110.0;
/// The width below which a chart is narrow.
const NARROW: f64 = 520.0;
/// The right margin of bars, for their values.
const BAR_VALUES: f64 = 76.0;

/// The rectangle in which values are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlotArea {
    /// The left edge.
    pub left: f64,
    /// The upper edge.
    pub top: f64,
    /// The right edge.
    pub right: f64,
    /// The lower edge.
    pub bottom: f64,
}

impl PlotArea {
    /// The plot area of lines, in a chart of this size.
    #[must_use]
    pub fn of_lines(width: f64, height: f64) -> Self {
        Self { left: NUMBERS, top: ABOVE, right: (width - RIGHT).max(NUMBERS + 1.0), bottom: height - BELOW }
    }

    /// The plot area of bars, in a chart of this size.
    #[must_use]
    pub fn of_bars(width: f64, height: f64) -> Self {
        let left = if width < NARROW { NARROW_BAR_LABELS } else { BAR_LABELS };
        Self { left, top: 4.0, right: (width - BAR_VALUES).max(left + 1.0), bottom: height - 4.0 }
    }

    /// The width.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// The height.
    #[must_use]
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// The horizontal position of a point of a line with `count` points. A single point is in the middle.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a number of points")]
    pub fn x(&self, index: usize, count: usize) -> f64 {
        if count < 2 {
            return f64::midpoint(self.left, self.right);
        }
        self.left + self.width() * index as f64 / (count - 1) as f64
    }

    /// The index of the point nearest to a horizontal position.
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

    /// The width of the column of a point, between the points beside it.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a number of points")]
    pub fn column(&self, count: usize) -> f64 {
        self.width() / count.saturating_sub(1).max(1) as f64
    }

    /// The vertical position of a value of lines, on an axis that ends at `top`.
    #[must_use]
    pub fn y(&self, value: f64, top: f64) -> f64 {
        self.bottom - self.height() * value / top
    }

    /// The step and the end of the axis of lines: see [`axis`].
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of steps")]
    pub fn axis(&self, greatest: f64) -> (f64, f64) {
        axis(greatest, (self.height() / NUMBER).max(1.0) as u32)
    }

    /// The upper edge and the height of one of `count` groups of bars.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a number of bars")]
    pub fn row(&self, index: usize, count: usize) -> (f64, f64) {
        let height = self.height() / count.max(1) as f64;
        (self.top + height * index as f64, height)
    }

    /// The index of the group of bars at a vertical position.
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

/// The step and the end of an axis from zero, with at most `most` steps. The end is at least the greatest value.
#[must_use]
pub fn axis(greatest: f64, most: u32) -> (f64, f64) {
    let rough = (greatest / f64::from(most.max(1))).max(1.0);
    let mut size = 1.0;
    while size * 10.0 <= rough {
        size *= 10.0;
    }
    // Values are counts, so the axis has whole numbers only.
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * size).find(|step| *step >= rough).unwrap_or(size);
    let step = step.max(1.0);
    (step, (greatest / step).ceil().max(1.0) * step)
}

/// The step between written labels, so that labels of a width don't overlap within the room.
#[must_use]
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of labels"
)]
pub fn label_step(count: usize, room: f64, width: f64) -> usize {
    let fits = (room / width).floor().max(1.0);
    ((count.saturating_sub(1)) as f64 / fits).ceil().max(1.0) as usize
}

/// The step between written labels of lines, in a chart of a width.
#[must_use]
pub fn line_label_step(count: usize, width: f64) -> usize {
    label_step(count, PlotArea::of_lines(width, 0.0).width(), LABEL)
}

/// Formats a number with separated thousands: `12,345`.
///
/// It formats a whole number, since the code that formats fractions would bring the browser 17 kB.
#[must_use]
#[allow(clippy::cast_possible_truncation, reason = "a number of messages")]
pub fn grouped(number: f64) -> String {
    let digits = (number.round() as i64).to_string();
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
    fn an_axis_has_round_whole_numbers_and_reaches_the_greatest_value() {
        assert_eq!(axis(0.0, 5), (1.0, 1.0));
        assert_eq!(axis(3.0, 5), (1.0, 3.0));
        assert_eq!(axis(97.0, 5), (20.0, 100.0));
        assert_eq!(axis(101.0, 5), (50.0, 150.0));
        assert_eq!(axis(1_203_411.0, 5), (500_000.0, 1_500_000.0));
    }

    #[test]
    fn the_nearest_point_is_found_where_it_is_drawn() {
        let area = PlotArea::of_lines(800.0, 280.0);
        for count in [1, 2, 31, 366] {
            for index in [0, count / 2, count - 1] {
                assert_eq!(area.nearest(area.x(index, count), count), Some(index));
            }
        }
        assert_eq!(area.nearest(10.0, 0), None);
        assert_eq!((area.nearest(-5.0, 9), area.nearest(9e9, 9)), (Some(0), Some(8)));
    }

    #[test]
    fn a_group_of_bars_is_found_where_it_is_drawn() {
        let area = PlotArea::of_bars(800.0, 280.0);
        for index in 0..11 {
            let (top, height) = area.row(index, 11);
            assert_eq!(area.row_at(top + height / 2.0, 11), Some(index));
        }
    }

    #[test]
    fn labels_do_not_overlap() {
        assert_eq!(label_step(31, 700.0, 90.0), 5);
        assert_eq!(label_step(5, 700.0, 90.0), 1);
        assert_eq!(label_step(1, 700.0, 90.0), 1);
        assert_eq!(grouped(1_234_567.0), "1,234,567");
        assert_eq!(grouped(-1_234.0), "-1,234");
        assert_eq!(grouped(999.0), "999");
    }
}
