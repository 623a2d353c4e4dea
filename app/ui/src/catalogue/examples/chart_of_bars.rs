use leptos::prelude::*;
use ui::chart::{Chart, Ink, Plot, Series};

pub fn example() -> AnyView {
    let labels = ["Linden", "Rape", "A meadow with more flowers than anybody counted", "Other"];
    let labels = labels.map(str::to_owned).to_vec();
    let series = vec![
        Series { name: "Visits".to_owned(), ink: Ink::Solid, values: vec![1_234_567., 800_000., 1204., 0.] },
        Series { name: "Returns".to_owned(), ink: Ink::Dashed, values: vec![1_200_000., 790_000., 1204., 0.] },
    ];
    view! { <Chart name="Bees by flower" summary="Four kinds of flowers." plot=Plot::Bars { labels, series }/> }
        .into_any()
}
