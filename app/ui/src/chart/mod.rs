//! Charts: an SVG in the first page, a canvas in the browser, and an overlay with markers and a tooltip. The crate
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

/// The texts of a point's tooltip.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tip {
    /// The heading.
    pub title: String,
    /// The value of each series, in their order.
    pub values: Vec<String>,
    /// More lines: name and value.
    pub notes: Vec<(&'static str, String)>,
}

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
    /// The tooltip of the point with an index. Without it, label and values.
    #[prop(optional)]
    tip: Option<Callback<usize, Tip>>,
    /// The pointer's use, in a few words.
    #[prop(optional)]
    hint: &'static str,
    /// Called with the indices of the first and the last point of a selected range.
    #[prop(optional)]
    zoom: Option<Callback<(usize, usize)>>,
    /// Called to leave the range that the chart was zoomed to.
    #[prop(optional_no_strip)]
    reset: Option<Callback<()>>,
    /// Called with the index of a clicked bar.
    #[prop(optional)]
    select: Option<Callback<usize>>,
) -> impl IntoView {
    let hidden = RwSignal::new(vec![false; plot.series().len()]);
    let canvas = NodeRef::<html::Canvas>::new();
    let height = height(&plot);
    #[cfg(feature = "ssr")]
    let svg = drawing::svg::svg(&plot, 960, height);
    #[cfg(not(feature = "ssr"))]
    let svg = String::new();
    let legend = legend(&plot, hidden);
    let plot = StoredValue::new(plot);
    canvas::follow(canvas, plot, hidden);
    let pointer = Pointer::new(plot, hidden, zoom, select);
    let told = Memo::new(move |_| pointer.at().map(|at| tip_at(plot, tip, at)).unwrap_or_default());
    let (name_of_points, described_by) = (format!("{name}, point by point"), format!("about-{}", slug(&name)));
    view! {
        <figure class="chart">
            <div class="chart-head">
                {legend} {(!hint.is_empty()).then(|| view! { <span class="chart-hint">{hint}</span> })}
                {reset
                    .map(|reset| {
                        view! {
                            <button
                                type="button"
                                on:click=move |_| {
                                    // The button goes away.
                                    pointer.focus();
                                    reset.run(());
                                }
                            >
                                "Reset zoom"
                            </button>
                        }
                    })}
            </div>
            <div class="chart-frame">
                // Sets the height: the content security policy forbids style attributes in the first page.
                <svg class="chart-room" width="1" height=height aria-hidden="true"></svg>
                <div class="chart-image" role="img" aria-label=name aria-describedby=described_by.clone()>
                    {move || pointer.marker().map(|marker| band(&marker))}
                    <div class="chart-picture" inner_html=svg></div>
                    <canvas node_ref=canvas aria-hidden="true"></canvas>
                </div>
                <Overlay pointer told name=name_of_points/>
            </div>
            <figcaption id=described_by class="chart-about">
                {summary}
            </figcaption>
        </figure>
    }
}

