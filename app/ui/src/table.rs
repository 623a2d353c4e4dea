//! Tables with sortable columns and linked rows.

use crate::{rows, views::CollectAny as _};
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

/// A table. Headers of sortable columns are links with `aria-sort`. The link of a row is in its first cell; with
/// JavaScript a click anywhere on the row opens it, and text can be selected as usual.
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
    /// The CSS class of each column. With them each row is a card on a narrow screen.
    #[prop(optional)]
    cards: Vec<&'static str>,
) -> impl IntoView {
    let class_of = |index: usize| cards.get(index).copied();
    let headers = columns
        .iter()
        .enumerate()
        .map(|(index, Column { label, hint, numeric, sort, .. })| {
            header(label.clone(), hint, *numeric, sort.as_ref(), class_of(index))
        })
        .collect();
    let body = rows
        .iter()
        .map(|row| {
            let address = link.as_ref().map(|link| link(row));
            let current = open.as_ref().is_some_and(|open| open(row));
            let cells = columns.iter().enumerate().map(|(index, column)| {
                let content = (column.cell)(row);
                let content = match address.clone().filter(|_| index == 0) {
                    Some(address) => row_link(address, current, content),
                    None => content,
                };
                cell(content, column.numeric, class_of(index).map(|class| (class, column.label.clone())))
            });
            table_row(cells.collect(), !cards.is_empty())
        })
        .collect();
    let numeric = columns.iter().map(|column| column.numeric).collect();
    framed(name, headers, body, footer(foot, numeric), !cards.is_empty())
}

// The functions below aren't generic over the row, so that the browser's code has each of them once.

fn row_link(address: String, current: bool, content: AnyView) -> AnyView {
    let current = current.then_some("true");
    view! { <a class="row-link" href=address aria-current=current>{content}</a> }.into_any()
}

/// A cell. In a table of cards it has its class, and the label that the card shows. There its role is explicit, since
/// a card isn't laid out as a row.
fn cell(content: AnyView, numeric: bool, card: Option<(&'static str, String)>) -> AnyView {
    let role = card.as_ref().map(|_| "cell");
    let (class, label) = card.unzip();
    view! { <td class=class class:numeric=numeric role=role data-label=label>{content}</td> }.into_any()
}

fn table_row(cells: Vec<AnyView>, cards: bool) -> AnyView {
    view! { <tr role=cards.then_some("row")>{cells}</tr> }.into_any()
}

fn footer(foot: Vec<AnyView>, numeric: Vec<bool>) -> Option<AnyView> {
    let cells = foot.into_iter().zip(numeric).enumerate();
    let cells = cells
        .map(|(index, (content, numeric))| match index {
            0 => view! { <th scope="row">{content}</th> }.into_any(),
            _ => cell(content, numeric, None),
        })
        .collect_any();
    (!cells.is_empty()).then(|| {
        view! {
            <tfoot>
                <tr>{cells}</tr>
            </tfoot>
        }
        .into_any()
    })
}

fn framed(
    name: &'static str,
    headers: Vec<AnyView>,
    body: Vec<AnyView>,
    foot: Option<AnyView>,
    cards: bool,
) -> AnyView {
    let role = |role: &'static str| cards.then_some(role);
    let tbody = NodeRef::new();
    rows::come_back(tbody);
    view! {
        <div class="table-place" class:cards=cards>
            // Focusable, so that the keyboard can scroll it on a narrow screen.
            <div class="table-frame" tabindex="0" role="region" aria-label=format!("{name}, scrolls sideways")>
                <table aria-label=name role=role("table")>
                    <thead role=role("rowgroup")>
                        <tr role=role("row")>{headers}</tr>
                    </thead>
                    <tbody
                        node_ref=tbody
                        role=role("rowgroup")
                        on:mousedown=|event| rows::press(&event)
                        on:click=|event| rows::click(&event)
                        on:auxclick=|event| rows::click(&event)
                    >
                        {body}
                    </tbody>
                    {foot}
                </table>
            </div>
        </div>
    }
    .into_any()
}

fn header(
    label: String,
    hint: &'static str,
    numeric: bool,
    sort: Option<&ColumnSort>,
    class: Option<&'static str>,
) -> AnyView {
    let (state, sign) = match sort.map(|sort| sort.ascending) {
        None => (None, ""),
        Some(None) => (Some("none"), ""),
        Some(Some(true)) => (Some("ascending"), "↑"),
        Some(Some(false)) => (Some("descending"), "↓"),
    };
    let hint = (!hint.is_empty()).then_some(hint);
    let content = match sort {
        Some(sort) => view! {
            <a href=sort.address.clone()>
                {label} <span class="arrow" aria-hidden="true">{sign}</span>
            </a>
        }
        .into_any(),
        None => label.into_any(),
    };
    let role = class.map(|_| "columnheader");
    view! {
        <th scope="col" class=class class:numeric=numeric role=role aria-sort=state title=hint>{content}</th>
    }
    .into_any()
}
