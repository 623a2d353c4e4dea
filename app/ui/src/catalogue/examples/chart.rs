use leptos::prelude::*;
use ui::chart::{Chart, Ink, Plot, Series};

pub fn example() -> AnyView {
    let labels = (1..=14).map(|day| format!("2024-01-{day:02}")).collect();
    let honey = vec![30., 42., 0., 55., 61., 1204., 58., 70., 66., 81., 0., 90., 77., 95.];
    let wax = vec![3., 42., 0., 50., 60., 1100., 40., 70., 66., 30., 0., 90., 20., 15.];
    let series = vec![
        Series { name: "Honey".to_owned(), ink: Ink::Solid, values: honey },
        Series { name: "Wax".to_owned(), ink: Ink::Dashed, values: wax },
    ];
    view! { <Chart name="Honey by days" summary="Honey and wax of two weeks." plot=Plot::Lines { labels, series }/> }
        .into_any()
}
