//! `/names`: the queue, and the name that is open beside it.

use super::{
    api::{ListQueue, OpenQueue},
    shortcuts,
};
use crate::{
    client_page::names::{
        editor::{Decide, DecideTicked, History, NameSummary, Questionnaire},
        table,
    },
    frame::{
        SIGN_IN, may,
        waiting::{Waiting, with_recount},
    },
};
use domain::{
    administrators::Permission,
    names::{
        NameForms, NameList, NameRow, NameStatus,
        query::Questionnaires,
        queue_query::{AGES, QueueQuery},
    },
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use ui::{
    field::Select,
    list_page::ListPage,
    loading::Loading,
    notice::Notice,
    page_title::PageTitle,
    pager::Pager,
    query_form::QueryForm,
    selection::{TickAll, Ticked},
    server_query::ServerQuery,
    signals::{OrDefault as _, use_query_string},
    table::{Column, Table},
    toast::Toaster,
};
use values::{
    answer::{Answer, Refusal},
    error::Error,
    paging::ListQuery as _,
};

/// The path of the queue.
const PATH: &str = "/names";

/// The queue of names.
#[component]
pub fn QueuePage() -> impl IntoView {
    let address = use_query_string();
    let waiting = expect_context::<Waiting>().0;
    // The forms don't refresh with every decision: most navigate anyway, and a second refresh would lose what was typed
    // meanwhile.
    let refresh = RwSignal::new(0_u32);
    let forms = ServerQuery::of_address(move || {
        refresh.track();
        OpenQueue { address: address.get_or_default() }
    });
    let ticked = Ticked::nothing();
    let toaster = expect_context::<Toaster>();
    let on_done = with_recount(Callback::new(move |message: String| {
        toaster.say(message);
        refresh.update(|refresh| *refresh += 1);
    }));
    let rows = RwSignal::new(Vec::<NameRow>::new());
    shortcuts::follow();
    view! {
        <PageTitle text="Names"/>
        <div class="page-head">
            <h1>"Names"</h1>
            {may(Permission::ChangeClients).then(|| view! { <Keys/> })}
        </div>
        <div class="queue">
            <div class="queue-list">
                <ListPage
                    path=PATH
                    request=move |address| {
                        waiting.track();
                        ListQueue { address }
                    }
                    found=move |query, list| {
                        rows.try_set(list.rows.clone());
                        view! { <Found query list ticked/> }.into_any()
                    }
                    failed=|failed| failed.notice
                    sign_in=SIGN_IN
                    all="Show all that wait"
                />
                {may(Permission::ChangeClients)
                    .then(|| {
                        view! {
                            <Loading
                                of=forms
                                show=move |forms| {
                                    forms
                                        .ok()
                                        .map(|forms| view! { <DecideTicked forms=forms.content ticked on_done/> })
                                        .into_any()
                                }
                            />
                        }
                    })}
            </div>
            <Loading
                of=forms
                show=move |forms| match forms {
                    Ok(Answer { query, content: forms }) => view! { <Opened query forms rows refresh/> }.into_any(),
                    Err(Refusal { error: Error::NotFound(message), query }) => {
                        let first: QueueQuery = query.unwrap_or_default().on_page(1);
                        view! {
                            <Notice title=message failed=true>
                                <a href=first.address(PATH)>"Go to the first that waits"</a>
                            </Notice>
                        }
                            .into_any()
                    }
                    // The queue shows any other error.
                    Err(_) => ().into_any(),
                }
            />
        </div>
    }
}

/// The keyboard shortcuts.
#[component]
fn Keys() -> impl IntoView {
    let key = |key: &'static str, does: &'static str| view! { <span><kbd>{key}</kbd> " " {does}</span> };
    view! {
        <p class="keys muted">{key("N", "next")} {key("P", "previous")} {key("C", "check")} {key("R", "reject")}</p>
    }
}

#[component]
fn Found(query: QueueQuery, list: NameList, ticked: Ticked) -> impl IntoView {
    let NameList { total, rows, ticked: before } = list;
    ticked.begin_with(before);
    let changes = may(Permission::ChangeClients);
    let (link_query, kept) = (query.clone(), query.kept());
    let first = rows.first().map(|row| (row.seen.client_id, row.seen.name.clone()));
    let shown = query.open.clone().or(first);
    let open = Box::new(move |row: &NameRow| {
        shown.as_ref().is_some_and(|(id, name)| *id == row.seen.client_id && *name == row.seen.name)
    });
    view! {
        <Criteria query=query.clone()/>
        {if rows.is_empty() {
            let usual = query.on_page(1) == QueueQuery { paging: query.paging.at(1), ..QueueQuery::default() };
            let title = if usual { "No name waits to be decided." } else { "No name is like that." };
            view! {
                <Notice title>
                    {if usual {
                        "New ones come in with imports, from the gateway, or on a client's page.".into_any()
                    } else {
                        view! { <a href=PATH>"Show all that wait"</a> }.into_any()
                    }}
                </Notice>
            }
                .into_any()
        } else {
            let values = rows.iter().map(|row| row.seen.to_string()).collect::<Vec<_>>();
            let link =
                Box::new(move |row: &NameRow| link_query.with_open(row.seen.client_id, &row.seen.name).address(PATH));
            view! {
                <Table name="Names" columns=columns(changes.then_some(ticked)) rows link open/>
                {changes.then(|| view! { <TickAll ticked values label="Select all on this page"/> })}
                <Pager path=PATH kept paging=query.paging sizes=QueueQuery::SIZES total/>
            }
                .into_any()
        }}
    }
}

fn columns(ticked: Option<Ticked>) -> Vec<Column<NameRow>> {
    let client = |row: &NameRow| {
        view! {
            <span class="two-lines called">
                <span>{row.client.clone()}</span>
                <span class="muted">{row.seen.client_id.0}</span>
            </span>
        }
        .into_any()
    };
    let mut columns = vec![
        table::column("Name", None, |row| row.seen.name.clone().into_any()),
        table::column("Client", None, client),
        table::column("Status", None, table::short_status),
        table::column("Questionnaire", None, table::questionnaire),
        table::column("Since", None, table::short_changed),
        table::sent(table::short_used),
    ];
    columns.extend(ticked.map(table::tick));
    columns
}

#[component]
fn Criteria(query: QueueQuery) -> impl IntoView {
    let kept = QueueQuery { paging: query.paging.at(1), ..QueueQuery::default() };
    let option = |word: &str, label: &str| (word.to_owned(), label.to_owned());
    let statuses = NameStatus::SHOWN.iter().map(move |status| {
        // The default isn't part of the address.
        let word = if *status == NameStatus::New { "" } else { status.word() };
        option(word, status.label())
    });
    let questionnaires = Questionnaires::ALL.iter().map(move |state| option(state.word(), state.label()));
    let ages = AGES.iter().map(|days| {
        let label = if *days == 1 { "1 day or more".to_owned() } else { format!("{days} days or more") };
        (days.to_string(), label)
    });
    let any = move || [option("", "Any")].into_iter();
    view! {
        <QueryForm action=PATH kept=kept.pairs() class="criteria" at_once=true>
            <div class="filters">
                <Select
                    label="Status"
                    name="status"
                    options=statuses.collect()
                    value=if query.status == NameStatus::New { "" } else { query.status.word() }
                />
                <Select
                    label="Questionnaire"
                    name="questionnaire"
                    options=any().chain(questionnaires).collect()
                    value=query.questionnaire.map(Questionnaires::word).unwrap_or_default()
                />
                <Select
                    label="Age"
                    name="older_than"
                    options=any().chain(ages).collect()
                    value=query.older_than.map(|days| days.to_string()).unwrap_or_default()
                />
                <button type="submit" class="without-script">
                    "Show"
                </button>
            </div>
        </QueryForm>
    }
}

/// The name that is open, and links to its neighbours.
#[component]
fn Opened(query: QueueQuery, forms: NameForms, rows: RwSignal<Vec<NameRow>>, refresh: RwSignal<u32>) -> impl IntoView {
    let NameForms { open: open_name, answer, .. } = forms;
    let Some(open_name) = open_name else { return ().into_any() };
    let row = open_name.row.clone();
    let (client_id, name) = (row.seen.client_id, row.seen.name.clone());
    let neighbour = {
        let (query, name) = (query.clone(), name.clone());
        move |step: isize| {
            rows.try_with(|rows| {
                let at = rows.iter().position(|row| row.seen.client_id == client_id && row.seen.name == name)?;
                let row = rows.get(at.checked_add_signed(step)?)?;
                Some(query.with_open(row.seen.client_id, &row.seen.name).address(PATH))
            })
            .flatten()
        }
    };
    let (toaster, navigate) = (expect_context::<Toaster>(), use_navigate());
    let on_done = {
        let (neighbour, rest) = (neighbour.clone(), query.on_page(query.paging.page).address(PATH));
        let stays = query.open.is_none();
        // Finds the neighbour before the list refreshes without this name.
        with_recount(Callback::new(move |message: String| {
            toaster.say(message);
            shortcuts::leave_fields();
            match neighbour(1).or_else(|| neighbour(-1)) {
                None if stays => refresh.update(|refresh| *refresh += 1),
                next => {
                    let options = NavigateOptions { scroll: false, ..Default::default() };
                    navigate(next.as_deref().unwrap_or(&rest), options);
                }
            }
        }))
    };
    let (previous, next) = (neighbour.clone(), neighbour);
    let step = |label: &'static str, id: &'static str, address: Box<dyn Fn() -> Option<String> + Send + Sync>| {
        let address = Signal::derive(address);
        let address = move || address.try_get().flatten();
        view! {
            <a
                class="button"
                id=id
                href=address
                role=move || address().is_none().then_some("link")
                aria-disabled=move || address().is_none().then_some("true")
            >
                {label}
            </a>
        }
    };
    let edit = format!(
        "/clients/{client_id}/names?name={}",
        form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>()
    );
    view! {
        <section class="opened queue-open" aria-labelledby="opened">
            <div class="page-head">
                <h2 id="opened">{name}</h2>
                <div class="actions">
                    {step("Previous", "queue-previous", Box::new(move || previous(-1)))}
                    {step("Next", "queue-next", Box::new(move || next(1)))}
                </div>
            </div>
            <p>
                <a href=edit>{format!("{} / {}", client_id, row.client)}</a>
            </p>
            <NameSummary row=row.clone() notified=open_name.notified.clone()/>
            {may(Permission::ChangeClients)
                .then(|| {
                    view! {
                        <Decide
                            id="decide"
                            title="Decision"
                            moves=row.status.moves().to_vec()
                            key=open_name.keys[1].clone()
                            answer
                            on_done
                        >
                            <input type="hidden" name="seen" value=row.seen.to_string()/>
                        </Decide>
                    }
                })}
            <Questionnaire fields=open_name.fields/>
            <History steps=open_name.history/>
        </section>
    }
    .into_any()
}
