//! Draws charts with plotters: as SVG on the server, on a canvas in the browser.
//!
//! - [`Plot`]: the data of a chart
//! - [`layout`]: the positions of a chart's parts, which the overlay in the browser needs too
//! - [`decimate`]: leaves out points that share a pixel
//! - `draw`: draws a plot on any backend
//! - `svg`: the SVG of the first page; `canvas`: the canvas in the browser
//!
//! In the browser it is a WASM module of its own (`frontend/chart`), which only pages with a chart load.

#[cfg(feature = "canvas")]
pub mod canvas;
pub mod decimate;
#[cfg(any(feature = "svg", feature = "canvas"))]
mod draw;
pub mod layout;
#[cfg(feature = "svg")]
pub mod svg;

use serde::{Deserialize, Serialize};

/// The data of a chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Plot {
    /// Lines from left to right. The labels below are days, for example.
    Lines {
        /// A label for each value.
        labels: Vec<String>,
        /// The lines.
        series: Vec<Series>,
    },
    /// Horizontal bars with their labels on the left.
    Bars {
        /// A label for each group of bars, from top to bottom.
        labels: Vec<String>,
        /// The bars of each group.
        series: Vec<Series>,
    },
}

/// A line, or one bar of each group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// The name in the legend.
    pub name: String,
    /// The look.
    pub ink: Ink,
    /// A value for each label, not below zero.
    pub values: Vec<f64>,
}

/// The look of a series. Dashes, markers and weight tell series apart without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ink {
    /// Blue and solid.
    Solid,
    /// Purple and dashed.
    Dashed,
    /// Pale and thin, behind the others: what was before.
    Pale,
}

impl Plot {
    /// A label for each value.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        let (Self::Lines { labels, .. } | Self::Bars { labels, .. }) = self;
        labels
    }

    /// The lines or bars.
    #[must_use]
    pub fn series(&self) -> &[Series] {
        let (Self::Lines { series, .. } | Self::Bars { series, .. }) = self;
        series
    }

    /// The greatest value of all series.
    #[must_use]
    pub fn greatest(&self) -> f64 {
        self.series().iter().flat_map(|series| &series.values).copied().fold(0.0, f64::max)
    }
}
