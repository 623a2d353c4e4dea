use leptos::prelude::*;
use ui::{amount::Amount, table::{Column, ColumnSort, Table}};
use values::Money;

struct Row {
    id: u32,
    name: &'static str,
    balance: Money,
}

pub fn example() -> AnyView {
    let rows = vec![
        Row { id: 1, name: "Blue Heron Ltd", balance: Money(12_345_000) },
        Row { id: 2, name: "ФОП Шевченко", balance: Money(-5_000) },
    ];
    let sort = |column, ascending| Some(ColumnSort { address: format!("/ui?sort={column}"), ascending });
    let columns = vec![
        Column {
            label: "ID".to_owned(),
            hint: "",
            numeric: true,
            sort: sort("id", Some(true)),
            cell: Box::new(|row: &Row| row.id.into_any()),
        },
        Column {
            label: "Name".to_owned(),
            hint: "The full name",
            numeric: false,
            sort: sort("name", None),
            cell: Box::new(|row| row.name.into_any()),
        },
        Column {
            label: "Balance".to_owned(),
            hint: "",
            numeric: true,
            sort: None,
            cell: Box::new(|row| view! { <Amount money=row.balance currency="EUR"/> }.into_any()),
        },
    ];
    view! { <Table name="Example" columns rows link=Box::new(|row| format!("/ui#{}", row.id))/> }.into_any()
}
