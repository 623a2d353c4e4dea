//! The parts of a name that is open: summary, forms and history. The tab and the queue combine them.

use super::undo::{Decided, UndoForm};
use crate::frame::mail_hint;
use domain::names::{NameForms, NameRow, NameStatus, OpenName, QuestionnaireField, StatusChange, TICKED_FORM};
use leptos::prelude::*;
use std::sync::Arc;
use ui::{
    dialog::{Dialog, DialogClose},
    field::{Checkbox, Field, TextArea},
    form::PostForm,
    selection::Ticked,
    signals::OrDefault as _,
    views::CollectAny as _,
};
use values::{form_answer::FormAnswer, messaging::messages};

/// A status. Signs distinguish it without colour.
#[component]
pub fn Status(
    /// The status.
    status: NameStatus,
) -> impl IntoView {
    let sign = match status {
        NameStatus::New => "○",
        NameStatus::Checked => "✓",
        NameStatus::Rejected => "✕",
        NameStatus::Retired | NameStatus::Removed => "–",
    };
    view! {
        <span class=format!("status {}", status.word().to_lowercase())>
            <span aria-hidden="true">{sign}</span>
            {status.label()}
        </span>
    }
}

/// The facts that a decision needs.
#[component]
pub fn NameSummary(
    /// The name.
    row: NameRow,
    /// The state of the mail that notified the client of its names, if there is one.
    notified: Option<String>,
) -> impl IntoView {
    let NameRow { status, reason, filled, status_at, status_by, sent, warnings, seen, .. } = row;
    let unchecked = status != NameStatus::Checked && sent.0 > 0;
    view! {
        {warnings
            .into_iter()
            .map(|warning| view! { <p class="form-note asks">{format!("“{}” {warning}.", seen.name)}</p> })
            .collect_any()}
        <dl class="summary">
            <div>
                <dt>"Status"</dt>
                <dd>
                    <Status status/>
                    <span class="since">{format!("since {status_at}, by {status_by}")}</span>
                </dd>
            </div>
            <div>
                <dt>"Questionnaire"</dt>
                <dd>{if filled { "Filled" } else { "—" }}</dd>
            </div>
            <div>
                <dt>"Sent in 30 days"</dt>
                <dd>
                    {messages(sent.0, sent.1)}
                    {unchecked.then(|| view! { <span class="badge">"used unchecked"</span> })}
                </dd>
            </div>
        </dl>
        {reason.map(|reason| view! { <p class="reason">{format!("Reason: {reason}")}</p> })}
        {notified.map(|state| view! { <p class="muted">{state}</p> })}
    }
}

