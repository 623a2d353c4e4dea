//! Which point of a chart is meant, by pointer or by key.

use drawing::{Plot, layout::Field};
use leptos::{html, prelude::*};

/// The point that is meant, and where a stretch began.
#[derive(Clone, Copy)]
pub struct Point {
    plot: StoredValue<Plot>,
    over: NodeRef<html::Div>,
    /// Width and height, looked at when something happens and not while the page changes, which would lay it out twice.
    size: StoredValue<(f64, f64)>,
    at: RwSignal<Option<usize>>,
    /// Where dragging, or the Shift key, began.
    from: RwSignal<Option<usize>>,
    zoom: Option<Callback<(String, String)>>,
    select: Option<Callback<usize>>,
}

/// Where a point is told of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// The hair's place.
    pub x: f64,
    /// See `x`.
    pub y: f64,
    /// The upper edge of what is told.
    pub tip: f64,
    /// Whether it stands on the left of the hair, where there is more room.
    pub turned: bool,
}

impl Point {
    /// No point is meant yet.
    pub fn new(
        plot: StoredValue<Plot>,
        over: NodeRef<html::Div>,
        zoom: Option<Callback<(String, String)>>,
        select: Option<Callback<usize>>,
    ) -> Self {
        Self {
            plot,
            over,
            size: StoredValue::new((0.0, 0.0)),
            at: RwSignal::new(None),
            from: RwSignal::new(None),
            zoom,
            select,
        }
    }

    /// The number of the point.
    pub fn at(self) -> Option<usize> {
        self.at.try_get().flatten()
    }

    fn count(self) -> usize {
        self.plot.try_with_value(|plot| plot.labels().len()).unwrap_or_default()
    }

    /// The number of the last point there is.
    pub fn last(self) -> usize {
        self.count().saturating_sub(1)
    }

    fn is_bars(self) -> bool {
        self.plot.try_with_value(|plot| matches!(plot, Plot::Bars { .. })).unwrap_or_default()
    }

    fn measure(self) {
        if let Some(over) = self.over.try_get_untracked().flatten() {
            self.size.set_value((f64::from(over.client_width()), f64::from(over.client_height())));
        }
    }

    /// Where values are drawn, and the width of it all.
    fn field(self) -> (Field, f64) {
        let (width, height) = self.size.try_get_value().unwrap_or_default();
        let field = if self.is_bars() { Field::of_bars(width, height) } else { Field::of_lines(width, height) };
        (field, width)
    }

    fn nearest(self, x: f64, y: f64) -> Option<usize> {
        let (field, _) = self.field();
        if self.is_bars() { field.row_at(y, self.count()) } else { field.nearest(x, self.count()) }
    }

    /// The pointer is here.
    pub fn move_to(self, x: f64, y: f64) {
        self.measure();
        let nearest = self.nearest(x, y);
        if self.at.try_get_untracked().flatten() != nearest {
            self.at.set(nearest);
        }
    }

    /// It was pressed here: a stretch may begin.
    pub fn press(self, x: f64, y: f64) {
        self.move_to(x, y);
        if self.zoom.is_some() {
            self.from.set(self.at.try_get_untracked().flatten());
        }
    }

    /// It was let go here: that is a stretch, or a click.
    pub fn release(self, x: f64, y: f64) {
        self.move_to(x, y);
        self.choose();
    }

    /// Nothing is meant any more.
    pub fn leave(self) {
        self.at.set(None);
        self.from.set(None);
    }

    /// A stretch, if there is one, or else the point.
    fn choose(self) {
        let (from, at) = (self.from.try_get_untracked().flatten(), self.at.try_get_untracked().flatten());
        self.from.set(None);
        match (from, at, self.zoom, self.select) {
            (Some(from), Some(at), Some(zoom), _) if from != at => {
                let labels = self.plot.try_with_value(|plot| {
                    let label = |index: usize| plot.labels().get(index).cloned();
                    label(from.min(at)).zip(label(from.max(at)))
                });
                if let Some(labels) = labels.flatten() {
                    zoom.run(labels);
                }
            }
            (_, Some(at), _, Some(select)) => select.run(at),
            _ => {}
        }
    }

    /// A key was pressed. Says whether it meant something here.
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
            self.from.set(None);
        } else if self.from.try_get_untracked().flatten().is_none() {
            self.from.set(at);
        }
        self.measure();
        self.at.set(Some(next));
        true
    }

    /// Where the point is told of.
    pub fn place(self) -> Option<Place> {
        const ABOVE: f64 = 8.0;
        let at = self.at()?;
        let (field, width) = self.field();
        if self.is_bars() {
            let (top, height) = field.row(at, self.count());
            let (x, y) = (field.left + 24.0, top + height / 2.0);
            return Some(Place { x, y, tip: (top + height).min(field.bottom - 70.0).max(0.0), turned: false });
        }
        let x = field.x(at, self.count());
        Some(Place { x, y: field.top, tip: ABOVE, turned: x > width / 2.0 })
    }

    /// Left edge and width of the stretch.
    pub fn stretch(self) -> Option<(f64, f64)> {
        let (from, at) = (self.from.try_get().flatten()?, self.at()?);
        let (field, _) = self.field();
        let (one, other) = (field.x(from, self.count()), field.x(at, self.count()));
        (from != at).then(|| (one.min(other), (one - other).abs()))
    }
}
