//! Tables with sortable columns and linked rows.

use crate::views::CollectAny as _;
use leptos::prelude::*;

/// A column of a [`Table`].
pub struct Column<Row: 'static> {
    /// The header.
    pub label: String,
    /// The tooltip of the header; empty for none.
    pub hint: &'static str,
    /// Whether it has numbers, which are aligned to the right.
    pub numeric: bool,
    /// The sort, if the column can be sorted.
    pub sort: Option<ColumnSort>,
    /// The cell of a row.
    pub cell: Box<dyn Fn(&Row) -> AnyView + Send>,
}

/// The sort of a column.
pub struct ColumnSort {
    /// The address of the list sorted by the column, or in the reverse direction if it already is.
    pub address: String,
    /// The current direction, if the list is sorted by the column: `Some(true)` is ascending.
    pub ascending: Option<bool>,
}

/// The address of a row.
pub type RowAddress<Row> = Box<dyn Fn(&Row) -> String>;

/// Whether a row is open beside the table.
pub type IsOpen<Row> = Box<dyn Fn(&Row) -> bool>;

/// A table. Headers of sortable columns are links with `aria-sort`. The link of a row is in its first cell and
/// stretched over the row, so that the keyboard and the middle mouse button work as usual.
#[component]
pub fn Table<Row: 'static>(
    /// The label for screen readers.
    name: &'static str,
    /// The columns, from left to right.
    columns: Vec<Column<Row>>,
    /// The rows of the current page.
    rows: Vec<Row>,
    /// The address of a row, if rows are links.
    #[prop(optional)]
    link: Option<RowAddress<Row>>,
    /// Whether a row is open beside the table.
    #[prop(optional)]
    open: Option<IsOpen<Row>>,
    /// The cells of the footer, such as totals.
    #[prop(optional)]
    foot: Vec<AnyView>,
) -> impl IntoView {
    let headers = columns.iter().map(header).collect_any();
    let body = rows
        .iter()
        .map(|row| {
            let address = link.as_ref().map(|link| link(row));
            let current = open.as_ref().is_some_and(|open| open(row)).then_some("true");
            let cells = columns
                .iter()
                .enumerate()
                .map(|(index, column)| {
                    let content = (column.cell)(row);
                    let content = match address.clone().filter(|_| index == 0) {
                        Some(address) => {
                            view! { <a class="row-link" href=address aria-current=current>{content}</a> }.into_any()
                        }
                        None => content,
                    };
                    view! { <td class:numeric=column.numeric>{content}</td> }
                })
                .collect_any();
            view! { <tr>{cells}</tr> }
        })
        .collect_any();
    let numeric: Vec<bool> = columns.iter().map(|column| column.numeric).collect();
    let foot = (!foot.is_empty()).then(|| {
        let cells = foot.into_iter().zip(numeric).enumerate();
        let cells = cells
            .map(|(index, (content, numeric))| match index {
                0 => view! { <th scope="row">{content}</th> }.into_any(),
                _ => view! { <td class:numeric=numeric>{content}</td> }.into_any(),
            })
            .collect_any();
        view! {
            <tfoot>
                <tr>{cells}</tr>
            </tfoot>
        }
    });
    view! {
        // Focusable, so that the keyboard can scroll it on a narrow screen.
        <div class="table-frame" tabindex="0" role="region" aria-label=format!("{name}, scrolls sideways")>
            <table aria-label=name>
                <thead>
                    <tr>{headers}</tr>
                </thead>
                <tbody>{body}</tbody>
                {foot}
            </table>
        </div>
    }
}

fn header<Row>(column: &Column<Row>) -> impl IntoView + use<Row> {
    let (state, sign) = match column.sort.as_ref().map(|sort| sort.ascending) {
        None => (None, ""),
        Some(None) => (Some("none"), ""),
        Some(Some(true)) => (Some("ascending"), "↑"),
        Some(Some(false)) => (Some("descending"), "↓"),
    };
    let label = column.label.clone();
    let hint = (!column.hint.is_empty()).then_some(column.hint);
    let content = match &column.sort {
        Some(sort) => view! {
            <a href=sort.address.clone()>
                {label} <span class="arrow" aria-hidden="true">{sign}</span>
            </a>
        }
        .into_any(),
        None => label.into_any(),
    };
    view! { <th scope="col" class:numeric=column.numeric aria-sort=state title=hint>{content}</th> }
}
