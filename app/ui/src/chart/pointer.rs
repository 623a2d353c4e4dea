//! The selected point of a chart, by pointer or keyboard.

use crate::signals::OrDefault;
use drawing::{Plot, layout::PlotArea};
use leptos::{html, prelude::*};

/// The selected point, and the start of a range.
#[derive(Clone, Copy)]
pub struct Pointer {
    plot: StoredValue<Plot>,
    overlay: NodeRef<html::Div>,
    /// Width and height. They are read on events only: reading them while the page changes would force a second layout.
    size: StoredValue<(f64, f64)>,
    at: RwSignal<Option<usize>>,
    /// The point where dragging, or a selection with the Shift key, started.
    start: RwSignal<Option<usize>>,
    zoom: Option<Callback<(String, String)>>,
    select: Option<Callback<usize>>,
}

/// The positions of crosshair and tooltip, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Marker {
    /// The position of the crosshair.
    pub x: f64,
    /// See `x`.
    pub y: f64,
    /// The upper edge of the tooltip.
    pub tip: f64,
    /// Whether the tooltip is on the left of the crosshair, where there is more room.
    pub flipped: bool,
}

impl Pointer {
    /// No selected point.
    pub fn new(
        plot: StoredValue<Plot>,
        overlay: NodeRef<html::Div>,
        zoom: Option<Callback<(String, String)>>,
        select: Option<Callback<usize>>,
    ) -> Self {
        Self {
            plot,
            overlay,
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

    fn count(self) -> usize {
        self.plot.try_with_value(|plot| plot.labels().len()).unwrap_or_default()
    }

    /// The index of the last point.
    pub fn last(self) -> usize {
        self.count().saturating_sub(1)
    }

    fn is_bars(self) -> bool {
        self.plot.try_with_value(|plot| matches!(plot, Plot::Bars { .. })).unwrap_or_default()
    }

    fn measure(self) {
        if let Some(overlay) = self.overlay.try_get_untracked().flatten() {
            self.size.set_value((f64::from(overlay.client_width()), f64::from(overlay.client_height())));
        }
    }

    /// The plot area, and the width of the whole chart.
    fn area(self) -> (PlotArea, f64) {
        let (width, height) = self.size.try_get_value().unwrap_or_default();
        let area = if self.is_bars() { PlotArea::of_bars(width, height) } else { PlotArea::of_lines(width, height) };
        (area, width)
    }

    fn nearest(self, x: f64, y: f64) -> Option<usize> {
        let (area, _) = self.area();
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
                let labels = self.plot.try_with_value(|plot| {
                    let label = |index: usize| plot.labels().get(index).cloned();
                    label(start.min(at)).zip(label(start.max(at)))
                });
                if let Some(labels) = labels.flatten() {
                    zoom.run(labels);
                }
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

    /// The positions of crosshair and tooltip.
    pub fn marker(self) -> Option<Marker> {
        const ABOVE: f64 = 8.0;
        let at = self.at()?;
        let (area, width) = self.area();
        if self.is_bars() {
            let (top, height) = area.row(at, self.count());
            let (x, y) = (area.left + 24.0, top + height / 2.0);
            return Some(Marker { x, y, tip: (top + height).min(area.bottom - 70.0).max(0.0), flipped: false });
        }
        let x = area.x(at, self.count());
        Some(Marker { x, y: area.top, tip: ABOVE, flipped: x > width / 2.0 })
    }

    /// The left edge and the width of the range.
    pub fn range(self) -> Option<(f64, f64)> {
        let (start, at) = (self.start.try_get().flatten()?, self.at()?);
        let (area, _) = self.area();
        let (one, other) = (area.x(start, self.count()), area.x(at, self.count()));
        (start != at).then(|| (one.min(other), (one - other).abs()))
    }
}
