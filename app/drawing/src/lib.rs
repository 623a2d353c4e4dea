//! Draws charts with plotters. It knows no page, no feature and no database.
//!
//! - here: what is drawn; [`layout`]: where things are, which whoever stands over the drawing knows too
//! - [`decimate`]: of more points than there are pixels, those that show
//! - `draw`: the one drawing, whatever it is drawn on
//! - `svg`: on the server, for the first page; `canvas`: in the browser
//!
//! The browser gets the drawing as a module of its own (`frontend/chart`), which only pages with a chart load.

#[cfg(feature = "canvas")]
pub mod canvas;
pub mod decimate;
#[cfg(any(feature = "svg", feature = "canvas"))]
mod draw;
pub mod layout;
#[cfg(feature = "svg")]
pub mod svg;

use serde::{Deserialize, Serialize};

/// What is drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Plot {
    /// Values in a row, joined by straight lines; the labels are days, or what else stands below.
    Lines {
        /// A label for each value, in their order.
        labels: Vec<String>,
        /// The lines.
        series: Vec<Series>,
    },
    /// Bars from left to right, with their labels in front.
    Bars {
        /// A label for each group of bars, from top to bottom.
        labels: Vec<String>,
        /// The bars of each group.
        series: Vec<Series>,
    },
}

/// A line, or a bar in each group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// What the legend calls it.
    pub name: String,
    /// How it looks.
    pub ink: Ink,
    /// Not below zero, as many as there are labels.
    pub values: Vec<f64>,
}

/// How a series looks; told apart also without colour, by dashes and markers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ink {
    /// What was sent: blue and solid.
    Sent,
    /// What was delivered: purple and dashed.
    Delivered,
    /// Anything else: in the accent's colour, dotted.
    Other,
}

impl Plot {
    /// A label for each value.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        let (Self::Lines { labels, .. } | Self::Bars { labels, .. }) = self;
        labels
    }

    /// What is drawn over the labels.
    #[must_use]
    pub fn series(&self) -> &[Series] {
        let (Self::Lines { series, .. } | Self::Bars { series, .. }) = self;
        series
    }

    /// The greatest value.
    #[must_use]
    pub fn greatest(&self) -> f64 {
        self.series().iter().flat_map(|series| &series.values).copied().fold(0.0, f64::max)
    }
}
