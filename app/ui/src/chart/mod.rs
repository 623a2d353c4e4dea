//! Charts: an SVG in the first page, a canvas in the browser, and an overlay with crosshair and tooltip. The crate
//! `drawing` draws both.
//!
//! - [`Chart`]: the component
//! - [`pointer`]: the selected point, by pointer or keyboard; it never redraws the plot
//! - [`canvas`]: passes the plot to the WASM module that draws it
//!
//! One function draws over the backends of plotters. The server renders an SVG with classes that the style sheet
//! colours. In the browser a second WASM module, loaded with the first chart, draws on a canvas at the screen's
//! resolution, and again when size, theme or resolution change. The layout is computed, not measured, so the overlay
//! knows it too and never redraws the plot. More points than pixels are decimated, keeping the extremes.

mod canvas;
mod pointer;

pub use drawing::{Ink, Plot, Series};

use crate::{signals::OrDefault, views::CollectAny as _};
use drawing::layout::{ABOVE, BELOW, grouped};
use leptos::{html, prelude::*};
use pointer::{Marker, Pointer};

/// A chart of lines or bars.
///
/// ```ignore
/// let series = vec![Series { name: "Honey".into(), ink: Ink::Solid, values: vec![3.0, 5.0] }];
/// let plot = Plot::Lines { labels: vec!["2024-01-01".into(), "2024-01-02".into()], series };
/// view! { <Chart name="Honey" summary="Two days, eight jars." plot/> }
/// ```
#[component]
pub fn Chart(
    /// The label for screen readers.
    #[prop(into)]
    name: String,
    /// A description, in a sentence or two.
    #[prop(into)]
    summary: String,
    /// The data.
    plot: Plot,
    /// Called with the first and the last label of a selected range.
    #[prop(optional)]
    zoom: Option<Callback<(String, String)>>,
    /// Called with the index of a clicked bar.
    #[prop(optional)]
    select: Option<Callback<usize>>,
) -> impl IntoView {
    let hidden = RwSignal::new(vec![false; plot.series().len()]);
    let canvas = NodeRef::<html::Canvas>::new();
    let overlay = NodeRef::<html::Div>::new();
    let bars = matches!(plot, Plot::Bars { .. });
    let height = height(&plot);
    #[cfg(feature = "ssr")]
    let svg = drawing::svg::svg(&plot, 960, height);
    #[cfg(not(feature = "ssr"))]
    let svg = String::new();
    let legend = legend(&plot, hidden);
    let plot = StoredValue::new(plot);
    canvas::follow(canvas, plot, hidden);
    let pointer = Pointer::new(plot, overlay, zoom, select);
    let lines = Memo::new(move |_| pointer.at().map(|at| values_at(plot, hidden, at)).unwrap_or_default());
    let (name_of_points, described_by) = (format!("{name}, point by point"), format!("about-{}", slug(&name)));
    view! {
        <figure class="chart">
            {legend}
            <div class="chart-frame">
                // Sets the height: the content security policy forbids style attributes in the first page.
                <svg class="chart-room" width="1" height=height aria-hidden="true"></svg>
                <div role="img" aria-label=name aria-describedby=described_by.clone()>
                    <div class="chart-picture" inner_html=svg></div>
                    <canvas node_ref=canvas aria-hidden="true"></canvas>
                </div>
                <div
                    node_ref=overlay
                    class="chart-over"
                    class:bars=bars
                    role="slider"
                    tabindex="0"
                    aria-label=name_of_points
                    aria-valuemin="0"
                    aria-valuemax=move || pointer.last().to_string()
                    aria-valuenow=move || pointer.at().unwrap_or_default().to_string()
                    aria-valuetext=move || {
                        lines.with_or_default(|lines| {
                            if lines.is_empty() { "no point".to_owned() } else { lines.join(", ") }
                        })
                    }
                    on:pointermove=move |event| pointer.move_to(event.offset_x().into(), event.offset_y().into())
                    on:pointerdown=move |event| {
                        if event.button() == 0 {
                            // A range may end outside of the chart.
                            if let Some(overlay) = overlay.try_get_untracked().flatten() {
                                let _ = overlay.set_pointer_capture(event.pointer_id());
                            }
                            pointer.press(event.offset_x().into(), event.offset_y().into());
                        }
                    }
                    on:pointerup=move |event| {
                        if event.button() == 0 {
                            pointer.release(event.offset_x().into(), event.offset_y().into());
                        }
                    }
                    on:pointerleave=move |_| pointer.leave()
                    on:blur=move |_| pointer.leave()
                    on:keydown=move |event| {
                        if pointer.key(&event.key(), event.shift_key()) {
                            event.prevent_default();
                        }
                    }
                >
                    {move || pointer.range().map(|(left, width)| selected_range(left, width))}
                    {move || pointer.marker().map(|marker| crosshair(&marker, lines.get_or_default()))}
                </div>
            </div>
            <figcaption id=described_by class="chart-about">
                {summary}
            </figcaption>
        </figure>
    }
}