/// The layer that follows pointer and keyboard.
#[component]
fn Overlay(pointer: Pointer, told: Memo<Told>, name: String) -> impl IntoView {
    let overlay = pointer.overlay;
    // As an attribute of the view it would be removed for a moment when the report changes, and the focus with it.
    Effect::new(move |_| {
        if let Some(overlay) = overlay.get() {
            overlay.set_tab_index(0);
        }
    });
    view! {
        <div
            node_ref=overlay
            class="chart-over"
            class:bars=pointer.is_bars()
            role="slider"
            aria-label=name
            aria-valuemin="0"
            aria-valuemax=move || pointer.last().to_string()
            aria-valuenow=move || pointer.at().unwrap_or_default().to_string()
            aria-valuetext=move || told.with_or_default(|told| in_words(told, pointer))
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
            {move || pointer.marker().map(|marker| crosshair(&marker, pointer, &told.get_or_default()))}
        </div>
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

/// The column or row of the selected point, behind the plot.
fn band(marker: &Marker) -> impl IntoView + use<> {
    let (left, top, width, height) = marker.band;
    view! {
        <div
            class="chart-band"
            style:left=px(left)
            style:top=px(top)
            style:width=px(width)
            style:height=px(height)
        ></div>
    }
}

/// The markers of the selected point, and its tooltip.
fn crosshair(marker: &Marker, pointer: Pointer, told: &Told) -> impl IntoView + use<> {
    let Marker { x, tip, shift, .. } = *marker;
    let dots = pointer.dots().into_iter().map(|(ink, y)| {
        let class = format!("chart-dot {}", class_of(ink));
        view! { <span class=class style:left=px(x) style:top=px(y)></span> }
    });
    let lines = told.values.iter().zip(pointer.shown());
    let lines = lines.filter(|(_, shown)| *shown).map(|((ink, name, value), _)| {
        let class = format!("ink {}", class_of(*ink));
        view! {
            <span class=class></span>
            <span>{name.clone()} " "</span>
            <span class="chart-value">{value.clone()}</span>
        }
    });
    let notes = told.notes.iter().map(|(name, value)| {
        view! {
            <span></span>
            <span>{*name} " "</span>
            <span class="chart-value">{value.clone()}</span>
        }
    });
    let (dots, lines, notes) = (dots.collect_any(), lines.collect_any(), notes.collect_any());
    view! {
        {dots}
        <div
            class="chart-tip"
            style:left=px(x)
            style:top=px(tip)
            style:transform=format!("translate(-{}%, -{}%)", shift.0, shift.1)
        >
            <div class="chart-told">
                <p>{told.title.clone()}</p>
                <div class="chart-lines">{lines} {notes}</div>
            </div>
        </div>
    }
}

fn class_of(ink: Ink) -> &'static str {
    match ink {
        Ink::Solid => "solid",
        Ink::Dashed => "dashed",
        Ink::Pale => "pale",
    }
}

/// The buttons that show and hide a series.
fn legend(plot: &Plot, hidden: RwSignal<Vec<bool>>) -> AnyView {
    let buttons = plot.series().iter().enumerate().map(|(index, series)| {
        let is_hidden = move || hidden.with_or_default(|hidden| hidden.get(index).copied().unwrap_or_default());
        view! {
            <button
                type="button"
                class="legend"
                aria-pressed=move || (!is_hidden()).to_string()
                on:click=move |_| {
                    hidden.update(|hidden| {
                        if let Some(hidden) = hidden.get_mut(index) {
                            *hidden = !*hidden;
                        }
                    });
                }
            >
                <span class=format!("ink {}", class_of(series.ink)) aria-hidden="true"></span>
                {series.name.clone()}
            </button>
        }
    });
    let buttons = buttons.collect_any();
    view! { <div class="chart-legend">{buttons}</div> }.into_any()
}

/// A tooltip with the look of each series.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Told {
    title: String,
    values: Vec<(Ink, String, String)>,
    notes: Vec<(&'static str, String)>,
}

/// The tooltip of a point.
fn tip_at(plot: StoredValue<Plot>, tip: Option<Callback<usize, Tip>>, at: usize) -> Told {
    let told = plot.try_with_value(|plot| {
        let plain = || Tip {
            title: plot.labels().get(at).cloned().unwrap_or_default(),
            values: plot.series().iter().filter_map(|series| Some(grouped(*series.values.get(at)?))).collect(),
            notes: Vec::new(),
        };
        let Tip { title, values, notes } = tip.map_or_else(plain, |tip| tip.run(at));
        let values = plot.series().iter().zip(values);
        let values = values.map(|(series, value)| (series.ink, series.name.clone(), value)).collect();
        Told { title, values, notes }
    });
    told.unwrap_or_default()
}

/// A tooltip for screen readers.
fn in_words(told: &Told, pointer: Pointer) -> String {
    if told.title.is_empty() {
        return "no point".to_owned();
    }
    let mut words = told.title.clone();
    let lines = told.values.iter().zip(pointer.shown()).filter(|(_, shown)| *shown);
    let lines = lines.map(|((_, name, value), _)| (name.as_str(), value));
    for (name, value) in lines.chain(told.notes.iter().map(|(name, value)| (*name, value))) {
        for piece in [", ", name, " ", value] {
            words.push_str(piece);
        }
    }
    words
}

/// The height in CSS pixels. That of bars depends on their number.
fn height(plot: &Plot) -> u32 {
    const BAR: usize = 12;
    match plot {
        Plot::Lines { .. } => 260,
        Plot::Bars { labels, series } => {
            u32::try_from(labels.len() * (series.len() * BAR + 10) + 8).unwrap_or(u32::MAX)
        }
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
