use crate::ui::{
    table::{Column, Table},
    tick::{Tick, Ticked},
};
use leptos::prelude::*;

pub fn example() -> AnyView {
    let ticked = Ticked::nothing();
    ticked.begin_with(vec!["2".to_owned()]);
    let column = |label: &str, cell: Box<dyn Fn(&(u32, &'static str)) -> AnyView + Send>| Column {
        label: label.to_owned(),
        hint: "",
        numeric: false,
        sort: None,
        cell,
    };
    let columns = vec![
        column("Name", Box::new(|(_, name)| name.into_any())),
        column(
            "Select",
            Box::new(move |(number, name)| {
                let (value, label) = (number.to_string(), format!("Select {name}"));
                view! { <Tick ticked form="tick-example" name="row" value label/> }.into_any()
            }),
        ),
    ];
    view! {
        <Table name="Rows to tick" columns rows=vec![(1, "Shop"), (2, "Alert")]/>
        <form id="tick-example" method="get" action="/ui">
            <button type="submit">"Send the ticked ones"</button>
        </form>
    }
    .into_any()
}
