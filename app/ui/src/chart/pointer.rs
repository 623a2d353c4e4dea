//! The selected point of a chart, by pointer or keyboard.

use crate::signals::OrDefault;
use drawing::{Ink, Plot, layout::PlotArea};
use leptos::{html, prelude::*};

/// The selected point, and the start of a range.
#[derive(Clone, Copy)]
pub struct Pointer {
    plot: StoredValue<Plot>,
    /// Which series are hidden.
    hidden: RwSignal<Vec<bool>>,
    /// The greatest value of the visible series.
    greatest: Memo<f64>,
    /// The element that follows the pointer.
    pub overlay: NodeRef<html::Div>,
    /// Width and height. They are read on events only: reading them while the page changes would force a second layout.
    size: StoredValue<(f64, f64)>,
    at: RwSignal<Option<usize>>,
    /// The point where dragging, or a selection with the Shift key, started.
    start: RwSignal<Option<usize>>,
    zoom: Option<Callback<(usize, usize)>>,
    select: Option<Callback<usize>>,
}

/// The positions of the marks of a point, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Marker {
    /// Left, top, width and height of the point's column or row.
    pub band: (f64, f64, f64, f64),
    /// The anchor of the tooltip, and the position of the markers.
    pub x: f64,
    /// See `x`.
    pub tip: f64,
    /// The part of its own width and height by which the tooltip lies left of and above the anchor, in per cent.
    pub shift: (u32, u32),
}

impl Pointer {
    /// No selected point.
    pub fn new(
        plot: StoredValue<Plot>,
        hidden: RwSignal<Vec<bool>>,
        zoom: Option<Callback<(usize, usize)>>,
        select: Option<Callback<usize>>,
    ) -> Self {
        let greatest = Memo::new(move |_| {
            let hidden = hidden.get_or_default();
            let greatest = plot.try_with_value(|plot| {
                let shown = plot.series().iter().zip(hidden).filter(|(_, hidden)| !hidden);
                shown.flat_map(|(series, _)| &series.values).copied().fold(0.0, f64::max)
            });
            greatest.unwrap_or_default()
        });
        Self {
            plot,
            hidden,
            greatest,
            overlay: NodeRef::new(),
            size: StoredValue::new((0.0, 0.0)),
            at: RwSignal::new(None),
            start: RwSignal::new(None),
            zoom,
            select,
        }
    }

    /// The index of the selected point.
    pub fn at(self) -> Option<usize> {
        self.at.get_or_default()
    }

    /// Whether each series is visible.
    pub fn shown(self) -> Vec<bool> {
        self.hidden.with_or_default(|hidden| hidden.iter().map(|hidden| !hidden).collect())
    }

    fn count(self) -> usize {
        self.plot.try_with_value(|plot| plot.labels().len()).unwrap_or_default()
    }

    /// The index of the last point.
    pub fn last(self) -> usize {
        self.count().saturating_sub(1)
    }

    /// Whether the chart has bars.
    pub fn is_bars(self) -> bool {
        self.plot.try_with_value(|plot| matches!(plot, Plot::Bars { .. })).unwrap_or_default()
    }

    fn measure(self) {
        if let Some(overlay) = self.overlay.try_get_untracked().flatten() {
            self.size.set_value((f64::from(overlay.client_width()), f64::from(overlay.client_height())));
        }
    }

    /// The plot area, and the size of the whole chart.
    fn area(self) -> (PlotArea, f64, f64) {
        let (width, height) = self.size.try_get_value().unwrap_or_default();
        let area = if self.is_bars() { PlotArea::of_bars(width, height) } else { PlotArea::of_lines(width, height) };
        (area, width, height)
    }

    fn nearest(self, x: f64, y: f64) -> Option<usize> {
        let (area, ..) = self.area();
        if self.is_bars() { area.row_at(y, self.count()) } else { area.nearest(x, self.count()) }
    }

    /// Selects the point nearest to the pointer.
    pub fn move_to(self, x: f64, y: f64) {
        self.measure();
        let nearest = self.nearest(x, y);
        if self.at.try_get_untracked().flatten() != nearest {
            self.at.set(nearest);
        }
    }

    /// Starts a range, if there is a zoom.
    pub fn press(self, x: f64, y: f64) {
        self.move_to(x, y);
        if self.zoom.is_some() {
            self.start.set(self.at.try_get_untracked().flatten());
        }
    }

