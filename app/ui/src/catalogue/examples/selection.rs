use leptos::prelude::*;
use ui::{table::{Column, Table}, selection::{Tick, Ticked}};

type Row = (u32, &'static str);

fn column(label: &str, cell: impl Fn(&Row) -> AnyView + Send + 'static) -> Column<Row> {
    Column { label: label.to_owned(), hint: "", numeric: false, sort: None, cell: Box::new(cell) }
}

pub fn example() -> AnyView {
    let ticked = Ticked::nothing();
    ticked.begin_with(vec!["2".to_owned()]);
    let tick = move |row: &Row| {
        let (value, label) = (row.0.to_string(), format!("Select {}", row.1));
        view! { <Tick ticked form="tick-example" name="row" value label/> }.into_any()
    };
    let columns = vec![column("Name", |row| row.1.into_any()), column("Select", tick)];
    view! {
        <Table name="Rows to tick" columns rows=vec![(1, "Shop"), (2, "Alert")]/>
        <form id="tick-example" method="get" action="/ui">
            <button type="submit">"Send the ticked ones"</button>
        </form>
    }
    .into_any()
}