/// The questionnaire, read-only.
#[component]
pub fn Questionnaire(
    /// The fields with their values.
    fields: Vec<(QuestionnaireField, String)>,
) -> impl IntoView {
    let fact = |(field, value): (QuestionnaireField, String)| {
        let value =
            if value.is_empty() { view! { <span class="muted">"—"</span> }.into_any() } else { value.into_any() };
        view! {
            <div>
                <dt>{field.label()}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    view! { <dl class="facts">{fields.into_iter().map(fact).collect_any()}</dl> }
}

/// The fields of a name, in the form that adds or saves one.
#[component]
pub fn NameFields(
    /// The name.
    name: String,
    /// The questionnaire's fields.
    fields: Vec<(QuestionnaireField, String)>,
) -> impl IntoView {
    let editor = |(field, value): (QuestionnaireField, String)| {
        let (label, name, hint) = (field.label(), field.word(), field.hint());
        match field {
            QuestionnaireField::Contacts | QuestionnaireField::Subject => {
                view! { <TextArea label name value hint/> }.into_any()
            }
            _ => view! { <Field label name value hint/> }.into_any(),
        }
    };
    view! {
        <Field label="Name" name="name" value=name hint="3 to 11 Latin letters, or letters with digits"/>
        <div class="profile-fields">{fields.into_iter().map(editor).collect_any()}</div>
    }
}

/// Returns what was typed into a field of a form that was sent without JavaScript, or else the current value.
#[must_use]
pub fn typed_or(answer: Option<&FormAnswer>, form: &str, field: &str, there: String) -> String {
    let answer = answer.filter(|answer| answer.form == form);
    answer.and_then(|answer| answer.typed(field)).unwrap_or(there)
}

/// Applies [`typed_or`] to each field of the questionnaire.
#[must_use]
pub fn typed_fields(
    answer: Option<&FormAnswer>,
    form: &str,
    fields: Vec<(QuestionnaireField, String)>,
) -> Vec<(QuestionnaireField, String)> {
    let typed = |(field, there): (QuestionnaireField, String)| (field, typed_or(answer, form, field.word(), there));
    fields.into_iter().map(typed).collect()
}

/// The form that decides the names that it contains, or those that are ticked elsewhere.
#[component]
pub fn Decide(
    /// An id of its own on the page.
    id: &'static str,
    /// The title.
    #[prop(into)]
    title: String,
    /// The statuses that the names may change to.
    moves: Vec<NameStatus>,
    /// The form's idempotency key.
    key: String,
    /// The answer to a form that was sent without JavaScript.
    answer: Option<FormAnswer>,
    /// The next step after the decision.
    decided: Decided,
    /// The inputs that select the names.
    children: Children,
) -> impl IntoView {
    let on_done = decided.on_done(key.clone());
    let reason = typed_or(answer.as_ref(), id, "reason", String::new());
    let notify = typed_or(answer.as_ref(), id, "notify", String::new()) == "true";
    let rejects = moves.contains(&NameStatus::Rejected);
    // Enter in the reason submits with the first button.
    let mut moves = moves;
    moves.sort_by_key(|status| *status != NameStatus::Rejected);
    let button = |status: NameStatus| {
        let checks = status == NameStatus::Checked;
        let class = if checks { "primary" } else { "" };
        // An edited questionnaire is saved before its name is checked.
        view! {
            <button type="submit" name="to" value=status.word() class=class data-saves=checks.then_some("save")>
                {status.button()}
            </button>
        }
    };
    view! {
        <PostForm action="/names/decide".to_owned() id title key answer on_done>
            {children()}
            {rejects.then(|| view! { <Field label="Reason" name="reason" value=reason hint="Required to reject"/> })}
            <Checkbox label="Notify customer" name="notify" checked=notify hint=mail_hint()/>
            <div class="actions">{moves.into_iter().map(button).collect_any()}</div>
        </PostForm>
    }
}

/// The form that decides ticked names. With JavaScript it is hidden while none is ticked.
#[component]
pub fn DecideTicked(
    /// The initial state of the form.
    forms: NameForms,
    /// The ticked names, which are cleared when the form is done.
    ticked: Ticked,
    /// The versions of the names on the page. Their checkboxes belong to the form; other ticked names are sent by it.
    page: Signal<Vec<String>>,
    /// Runs when the form is done.
    then: Callback<()>,
    /// Runs when the decision was taken back.
    undone: Callback<Option<String>>,
    /// Whether the decision closes the name that is open, with what was typed there.
    #[prop(optional)]
    leaves: bool,
) -> impl IntoView {
    let NameForms { keys: [_, key], answer, .. } = forms;
    let then = Callback::new(move |()| {
        ticked.set(Vec::new());
        then.run(());
    });
    let decided = Decided { seen: Arc::new(move || ticked.values()), reopen: None, then, undone };
    view! {
        <UndoForm answer=answer.clone() key=key.clone()/>
        <div class="decide-bar" hidden=move || ticked.is_idle() data-leaves=leaves.then_some("")>
            <Decide id=TICKED_FORM title="Ticked names" moves=NameStatus::CURRENT.to_vec() key answer decided>
                <input type="hidden" name="ticked" value="true"/>
                {move || {
                    let beyond = page.with_or_default(|page| ticked.beyond(page));
                    beyond
                        .into_iter()
                        .map(|seen| view! { <input type="hidden" name="seen" value=seen/> })
                        .collect_any()
                }}
                <TickedCount ticked/>
            </Decide>
        </div>
    }
}

/// The number of ticked names, and a button that unticks them. It needs JavaScript.
#[component]
fn TickedCount(ticked: Ticked) -> impl IntoView {
    let count = move || match ticked.total() {
        0 => String::new(),
        1 => "1 name ticked".to_owned(),
        several => format!("{several} names ticked"),
    };
    let clear = move |_| {
        // The focus would be lost with the hidden bar.
        ui::form::focus("main");
        ticked.set(Vec::new());
    };
    view! {
        <p class="ticked-count" hidden=move || ticked.total() == 0>
            <strong role="status">{count}</strong>
            <button type="button" class="quiet" on:click=clear>
                "Clear"
            </button>
        </p>
    }
}

/// The form that removes a name, or retires a used one.
#[component]
pub fn Remove(
    /// The name.
    open_name: OpenName,
    /// The answer to a form that was sent without JavaScript.
    answer: Option<FormAnswer>,
    /// Runs when the form is done, with its message.
    on_done: Callback<String>,
) -> impl IntoView {
    let OpenName { row, used, keys: [_, _, key], .. } = open_name;
    let (seen, client) = (row.seen.to_string(), row.seen.client_id);
    let (verb, consequence) = if used {
        ("Retire", "Messages were sent from this name, so it stays in reports as retired.")
    } else {
        ("Remove", "No messages were sent from this name. Its questionnaire is removed with it.")
    };
    let button = format!("{verb} {}", row.seen.name);
    view! {
        <Dialog button=button.clone() title=format!("{button}?") id="remove-dialog">
            <PostForm action=format!("/clients/{client}/names/remove") id="remove" title=verb key answer on_done>
                <input type="hidden" name="seen" value=seen/>
                <p>{consequence}</p>
                <div class="actions">
                    <button type="submit" class="primary">
                        {button}
                    </button>
                    <DialogClose dialog="remove-dialog"/>
                </div>
            </PostForm>
        </Dialog>
    }
}

/// The history of the name's statuses.
#[component]
pub fn History(
    /// The steps, newest first.
    steps: Vec<StatusChange>,
) -> impl IntoView {
    let step = |step: StatusChange| {
        view! {
            <li>
                <p>
                    <time>{step.at}</time>
                    " "
                    <strong>{step.by}</strong>
                    " "
                    <Status status=step.status/>
                </p>
                {step.reason.map(|reason| view! { <p class="muted">{reason}</p> })}
            </li>
        }
    };
    view! {
        <section class="history" aria-labelledby="name-history">
            <h3 id="name-history">"History"</h3>
            <ol>{steps.into_iter().map(step).collect_any()}</ol>
        </section>
    }
}
