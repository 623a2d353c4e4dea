//! The columns of names, for the tab and the queue.

use super::editor::Status;
use domain::names::{NameList, NameRow, NameStatus, TICKED_FORM};
use leptos::prelude::*;
use ui::{
    selection::{Tick, Ticked},
    signals::UntrackedOrDefault as _,
    table::{Column, ColumnSort},
    views::CollectAny as _,
};
use values::messaging::messages;

/// Notes the names of a page that is about to be shown. Ticks of names that others have decided meanwhile go.
pub fn show_page(list: &NameList, ticked: Ticked, page: RwSignal<Vec<String>>) {
    let now: Vec<String> = list.rows.iter().map(|row| row.seen.to_string()).collect();
    let before = page.get_untracked_or_default();
    // Another page has other names.
    if before.iter().any(|seen| now.contains(seen)) {
        ticked.forget_gone(&before, &now);
    }
    page.try_set(now);
}

/// A column of the table.
pub fn column(
    label: &str,
    sort: Option<ColumnSort>,
    cell: impl Fn(&NameRow) -> AnyView + Send + 'static,
) -> Column<NameRow> {
    Column { label: label.to_owned(), hint: "", numeric: false, sort, cell: Box::new(cell) }
}

/// The name, in the face of sender IDs.
pub fn name(row: &NameRow) -> AnyView {
    view! { <span class="sender-id">{row.seen.name.clone()}</span> }.into_any()
}

/// The status with its reason and the warnings.
pub fn status(row: &NameRow) -> AnyView {
    let reason = row.reason.clone().map(|reason| view! { <span class="muted reason">{reason}</span> });
    let warning = |warning: &String| view! { <span class="look-alike">{warning.clone()}</span> };
    view! {
        <span class="two-lines">
            <Status status=row.status/>
            {reason}
            {row.warnings.iter().map(warning).collect_any()}
        </span>
    }
    .into_any()
}

/// The status and a badge for warnings, for a table beside the name that is open.
pub fn short_status(row: &NameRow) -> AnyView {
    let badge = (!row.warnings.is_empty()).then(|| {
        view! { <span class="badge" title=row.warnings.join(", and ")>"look-alike"</span> }
    });
    view! {
        <span class="two-lines">
            <Status status=row.status/>
            {badge}
        </span>
    }
    .into_any()
}

/// `Filled`, or a dash.
pub fn questionnaire(row: &NameRow) -> AnyView {
    if row.filled { "Filled".into_any() } else { view! { <span class="muted">"—"</span> }.into_any() }
}

/// The time and the author of the last status change.
pub fn changed(row: &NameRow) -> AnyView {
    view! {
        <span class="two-lines">
            <span>{row.status_at.clone()}</span>
            <span class="muted">{row.status_by.clone()}</span>
        </span>
    }
    .into_any()
}

/// The day of the last status change.
pub fn short_changed(row: &NameRow) -> AnyView {
    let day = row.status_at.split(' ').next().unwrap_or_default().to_owned();
    view! { <span title=format!("{}, by {}", row.status_at, row.status_by)>{day}</span> }.into_any()
}

/// The messages under the name, and a badge if it was used unchecked.
pub fn used(row: &NameRow) -> AnyView {
    let unchecked = row.status != NameStatus::Checked && row.sent.0 > 0;
    view! {
        <span class="two-lines">
            <span>{messages(row.sent.0, row.sent.1)}</span>
            {unchecked.then(|| view! { <span class="badge">"used unchecked"</span> })}
        </span>
    }
    .into_any()
}

/// The messages under the name, for a table of mostly unchecked names.
pub fn short_used(row: &NameRow) -> AnyView {
    messages(row.sent.0, row.sent.1).into_any()
}

/// The column of the messages in 30 days.
pub fn sent(cell: fn(&NameRow) -> AnyView) -> Column<NameRow> {
    Column {
        label: "Sent in 30 days".to_owned(),
        hint: "Messages handed over for delivery, and their parts; today and the 29 days before",
        numeric: true,
        sort: None,
        cell: Box::new(cell),
    }
}

/// The column of ticks.
pub fn tick(ticked: Ticked) -> Column<NameRow> {
    column("Select", None, move |row| {
        let (value, label) = (row.seen.to_string(), format!("Select {}", row.seen.name));
        view! { <Tick ticked form=TICKED_FORM name="seen" value label/> }.into_any()
    })
}
