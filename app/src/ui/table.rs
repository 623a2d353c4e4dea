//! A table of rows with columns that sort, and rows that are links.

use leptos::prelude::*;

/// A column of a [`Table`].
pub struct Column<Row: 'static> {
    /// The header.
    pub label: &'static str,
    /// Whether it holds numbers, which are aligned to the right.
    pub numeric: bool,
    /// How it sorts, if it does.
    pub sort: Option<ColumnSort>,
    /// What its cell shows of a row.
    pub cell: Box<dyn Fn(&Row) -> AnyView + Send>,
}

/// How a column sorts.
pub struct ColumnSort {
    /// The address of the list sorted by it, or turned round when it is sorted by it already.
    pub address: String,
    /// Whether the list is sorted by it now: `Some(true)` upwards, `Some(false)` downwards.
    pub ascending: Option<bool>,
}

/// A table. Headers that sort are links, and say how they are sorted; the first cell of a row holds the
/// row's link, stretched over the row, so that the middle button and the keyboard work as anywhere.
#[component]
pub fn Table<Row: 'static>(
    /// What a screen reader calls it.
    name: &'static str,
    /// The columns, from left to right.
    columns: Vec<Column<Row>>,
    /// The rows of the page that is shown.
    rows: Vec<Row>,
    /// Where a row leads.
    link: impl Fn(&Row) -> String,
) -> impl IntoView {
    let headers = columns
        .iter()
        .map(|column| {
            let (state, sign) = match column.sort.as_ref().map(|sort| sort.ascending) {
                None => (None, ""),
                Some(None) => (Some("none"), ""),
                Some(Some(true)) => (Some("ascending"), "↑"),
                Some(Some(false)) => (Some("descending"), "↓"),
            };
            let label = column.label;
            let content = match &column.sort {
                Some(sort) => view! {
                    <a href=sort.address.clone()>
                        {label} <span class="arrow" aria-hidden="true">{sign}</span>
                    </a>
                }
                .into_any(),
                None => label.into_any(),
            };
            view! { <th scope="col" class:numeric=column.numeric aria-sort=state>{content}</th> }
        })
        .collect_view();
    let body = rows
        .iter()
        .map(|row| {
            let address = link(row);
            let cells = columns
                .iter()
                .enumerate()
                .map(|(index, column)| {
                    let content = (column.cell)(row);
                    let content = if index == 0 {
                        view! { <a class="row-link" href=address.clone()>{content}</a> }.into_any()
                    } else {
                        content
                    };
                    view! { <td class:numeric=column.numeric>{content}</td> }
                })
                .collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    view! {
        // Scrolls sideways on a narrow screen, also with the keyboard.
        <div class="table-frame" tabindex="0" role="region" aria-label=format!("{name}, scrolls sideways")>
            <table aria-label=name>
                <thead>
                    <tr>{headers}</tr>
                </thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
}
