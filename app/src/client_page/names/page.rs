//! `/clients/{id}/names`: the Names tab.

use super::{
    api::{ListNames, ListUnregistered, OpenNames},
    editor::{Decide, DecideTicked, History, NameFields, NameSummary, Questionnaire, Remove, typed_fields, typed_or},
    table,
    undo::Decided,
};
use crate::{
    client_page::page::{Changes, NoClient, address_part, client_id, refresh_client, refresh_client_and_open},
    frame::{SIGN_IN, may, waiting::with_recount},
    views::bar::Views,
};
use domain::{
    administrators::Permission,
    clients::no_such_client,
    names::{
        NameForms, NameList, NameRow, NameStatus, QuestionnaireField, TICKED_FORM, Unregistered, UnregisteredName,
        query::{NamesQuery, Questionnaires, Sort},
    },
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use std::sync::Arc;
use ui::{
    field::Select,
    form::{PostForm, press, value_of},
    list_page::ListPage,
    loading::Loading,
    notice::Notice,
    pager::Pager,
    query_form::QueryForm,
    search_box::SearchBox,
    selection::{TickAll, Ticked},
    server_query::ServerQuery,
    signals::{OrDefault as _, UntrackedOrDefault as _, use_query_string},
    table::{Column, ColumnSort, Table},
    unsaved::take_next,
    views::CollectAny as _,
};
use values::{
    Direction,
    answer::{Answer, Refusal},
    error::Error,
    form_answer::FormAnswer,
    messaging::messages,
    paging::ListQuery as _,
};

/// The Names tab: a name that is open, the table, and the sender IDs that aren't names.
#[component]
pub fn NamesPage() -> impl IntoView {
    let id = client_id();
    let address = use_query_string();
    // The forms are read again for each of these parts. They stay for any other part, so that nothing typed is lost.
    let parts = ["name", "add", "new_name", "answer"].map(address_part);
    let saving = Saving { reload: RwSignal::new(0), next: StoredValue::new(None) };
    let forms = ServerQuery::of_address(move || {
        saving.reload.track();
        for part in parts {
            let _ = part.try_get();
        }
        OpenNames { id: id.get_or_default(), address: address.get_untracked_or_default() }
    });
    let ticked = Ticked::nothing();
    let page = RwSignal::new(Vec::new());
    let undone = reopen();
    let id_now = move || id.get_untracked_or_default();
    view! {
        <Loading
            of=forms
            show=move |forms| match forms {
                Ok(Answer { query, content: forms }) => {
                    view! { <Opened id=id_now() query forms undone saving/> }.into_any()
                }
                Err(Refusal { error: error @ Error::NotFound(_), query }) if error != no_such_client() => {
                    let all: NamesQuery = query.unwrap_or_default().on_page(1);
                    view! {
                        <Notice title=error.to_string() failed=true>
                            <a href=all.address(&path(&id_now()))>"Show all names"</a>
                        </Notice>
                    }
                        .into_any()
                }
                // The table shows any other error.
                Err(_) => ().into_any(),
            }
        />
        <List ticked page/>
        {may(Permission::ChangeClients)
            .then(|| {
                view! {
                    <Loading
                        of=forms
                        show=move |forms| {
                            forms
                                .ok()
                                .map(|Answer { query, content: forms }| {
                                    let then = close(&id_now(), &query);
                                    view! { <DecideTicked forms ticked page=page.into() then undone leaves=true/> }
                                })
                                .into_any()
                        }
                    />
                }
            })}
        <OtherNames/>
    }
}

fn path(id: &str) -> String {
    format!("/clients/{id}/names")
}

/// Closes a form that is done, and refreshes the list and the menu's count.
fn done(id: &str, query: &NamesQuery) -> Callback<String> {
    with_recount(refresh_client_and_open(query.on_page(query.paging.page).address(&path(id))))
}

/// A questionnaire that is saved before its name is decided.
#[derive(Clone, Copy)]
struct Saving {
    /// Reads the name again.
    reload: RwSignal<u32>,
    /// The selector of the button to press then.
    next: StoredValue<Option<String>>,
}

/// Closes a name that is decided, and refreshes the list.
fn close(id: &str, query: &NamesQuery) -> Callback<()> {
    let (refresh, navigate) = (refresh_client(), use_navigate());
    let address = query.on_page(query.paging.page).address(&path(id));
    Callback::new(move |()| {
        refresh.run(String::new());
        navigate(&address, NavigateOptions { scroll: false, ..Default::default() });
    })
}

/// Closes a name that is saved, or reads it again and then presses the button that waits for it.
fn saved(id: &str, query: &NamesQuery, saving: Saving) -> Callback<String> {
    let (close, reopen) = (done(id, query), reopen());
    let (query, path) = (query.clone(), path(id));
    Callback::new(move |message: String| {
        let Some(next) = take_next() else { return close.run(message) };
        saving.next.set_value(Some(next));
        let name = value_of("#save-name");
        if query.open.as_ref() == Some(&name) {
            saving.reload.update(|reload| *reload += 1);
        } else {
            reopen.run(Some(query.with_open(&name).address(&path)));
        }
    })
}

/// Refreshes the list after a decision was taken back, and opens its name again.
fn reopen() -> Callback<Option<String>> {
    let (refresh, navigate) = (refresh_client(), use_navigate());
    Callback::new(move |address: Option<String>| {
        refresh.run(String::new());
        if let Some(address) = address {
            navigate(&address, NavigateOptions { scroll: false, ..Default::default() });
        }
    })
}

/// The name that is open, or the form that adds one.
#[component]
fn Opened(
    id: String,
    query: NamesQuery,
    forms: NameForms,
    undone: Callback<Option<String>>,
    saving: Saving,
) -> impl IntoView {
    let NameForms { open, keys: [key, _], answer } = forms;
    let changes = may(Permission::ChangeClients);
    let back = query.on_page(query.paging.page).address(&path(&id));
    let on_done = done(&id, &query);
    let done_message =
        answer.clone().filter(|answer| answer.form != TICKED_FORM).and_then(|answer| answer.outcome.ok());
    if let Some(name) = query.add.clone().filter(|_| changes) {
        return view! { <Add id name key answer back on_done/> }.into_any();
    }
    let Some(open_name) = open else {
        return done_message.map(|message| view! { <p class="form-note done" role="status">{message}</p> }).into_any();
    };
    let (row, fields) = (open_name.row.clone(), open_name.fields.clone());
    let name = row.seen.name.clone();
    let current = NameStatus::CURRENT.contains(&row.status);
    let removable = changes && current;
    if let Some(next) = saving.next.try_update_value(Option::take).flatten() {
        press(next);
    }
    view! {
        <section class="opened" aria-labelledby="opened" data-leaves="">
            <div class="page-head">
                <h2 id="opened" class="sender-id">
                    {name}
                </h2>
                <div class="actions">
                    {removable.then(|| view! { <Remove open_name=open_name.clone() answer=answer.clone() on_done/> })}
                    <a class="button" href=back>
                        "Close"
                    </a>
                </div>
            </div>
            <NameSummary row=row.clone() notified=open_name.notified.clone()/>
            {if changes {
                view! {
                    <div class="panels name-panels">
                        {if current {
                            let (id, row, key) = (id.clone(), row.clone(), open_name.keys[0].clone());
                            let (answer, on_done) = (answer.clone(), saved(&id, &query, saving));
                            view! { <Save id row fields key answer on_done/> }.into_any()
                        } else {
                            view! { <Questionnaire fields/> }.into_any()
                        }}
                        <Decision id query row key=open_name.keys[1].clone() answer undone/>
                    </div>
                }
                    .into_any()
            } else {
                view! { <Questionnaire fields/> }.into_any()
            }}
            <History steps=open_name.history/>
        </section>
    }
    .into_any()
}

/// The form that decides the name that is open.
#[component]
fn Decision(
    id: String,
    query: NamesQuery,
    row: NameRow,
    key: String,
    answer: Option<FormAnswer>,
    undone: Callback<Option<String>>,
) -> impl IntoView {
    let seen = row.seen.to_string();
    let decides = seen.clone();
    let decided = Decided {
        seen: Arc::new(move || vec![decides.clone()]),
        reopen: Some(query.with_open(&row.seen.name).address(&path(&id))),
        then: close(&id, &query),
        undone,
    };
    view! {
        <Decide id="decide" title="Decision" moves=row.status.moves().to_vec() key answer decided>
            <input type="hidden" name="seen" value=seen/>
        </Decide>
    }
}

#[component]
fn Add(
    id: String,
    name: String,
    key: String,
    answer: Option<FormAnswer>,
    back: String,
    on_done: Callback<String>,
) -> impl IntoView {
    let name = typed_or(answer.as_ref(), "add", "name", name);
    let empty = QuestionnaireField::ALL.iter().map(|field| (*field, String::new())).collect();
    let fields = typed_fields(answer.as_ref(), "add", empty);
    view! {
        <PostForm action=format!("{}/add", path(&id)) id="add" title="New name" key answer on_done>
            <NameFields name fields/>
            <div class="actions">
                <button type="submit" class="primary">
                    "Save"
                </button>
                <a class="button" href=back>
                    "Cancel"
                </a>
            </div>
        </PostForm>
    }
}

#[component]
fn Save(
    id: String,
    row: NameRow,
    fields: Vec<(QuestionnaireField, String)>,
    key: String,
    answer: Option<FormAnswer>,
    on_done: Callback<String>,
) -> impl IntoView {
    let name = typed_or(answer.as_ref(), "save", "name", row.seen.name.clone());
    let fields = typed_fields(answer.as_ref(), "save", fields);
    view! {
        <PostForm action=format!("{}/save", path(&id)) id="save" title="Questionnaire" key answer keeps=true on_done>
            <input type="hidden" name="seen" value=row.seen.to_string()/>
            <NameFields name fields/>
            <button type="submit" class="primary">
                "Save"
            </button>
        </PostForm>
    }
}

/// The table with its filters and pages.
#[component]
fn List(ticked: Ticked, page: RwSignal<Vec<String>>) -> impl IntoView {
    let id = client_id();
    let changes = expect_context::<Changes>().0;
    view! {
        <Views place="client-names" client=id/>
        <ListPage
            path=Signal::derive(move || path(&id.get_or_default()))
            request=move |address| {
                changes.track();
                ListNames { id: id.get_or_default(), address }
            }
            found=move |query, list| {
                table::show_page(&list, ticked, page);
                view! { <Found id=id.get_untracked_or_default() query list ticked/> }.into_any()
            }
            failed=|failed| match failed.error {
                error @ Error::NotFound(_) => view! { <NoClient error/> }.into_any(),
                _ => failed.notice,
            }
            sign_in=SIGN_IN
            all="Show all names"
        />
    }
}

#[component]
fn Found(id: String, query: NamesQuery, list: NameList, ticked: Ticked) -> impl IntoView {
    let path = path(&id);
    let NameList { total, rows, ticked: before, .. } = list;
    ticked.begin_with(before);
    let changes = may(Permission::ChangeClients);
    let kept = query.kept();
    let all = query
        == NamesQuery {
            sort: query.sort,
            dir: query.dir,
            open: query.open.clone(),
            add: query.add.clone(),
            ..NamesQuery::default()
        };
    let adding = query.adding("");
    let export = query.on_page(1);
    let (link_query, link_path, shown) = (query.clone(), path.clone(), query.open.clone());
    let open = Box::new(move |row: &NameRow| shown.as_ref() == Some(&row.seen.name));
    let pager_path = path.clone();
    view! {
        <div class="page-head">
            <h2>"Names"</h2>
            <div class="actions">
                {changes
                    .then(|| {
                        view! {
                            <QueryForm action=path.clone() kept=adding.pairs() class="add-name">
                                <button type="submit">"Add name"</button>
                            </QueryForm>
                        }
                    })}
                <a class="button" href=export.address(&format!("{path}/export.xlsx")) download="">
                    "Export"
                </a>
                <a class="button" href=export.address(&format!("{path}/export.csv")) download="">
                    "Export as CSV"
                </a>
            </div>
        </div>
        <Criteria path=path.clone() query=query.clone()/>
        {if rows.is_empty() {
            let title = if all { "This client has no names yet." } else { "No names match. Clear a filter." };
            view! {
                <Notice title>
                    {if all {
                        "Add one, or bring them in with clientele import names FILE.".into_any()
                    } else {
                        view! { <a href=path>"Show all names"</a> }.into_any()
                    }}
                </Notice>
            }
                .into_any()
        } else {
            let values = rows.iter().map(|row| row.seen.to_string()).collect::<Vec<_>>();
            let link = Box::new(move |row: &NameRow| link_query.with_open(&row.seen.name).address(&link_path));
            view! {
                <Table name="Names" columns=columns(&query, &path, changes.then_some(ticked)) rows link open/>
                {changes.then(|| view! { <TickAll ticked values label="Select all on this page"/> })}
                <Pager path=pager_path kept paging=query.paging sizes=NamesQuery::SIZES total/>
            }
                .into_any()
        }}
    }
}

/// The columns of the table.
fn columns(query: &NamesQuery, path: &str, ticked: Option<Ticked>) -> Vec<Column<NameRow>> {
    let sorted = |sort: Sort| {
        Some(ColumnSort {
            address: query.sorted_by(sort).address(path),
            ascending: (query.sort == sort).then_some(query.dir == Direction::Ascending),
        })
    };
    let column = |sort: Sort, cell: fn(&NameRow) -> AnyView| table::column(sort.label(), sorted(sort), cell);
    let mut columns = vec![
        column(Sort::Name, table::name),
        column(Sort::Status, table::status),
        column(Sort::Questionnaire, table::questionnaire),
        column(Sort::Changed, table::changed),
        table::sent(table::used),
    ];
    columns.extend(ticked.map(table::tick));
    columns
}

/// The form of search and filters.
#[component]
fn Criteria(path: String, query: NamesQuery) -> impl IntoView {
    let kept = NamesQuery { q: String::new(), status: None, questionnaire: None, ..query.on_page(1) };
    let options = |all: &str, words: Vec<(&'static str, &'static str)>| -> Vec<(String, String)> {
        let words = words.into_iter().map(|(word, label)| (word.to_owned(), label.to_owned()));
        [(String::new(), all.to_owned())].into_iter().chain(words).collect()
    };
    let statuses = NameStatus::SHOWN.iter().map(|status| (status.word(), status.label())).collect();
    let questionnaires = Questionnaires::ALL.iter().map(|state| (state.word(), state.label())).collect();
    view! {
        <QueryForm action=path kept=kept.pairs() class="criteria" search=true at_once=true>
            <SearchBox label="Search among them" name="q" value=query.q placeholder="A part of it"/>
            <div class="filters">
                <Select
                    label="Status"
                    name="status"
                    options=options("Current", statuses)
                    value=query.status.map(NameStatus::word).unwrap_or_default()
                />
                <Select
                    label="Questionnaire"
                    name="questionnaire"
                    options=options("Any", questionnaires)
                    value=query.questionnaire.map(Questionnaires::word).unwrap_or_default()
                />
            </div>
        </QueryForm>
    }
}

/// The sender IDs that were used without being a name of the client.
#[component]
fn OtherNames() -> impl IntoView {
    let id = client_id();
    let changes = expect_context::<Changes>().0;
    let other = ServerQuery::new(move || {
        changes.track();
        ListUnregistered { id: id.get_or_default() }
    });
    view! {
        <Loading
            of=other
            show=move |other| {
                let path = path(&id.get_untracked_or_default());
                // The table shows any error.
                let other = other.ok().filter(|other| !other.names.is_empty());
                other.map(|other| view! { <Other path other/> }).into_any()
            }
        />
    }
}

#[component]
fn Other(path: String, other: Unregistered) -> impl IntoView {
    let changes = may(Permission::ChangeClients);
    let item = |name: UnregisteredName| {
        let adding = NamesQuery::default().adding(&name.sender_id);
        let offers = changes && name.problem.is_none();
        view! {
            <li>
                <strong class="sender-id">{name.sender_id.clone()}</strong>
                <span>{format!("{} in 30 days", messages(name.sent.0, name.sent.1))}</span>
                {name.problem.map(|problem| view! { <span class="muted">{format!("It can't be registered: it {problem}.")}</span> })}
                {offers
                    .then(|| {
                        view! {
                            <a href=adding.address(&path) aria-label=format!("Register {}", name.sender_id)>
                                "Register"
                            </a>
                        }
                    })}
            </li>
        }
    };
    view! {
        <section class="other-names" aria-labelledby="other-names">
            <h2 id="other-names">"Used without registration"</h2>
            <p class="muted">
                "The client sent messages from these sender IDs, which nobody has checked."
            </p>
            <ul>{other.names.into_iter().map(item).collect_any()}</ul>
            {other.more.then(|| view! { <p class="muted">"The report by sender ID lists all of them."</p> })}
        </section>
    }
}
