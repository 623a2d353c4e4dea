//! `/clients/{id}/general`: the General info tab.

use super::{
    Fact, HistoryEntry, ProfileField, ProfileForms,
    api::{OpenProfile, ReadGeneralInfo},
};
use crate::{
    client_page::page::{Changes, NoClient, address_part, client_id, refresh_client, refresh_client_and_open},
    frame::may,
};
use domain::{administrators::Permission, ids::AuditId};
use leptos::{either::Either, prelude::*};
use ui::{
    field::{Checkbox, Field, Select},
    form::PostForm,
    loading::Loading,
    query_form::QueryForm,
    server_query::ServerQuery,
    signals::{OrDefault as _, UntrackedOrDefault as _},
    views::CollectAny as _,
};

/// The General info tab: the facts, the forms and the history.
#[component]
pub fn GeneralPage() -> impl IntoView {
    let id = client_id();
    let changes = expect_context::<Changes>().0;
    let before = address_part("history_before");
    let info = ServerQuery::new(move || {
        changes.track();
        ReadGeneralInfo { id: id.get_or_default(), history_before: before.get_or_default() }
    });
    view! {
        <Loading
            of=info
            show=move |info| match info {
                Ok(info) => {
                    let facts = info.facts.into_iter().map(fact).collect_any();
                    // Other roles have a form for it.
                    let subscription = (!may(Permission::ChangeClients)).then(|| {
                        view! {
                            <label class="checkbox">
                                <input type="checkbox" checked=info.sms_subscription disabled/>
                                <span>"SMS subscription"</span>
                            </label>
                        }
                    });
                    view! {
                        <dl class="facts">{facts}</dl>
                        {subscription}
                    }
                        .into_any()
                }
                Err(error) => view! { <NoClient error/> }.into_any(),
            }
        />
        {may(Permission::ChangeClients).then(|| view! { <Forms/> })}
        <Loading
            of=info
            show=move |info| {
                let path = path(&id.get_untracked_or_default());
                let newest = before.get_untracked_or_default().is_empty();
                // The facts show the error.
                info.ok()
                    .and_then(|info| {
                        let older = info.older;
                        info.history.map(|entries| view! { <History path entries older newest/> })
                    })
                    .into_any()
            }
        />
    }
}

fn path(id: &str) -> String {
    format!("/clients/{id}/general")
}

fn fact(fact: Fact) -> impl IntoView {
    let value = match (fact.value, fact.link) {
        (Some(value), Some(link)) => view! { <a href=link rel="external noopener">{value}</a> }.into_any(),
        (Some(value), None) => value.into_any(),
        (None, _) => view! { <span class="muted">"—"</span> }.into_any(),
    };
    view! {
        <div>
            <dt>{fact.term}</dt>
            <dd>{value}</dd>
        </div>
    }
}

/// The history of changes.
#[component]
fn History(path: String, entries: Vec<HistoryEntry>, older: Option<AuditId>, newest: bool) -> impl IntoView {
    let unknown = || "—".to_owned();
    let change = move |(field, before, after): (String, Option<String>, Option<String>)| {
        view! {
            <li>
                {field} ": "
                {before.map(|before| view! { <del>{before}</del> " → " })}
                <ins>{after.unwrap_or_else(unknown)}</ins>
            </li>
        }
    };
    view! {
        <section class="history" aria-labelledby="history">
            <h2 id="history">"History"</h2>
            {entries.is_empty().then(|| view! { <p class="muted">"No changes yet."</p> })}
            <ol>
                {entries
                    .into_iter()
                    .map(|entry| {
                        view! {
                            <li>
                                <p>
                                    <time>{entry.at}</time>
                                    " "
                                    <strong>{entry.who}</strong>
                                    {format!(" {}.", entry.action)}
                                </p>
                                <ul>{entry.changes.into_iter().map(change).collect_any()}</ul>
                            </li>
                        }
                    })
                    .collect_any()}
            </ol>
            <p class="actions">
                {(!newest).then(|| view! { <a class="button" href=path.clone()>"Newest"</a> })}
                {older.map(|id| view! { <a class="button" href=format!("{path}?history_before={id}")>"Older"</a> })}
            </p>
        </section>
    }
}

/// The forms. They don't refresh with the client, so that nothing typed is lost when somebody else changes it.
#[component]
fn Forms() -> impl IntoView {
    let id = client_id();
    let (edit, answer) = (address_part("edit"), address_part("answer"));
    let forms = ServerQuery::new(move || {
        // Refreshes for each edit, so that the form begins with the current values.
        let _ = edit.try_get();
        OpenProfile { id: id.get_or_default(), answer: answer.get_or_default() }
    });
    view! {
        <Loading
            of=forms
            show=move |forms| {
                let editing = edit.try_get_untracked().is_some_and(|edit| edit == "true");
                let id = id.get_untracked_or_default();
                forms.ok().map(|forms| view! { <Open id forms editing/> }).into_any()
            }
        />
    }
}

#[component]
fn Open(id: String, forms: ProfileForms, editing: bool) -> impl IntoView {
    let ProfileForms { sms_subscription, fields, keys: [subscription_key, profile_key], answer } = forms;
    let path = path(&id);
    let (on_done, on_saved) = (refresh_client(), refresh_client_and_open(path.clone()));
    let shown = answer.clone().filter(|answer| answer.form == "profile");
    view! {
        <div class="panels">
            <PostForm
                action=format!("{path}/subscription")
                id="subscription"
                title="Mailings"
                key=subscription_key
                answer=answer.clone()
                keeps=true
                on_done
            >
                <Checkbox label="SMS subscription" name="sms_subscription" checked=sms_subscription/>
                <button type="submit" class="primary">
                    "Save"
                </button>
            </PostForm>
            {(!editing)
                .then(|| {
                    let done = shown.clone().and_then(|answer| answer.outcome.ok());
                    view! {
                        <QueryForm action=path.clone() kept=vec![("edit", "true".to_owned())] class="edit">
                            <button type="submit">"Edit"</button>
                        </QueryForm>
                        {done.map(|message| view! { <p class="form-note done" role="status">{message}</p> })}
                    }
                })}
        </div>
        {editing
            .then(|| {
                view! {
                    <PostForm
                        action=format!("{path}/profile")
                        id="profile"
                        title="Profile"
                        key=profile_key
                        answer=shown.clone()
                        keeps=true
                        on_done=on_saved
                    >
                        <div class="profile-fields">
                            {fields
                                .into_iter()
                                .map(|field| {
                                    let typed = shown.as_ref().and_then(|answer| answer.typed(&field.name));
                                    view! { <Editor field typed/> }
                                })
                                .collect_any()}
                        </div>
                        <div class="actions">
                            <button type="submit" class="primary">
                                "Save profile"
                            </button>
                            <a class="button" href=path>
                                "Cancel"
                            </a>
                        </div>
                    </PostForm>
                }
            })}
    }
}

/// A field of the profile, and its value from when the form was opened.
#[component]
fn Editor(field: ProfileField, typed: Option<String>) -> impl IntoView {
    let ProfileField { name, was, label, value, choices } = field;
    let shown = typed.unwrap_or_else(|| value.clone());
    view! {
        <input type="hidden" name=was value=value/>
        {match choices {
            Some(options) => Either::Left(view! { <Select label name options value=shown/> }),
            None => Either::Right(view! { <Field label name value=shown/> }),
        }}
    }
}
