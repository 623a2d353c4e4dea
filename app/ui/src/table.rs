//! A table of rows with columns that sort, and rows that are links.

use leptos::prelude::*;

/// A column of a [`Table`].
pub struct Column<Row: 'static> {
    /// The header.
    pub label: String,
    /// What the header doesn't say by itself, for whoever points at it; empty for nothing.
    pub hint: &'static str,
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

/// Where a row leads.
pub type RowAddress<Row> = Box<dyn Fn(&Row) -> String>;

/// Whether a row is the one that is open.
pub type IsOpen<Row> = Box<dyn Fn(&Row) -> bool>;

/// A table. Headers that sort are links, and say how they are sorted. Where rows lead somewhere, the first cell holds
/// the row's link, stretched over the row, so that the middle button and the keyboard work as anywhere.
#[component]
pub fn Table<Row: 'static>(
    /// What a screen reader calls it.
    name: &'static str,
    /// The columns, from left to right.
    columns: Vec<Column<Row>>,
    /// The rows of the page that is shown.
    rows: Vec<Row>,
    /// Where a row leads, if it does.
    #[prop(optional)]
    link: Option<RowAddress<Row>>,
    /// Which row is open beside the table, if one is.
    #[prop(optional)]
    open: Option<IsOpen<Row>>,
    /// The cells of a row below that sums up the others, and isn't one of them.
    #[prop(optional)]
    foot: Vec<AnyView>,
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
        })
        .collect_view();
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
                .collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    let numeric: Vec<bool> = columns.iter().map(|column| column.numeric).collect();
    let foot = (!foot.is_empty()).then(|| {
        let cells = foot.into_iter().zip(numeric).enumerate();
        let cells = cells
            .map(|(index, (content, numeric))| match index {
                0 => view! { <th scope="row">{content}</th> }.into_any(),
                _ => view! { <td class:numeric=numeric>{content}</td> }.into_any(),
            })
            .collect_view();
        view! {
            <tfoot>
                <tr>{cells}</tr>
            </tfoot>
        }
    });
    view! {
        // Scrolls sideways on a narrow screen, also with the keyboard.
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