    /// Ends a range, or clicks a point.
    pub fn release(self, x: f64, y: f64) {
        self.move_to(x, y);
        self.choose();
    }

    /// Moves the focus to the chart.
    pub fn focus(self) {
        if let Some(overlay) = self.overlay.try_get_untracked().flatten() {
            let _ = overlay.focus();
        }
    }

    /// Clears the selection.
    pub fn leave(self) {
        self.at.set(None);
        self.start.set(None);
    }

    /// Zooms to the range, or selects the point if there is no range.
    fn choose(self) {
        let (start, at) = (self.start.try_get_untracked().flatten(), self.at.try_get_untracked().flatten());
        self.start.set(None);
        match (start, at, self.zoom, self.select) {
            (Some(start), Some(at), Some(zoom), _) if start != at => {
                // The point is one of another plot soon.
                self.leave();
                zoom.run((start.min(at), start.max(at)));
            }
            (_, Some(at), _, Some(select)) => select.run(at),
            _ => {}
        }
    }

    /// Handles a key. Returns whether the key has a meaning here.
    pub fn key(self, key: &str, shift: bool) -> bool {
        let (at, last) = (self.at.try_get_untracked().flatten(), self.last());
        if self.count() == 0 {
            return false;
        }
        let next = match key {
            "ArrowRight" | "ArrowDown" => at.map_or(0, |at| (at + 1).min(last)),
            "ArrowLeft" | "ArrowUp" => at.map_or(last, |at| at.saturating_sub(1)),
            "Home" => 0,
            "End" => last,
            "Enter" | " " => {
                self.choose();
                return true;
            }
            "Escape" => {
                self.leave();
                return true;
            }
            _ => return false,
        };
        if !shift || self.zoom.is_none() {
            self.start.set(None);
        } else if self.start.try_get_untracked().flatten().is_none() {
            self.start.set(at);
        }
        self.measure();
        self.at.set(Some(next));
        true
    }

    /// The positions of the marks.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "per cent of a width")]
    pub fn marker(self) -> Option<Marker> {
        const NARROW: f64 = 520.0;
        let at = self.at()?;
        let (area, width, height) = self.area();
        let narrow = width < NARROW;
        // Within a narrow chart the tooltip slides along, so that it never leaves it.
        let slide = |x: f64| (x / width.max(1.0) * 100.0) as u32;
        if self.is_bars() {
            let (top, row) = area.row(at, self.count());
            let x = if narrow { width / 2.0 } else { area.left + 24.0 };
            let below = top + row / 2.0 < height / 2.0 || at == 0;
            let (tip, up) = if below { (top + row, 0) } else { (top, 100) };
            return Some(Marker { band: (0.0, top, width, row), x, tip, shift: (if narrow { 50 } else { 0 }, up) });
        }
        let x = area.x(at, self.count());
        let column = area.column(self.count()).max(2.0);
        let (left, right) = ((x - column / 2.0).max(area.left), (x + column / 2.0).min(area.right));
        let band = (left, area.top, right - left, area.height());
        let side = if x > width / 2.0 { 100 } else { 0 };
        Some(Marker { band, x, tip: area.top, shift: (if narrow { slide(x) } else { side }, 0) })
    }

    /// The look and the vertical position of the selected point of each visible line.
    pub fn dots(self) -> Vec<(Ink, f64)> {
        let Some(at) = self.at().filter(|_| !self.is_bars()) else { return Vec::new() };
        let (area, ..) = self.area();
        let (_, top) = area.axis(self.greatest.get_or_default());
        let dots = self.plot.try_with_value(|plot| {
            let shown = plot.series().iter().zip(self.shown()).filter(|(_, shown)| *shown);
            shown.filter_map(|(series, _)| Some((series.ink, area.y(*series.values.get(at)?, top)))).collect()
        });
        dots.unwrap_or_default()
    }

    /// The left edge and the width of the range.
    pub fn range(self) -> Option<(f64, f64)> {
        let (start, at) = (self.start.try_get().flatten()?, self.at()?);
        let (area, ..) = self.area();
        let (one, other) = (area.x(start, self.count()), area.x(at, self.count()));
        (start != at).then(|| (one.min(other), (one - other).abs()))
    }
}