/// The selected range.
fn selected_range(left: f64, width: f64) -> impl IntoView {
    view! {
        <div
            class="chart-stretch"
            style:left=px(left)
            style:width=px(width)
            style:top=px(ABOVE)
            style:bottom=px(BELOW)
        ></div>
    }
}

/// The crosshair at the selected point, and its tooltip.
fn crosshair(marker: &Marker, lines: Vec<String>) -> impl IntoView + use<> {
    view! {
        <div class="chart-hair" style:left=px(marker.x) style:top=px(marker.y) style:bottom=px(BELOW)></div>
        <div class="chart-tip" class:turned=marker.flipped style:left=px(marker.x) style:top=px(marker.tip)>
            {lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_any()}
        </div>
    }
}

/// The buttons that show and hide a series.
fn legend(plot: &Plot, hidden: RwSignal<Vec<bool>>) -> AnyView {
    let buttons = plot.series().iter().enumerate().map(|(index, series)| {
        let ink = match series.ink {
            Ink::Solid => "solid",
            Ink::Dashed => "dashed",
            Ink::Dotted => "dotted",
        };
        let is_hidden = move || hidden.with_or_default(|hidden| hidden[index]);
        view! {
            <button
                type="button"
                class=format!("legend {ink}")
                aria-pressed=move || (!is_hidden()).to_string()
                on:click=move |_| hidden.update(|hidden| hidden[index] = !hidden[index])
            >
                <span class="legend-ink" aria-hidden="true"></span>
                {series.name.clone()}
            </button>
        }
    });
    let buttons = buttons.collect_any();
    view! { <div class="chart-legend">{buttons}</div> }.into_any()
}

/// The lines of a tooltip: the label of a point, and the values of the visible series.
fn values_at(plot: StoredValue<Plot>, hidden: RwSignal<Vec<bool>>, at: usize) -> Vec<String> {
    let hidden = hidden.get_or_default();
    let lines = plot.try_with_value(|plot| {
        let mut lines: Vec<String> = plot.labels().get(at).cloned().into_iter().collect();
        let shown = plot.series().iter().zip(hidden).filter(|(_, hidden)| !hidden);
        let values = shown.filter_map(|(series, _)| Some((&series.name, series.values.get(at)?)));
        lines.extend(values.map(|(name, value)| format!("{name} {}", grouped(*value))));
        lines
    });
    lines.unwrap_or_default()
}

/// The height in CSS pixels. That of bars depends on their number.
fn height(plot: &Plot) -> u32 {
    match plot {
        Plot::Lines { .. } => 260,
        Plot::Bars { labels, .. } => match labels.len() {
            0..=2 => 88,
            3..=6 => 220,
            _ => 380,
        },
    }
}

/// A length in tenths of a pixel, formatted without the code for fractions: see [`grouped`].
#[allow(clippy::cast_possible_truncation, reason = "a length on a screen")]
fn px(length: f64) -> String {
    let tenths = (length * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}px", tenths.abs() / 10, tenths.abs() % 10)
}

/// Makes an id of a name.
fn slug(name: &str) -> String {
    name.chars().map(|character| if character.is_ascii_alphanumeric() { character } else { '-' }).collect()
}
