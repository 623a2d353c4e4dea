//! Charts: a picture in the first page, a canvas in the browser, and what follows the pointer above both. It knows no
//! feature and no page; the crate `drawing` draws.
//!
//! - [`Chart`]: the component
//! - [`pointer`]: which point is meant, by pointer or by key; nothing of it draws the plot anew
//! - [`canvas`]: hands the plot over to the browser's drawing, a module that is loaded with the first chart

mod canvas;
mod pointer;

pub use drawing::{Ink, Plot, Series};

use drawing::layout::{ABOVE, BELOW, grouped};
use leptos::{html, prelude::*};
use pointer::Point;

/// A chart of lines or bars.
///
/// ```ignore
/// let series = vec![Series { name: "Sent".into(), ink: Ink::Sent, values: vec![3.0, 5.0] }];
/// let plot = Plot::Lines { labels: vec!["2024-01-01".into(), "2024-01-02".into()], series };
/// view! { <Chart name="Messages" summary="Two days, eight messages." plot/> }
/// ```
#[component]
pub fn Chart(
    /// What a screen reader calls the picture.
    #[prop(into)]
    name: String,
    /// What it shows, in a sentence or two.
    #[prop(into)]
    summary: String,
    /// What is drawn.
    plot: Plot,
    /// Called with the first and the last label of a stretch that was dragged over.
    #[prop(optional)]
    zoom: Option<Callback<(String, String)>>,
    /// Called with the number of a bar that was clicked.
    #[prop(optional)]
    select: Option<Callback<usize>>,
) -> impl IntoView {
    let hidden = RwSignal::new(vec![false; plot.series().len()]);
    let canvas = NodeRef::<html::Canvas>::new();
    let over = NodeRef::<html::Div>::new();
    let bars = matches!(plot, Plot::Bars { .. });
    let height = height(&plot);
    #[cfg(feature = "ssr")]
    let picture = drawing::svg::svg(&plot, 960, height);
    #[cfg(not(feature = "ssr"))]
    let picture = String::new();
    let legend = legend(&plot, hidden);
    let plot = StoredValue::new(plot);
    canvas::follow(canvas, plot, hidden);
    let point = Point::new(plot, over, zoom, select);
    let lines = Memo::new(move |_| point.at().map(|at| told(plot, hidden, at)).unwrap_or_default());
    let (name_of_points, described_by) = (format!("{name}, point by point"), format!("about-{}", slug(&name)));
    view! {
        <figure class="chart">
            {legend}
            <div class="chart-frame">
                // As high as the chart. The content security policy refuses a style attribute in the first page.
                <svg class="chart-room" width="1" height=height aria-hidden="true"></svg>
                <div role="img" aria-label=name aria-describedby=described_by.clone()>
                    <div class="chart-picture" inner_html=picture></div>
                    <canvas node_ref=canvas aria-hidden="true"></canvas>
                </div>
                <div
                    node_ref=over
                    class="chart-over"
                    class:bars=bars
                    role="slider"
                    tabindex="0"
                    aria-label=name_of_points
                    aria-valuemin="0"
                    aria-valuemax=move || point.last().to_string()
                    aria-valuenow=move || point.at().unwrap_or_default().to_string()
                    aria-valuetext=move || {
                        let told = lines.try_get().unwrap_or_default();
                        if told.is_empty() { "no point".to_owned() } else { told.join(", ") }
                    }
                    on:pointermove=move |event| point.move_to(event.offset_x().into(), event.offset_y().into())
                    on:pointerdown=move |event| {
                        if event.button() == 0 {
                            // A stretch goes on, and ends, also beyond the chart.
                            if let Some(over) = over.try_get_untracked().flatten() {
                                let _ = over.set_pointer_capture(event.pointer_id());
                            }
                            point.press(event.offset_x().into(), event.offset_y().into());
                        }
                    }
                    on:pointerup=move |event| {
                        if event.button() == 0 {
                            point.release(event.offset_x().into(), event.offset_y().into());
                        }
                    }
                    on:pointerleave=move |_| point.leave()
                    on:blur=move |_| point.leave()
                    on:keydown=move |event| {
                        if point.key(&event.key(), event.shift_key()) {
                            event.prevent_default();
                        }
                    }
                >
                    {move || point.stretch().map(|(left, width)| {
                        view! {
                            <div
                                class="chart-stretch"
                                style:left=px(left)
                                style:width=px(width)
                                style:top=px(ABOVE)
                                style:bottom=px(BELOW)
                            ></div>
                        }
                    })}
                    {move || point.place().map(|place| {
                        view! {
                            <div class="chart-hair" style:left=px(place.x) style:top=px(place.y) style:bottom=px(BELOW)></div>
                            <div class="chart-tip" class:turned=place.turned style:left=px(place.x) style:top=px(place.tip)>
                                {lines.try_get().unwrap_or_default().into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
                            </div>
                        }
                    })}
                </div>
            </div>
            <figcaption id=described_by class="chart-about">
                {summary}
            </figcaption>
        </figure>
    }
}

/// The switches that show and hide a series.
fn legend(plot: &Plot, hidden: RwSignal<Vec<bool>>) -> AnyView {
    let switches = plot.series().iter().enumerate().map(|(index, series)| {
        let ink = match series.ink {
            Ink::Sent => "sent",
            Ink::Delivered => "delivered",
            Ink::Other => "other",
        };
        let is_hidden = move || hidden.try_with(|hidden| hidden[index]).unwrap_or_default();
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
    let switches = switches.collect_view();
    view! { <div class="chart-legend">{switches}</div> }.into_any()
}

/// What is told of a point: its label, and each series that is shown.
fn told(plot: StoredValue<Plot>, hidden: RwSignal<Vec<bool>>, at: usize) -> Vec<String> {
    let hidden = hidden.try_get().unwrap_or_default();
    let told = plot.try_with_value(|plot| {
        let mut told: Vec<String> = plot.labels().get(at).cloned().into_iter().collect();
        let shown = plot.series().iter().zip(hidden).filter(|(_, hidden)| !hidden);
        let values = shown.filter_map(|(series, _)| Some((&series.name, series.values.get(at)?)));
        told.extend(values.map(|(name, value)| format!("{name} {}", grouped(*value))));
        told
    });
    told.unwrap_or_default()
}

/// How high it is, in CSS pixels: as lines need it, or as many bars do.
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

fn px(place: f64) -> String {
    format!("{place:.1}px")
}

/// A name as an id has it.
fn slug(name: &str) -> String {
    name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect()
}
