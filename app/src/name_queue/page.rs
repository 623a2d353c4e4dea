//! `/names`: the queue, and the name that is open beside it.

use super::{
    api::{ListQueue, OpenQueue},
    shortcuts::{self, Pace},
};
use crate::{
    client_page::live,
    client_page::names::{
        editor::{Decide, DecideTicked, History, NameSummary, Questionnaire},
        table,
        undo::Decided,
    },
    frame::{SIGN_IN, may, waiting::Waiting},
    views::bar::Views,
};
use domain::{
    administrators::Permission,
    ids::ClientId,
    names::{
        NameForms, NameList, NameRow, NameStatus,
        query::Questionnaires,
        queue_query::{AGES, QueueQuery, QueueSort},
    },
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use std::sync::Arc;
use ui::{
    field::Select,
    icon::{Icon, Symbol},
    keys,
    list_page::ListPage,
    loading::Loading,
    notice::Notice,
    page_title::PageTitle,
    pager::Pager,
    query_form::QueryForm,
    search_box::SearchBox,
    selection::{TickAll, Ticked},
    server_query::ServerQuery,
    signals::{OrDefault as _, UntrackedOrDefault as _, use_query_string},
    table::{Column, ColumnSort, Table},
};
use values::{
    Direction,
    answer::{Answer, Refusal},
    error::Error,
    form_answer::FormAnswer,
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
    let pace = Pace::new();
    let navigate = use_navigate();
    // A decision that was taken back opens its name again.
    let undone = Callback::new(move |address: Option<String>| {
        pace.wait();
        refresh.update(|refresh| *refresh += 1);
        if let Some(address) = address {
            navigate(&address, NavigateOptions { scroll: false, ..Default::default() });
        }
    });
    let context = Context {
        rows: RwSignal::new(Vec::new()),
        page: RwSignal::new(Vec::new()),
        refresh,
        open: RwSignal::new(String::new()),
        news: RwSignal::new(None),
        pace,
        undone,
    };
    live::follow_events(|| "/names/events".to_owned(), waiting);
    shortcuts::follow(pace);
    let changes = may(Permission::ChangeClients);
    if changes {
        keys::list(shortcuts::KEYS);
    }
    view! {
        <PageTitle text="Names"/>
        <div class="page-head">
            <h1>"Names"</h1>
            {changes.then(|| view! { <Keys/> })}
            <Exports/>
        </div>
        <div class="queue">
            <div class="queue-list">
                <Views place="names"/>
                <List ticked context/>
                {changes.then(|| view! { <Loading of=forms show=move |forms| decide_ticked(forms, ticked, context)/> })}
            </div>
            <Loading of=forms show=move |forms| opened(forms, context)/>
        </div>
    }
}

/// The list, which refreshes with every decision, also with those of others.
#[component]
fn List(ticked: Ticked, context: Context) -> impl IntoView {
    let waiting = expect_context::<Waiting>().0;
    let Context { rows, page, open, news, .. } = context;
    view! {
        <ListPage
            path=PATH
            request=move |address| {
                waiting.track();
                ListQueue { address, open: open.get_untracked_or_default() }
            }
            found=move |query, list| {
                shortcuts::keep_row();
                table::show_page(&list, ticked, page);
                news.try_set(list.news.clone());
                rows.try_set(list.rows.clone());
                view! { <Found query list ticked/> }.into_any()
            }
            failed=|failed| failed.notice
            sign_in=SIGN_IN
            all="Show all waiting names"
        />
    }
}

/// The forms beside the list, or why there are none.
type Forms = Result<Answer<QueueQuery, NameForms>, Refusal<QueueQuery>>;

/// The form that decides ticked names.
fn decide_ticked(forms: Forms, ticked: Ticked, context: Context) -> AnyView {
    let Context { page, refresh, undone, .. } = context;
    let Ok(Answer { content: forms, .. }) = forms else { return ().into_any() };
    let then = Callback::new(move |()| refresh.update(|refresh| *refresh += 1));
    view! { <DecideTicked forms ticked page=page.into() then undone/> }.into_any()
}

/// The name that is open, or the way to one that waits.
fn opened(forms: Forms, context: Context) -> AnyView {
    match forms {
        Ok(Answer { query, content: forms }) => view! { <Opened query forms context/> }.into_any(),
        Err(Refusal { error: Error::NotFound(message), query }) => {
            let first: QueueQuery = query.unwrap_or_default().on_page(1);
            view! {
                <Notice title=message failed=true>
                    <a href=first.address(PATH)>"Go to the first waiting name"</a>
                </Notice>
            }
            .into_any()
        }
        // The queue shows any other error.
        Err(_) => ().into_any(),
    }
}

/// The links to the queue as a file.
#[component]
fn Exports() -> impl IntoView {
    let address = use_query_string();
    let file = move |ending: &str| format!("{PATH}/export.{ending}{}", address.get_or_default());
    view! {
        <div class="actions">
            <a class="button" href=move || file("xlsx") download="">
                "Export"
            </a>
            <a class="button" href=move || file("csv") download="">
                "Export as CSV"
            </a>
        </div>
    }
}

/// The keyboard shortcuts.
#[component]
fn Keys() -> impl IntoView {
    let key = |key: &'static str, does: &'static str| view! { <span><kbd>{key}</kbd> " " {does}</span> };
    view! {
        <p class="keys muted">
            {key("N", "next")} {key("P", "previous")} {key("C", "check")} {key("R", "reject")} {key("Z", "undo")}
        </p>
    }
}

#[component]
fn Found(query: QueueQuery, list: NameList, ticked: Ticked) -> impl IntoView {
    let NameList { total, rows, ticked: before, .. } = list;
    ticked.begin_with(before);
    let changes = may(Permission::ChangeClients);
    let (link_query, kept, sorts) = (query.clone(), query.kept(), query.clone());
    let first = rows.first().map(|row| (row.seen.client_id, row.seen.name.clone()));
    let shown = query.open.clone().or(first);
    let open = Box::new(move |row: &NameRow| {
        shown.as_ref().is_some_and(|(id, name)| *id == row.seen.client_id && *name == row.seen.name)
    });
    view! {
        <Criteria query=query.clone()/>
        {if rows.is_empty() {
            let usual = query.on_page(1) == QueueQuery { paging: query.paging.at(1), ..QueueQuery::default() };
            let title = if usual { "No names are waiting for a decision." } else { "No names match. Clear a filter." };
            view! {
                <Notice title>
                    {if usual {
                        "New ones come in with imports, from the gateway, or on a client's page.".into_any()
                    } else {
                        view! { <a href=PATH>"Show all waiting names"</a> }.into_any()
                    }}
                </Notice>
            }
                .into_any()
        } else {
            let values = rows.iter().map(|row| row.seen.to_string()).collect::<Vec<_>>();
            let link =
                Box::new(move |row: &NameRow| link_query.with_open(row.seen.client_id, &row.seen.name).address(PATH));
            view! {
                <Table name="Names" columns=columns(&sorts, changes.then_some(ticked)) rows link open/>
                {changes.then(|| view! { <TickAll ticked values label="Select all on this page"/> })}
                <Pager path=PATH kept paging=query.paging sizes=QueueQuery::SIZES total/>
            }
                .into_any()
        }}
    }
}

fn columns(query: &QueueQuery, ticked: Option<Ticked>) -> Vec<Column<NameRow>> {
    let sorted = |sort: QueueSort| {
        Some(ColumnSort {
            address: query.sorted_by(sort).address(PATH),
            ascending: (query.sort == sort).then_some(query.dir == Direction::Ascending),
        })
    };
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
        table::column("Name", sorted(QueueSort::Name), table::name),
        table::column("Client", sorted(QueueSort::Client), client),
        table::column("Status", None, table::short_status),
        table::column("Questionnaire", sorted(QueueSort::Questionnaire), table::questionnaire),
        table::column("Since", sorted(QueueSort::Since), table::short_changed),
        table::sent(table::short_used),
    ];
    columns.extend(ticked.map(table::tick));
    columns
}

#[component]
fn Criteria(query: QueueQuery) -> impl IntoView {
    let kept = QueueQuery { paging: query.paging.at(1), sort: query.sort, dir: query.dir, ..QueueQuery::default() };
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
        <QueryForm action=PATH kept=kept.pairs() class="criteria" search=true at_once=true>
            <SearchBox label="Search names" name="q" value=query.q placeholder="Name, or client"/>
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

/// The state of the page that outlives the name that is open.
#[derive(Clone, Copy)]
struct Context {
    /// The names on the page.
    rows: RwSignal<Vec<NameRow>>,
    /// Their versions.
    page: RwSignal<Vec<String>>,
    /// Reads the name again that is open.
    refresh: RwSignal<u32>,
    /// The version of the name that is open.
    open: RwSignal<String>,
    /// A version, and how somebody else has changed it.
    news: RwSignal<Option<(String, String)>>,
    /// Keeps a doubled key or click from deciding the next name.
    pace: Pace,
    /// Runs when a decision was taken back, with the address of its name.
    undone: Callback<Option<String>>,
}

/// Finds the addresses of the names around the one that is open.
#[derive(Clone)]
struct Neighbours {
    query: QueueQuery,
    rows: RwSignal<Vec<NameRow>>,
    client_id: ClientId,
    name: String,
    /// The last place of the name. Once others have decided it, its successor stands there.
    place: StoredValue<usize>,
}

impl Neighbours {
    fn at(&self, step: isize) -> Option<String> {
        let found = self.rows.try_with(|rows| {
            let is_open = |row: &NameRow| row.seen.client_id == self.client_id && row.seen.name == self.name;
            let at = rows.iter().position(is_open);
            if let Some(at) = at {
                self.place.try_set_value(at);
            }
            let step = if at.is_none() && step > 0 { 0 } else { step };
            let row = rows.get(self.place.try_get_value()?.checked_add_signed(step)?)?;
            Some(self.query.with_open(row.seen.client_id, &row.seen.name).address(PATH))
        });
        found.flatten()
    }
}

/// The name that is open.
#[component]
fn Opened(query: QueueQuery, forms: NameForms, context: Context) -> impl IntoView {
    let NameForms { open: open_name, answer, .. } = forms;
    let Some(open_name) = open_name else { return ().into_any() };
    context.pace.shown();
    let row = open_name.row.clone();
    let (client_id, name, seen) = (row.seen.client_id, row.seen.name.clone(), row.seen.to_string());
    context.open.try_set(seen.clone());
    let edit = format!(
        "/clients/{client_id}/names?name={}",
        form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>()
    );
    let neighbours =
        Neighbours { query: query.clone(), rows: context.rows, client_id, name, place: StoredValue::new(0) };
    let key = open_name.keys[1].clone();
    view! {
        <section class="opened queue-open" aria-labelledby="opened">
            <div class="queue-head">
                <Head neighbours=neighbours.clone()/>
                {may(Permission::ChangeClients)
                    .then(|| view! { <Decision query row=row.clone() key answer neighbours context/> })}
            </div>
            <News seen news=context.news/>
            <p>
                <a href=edit>{format!("{} / {}", client_id, row.client)}</a>
            </p>
            <NameSummary row notified=open_name.notified.clone()/>
            <Questionnaire fields=open_name.fields/>
            <History steps=open_name.history/>
        </section>
    }
    .into_any()
}

/// The name, and links to its neighbours.
#[component]
fn Head(neighbours: Neighbours) -> impl IntoView {
    let name = neighbours.name.clone();
    let (previous, next) = (neighbours.clone(), neighbours);
    let step = |of: Symbol, id: &'static str, address: Box<dyn Fn() -> Option<String> + Send + Sync>| {
        let label = if of == Symbol::Next { "Next" } else { "Previous" };
        let address = Signal::derive(address);
        let address = move || address.try_get().flatten();
        view! {
            <a
                class="step"
                id=id
                href=address
                aria-label=label
                title=label
                role=move || address().is_none().then_some("link")
                aria-disabled=move || address().is_none().then_some("true")
            >
                <Icon of/>
            </a>
        }
    };
    view! {
        <div class="page-head">
            <h2 id="opened" class="sender-id" tabindex="-1">
                {name}
            </h2>
            <div class="actions">
                {step(Symbol::Previous, "queue-previous", Box::new(move || previous.at(-1)))}
                {step(Symbol::Next, "queue-next", Box::new(move || next.at(1)))}
            </div>
        </div>
    }
}

/// The form that decides the name that is open, and goes on to the next one.
#[component]
fn Decision(
    query: QueueQuery,
    row: NameRow,
    key: String,
    answer: Option<FormAnswer>,
    neighbours: Neighbours,
    context: Context,
) -> impl IntoView {
    let Context { refresh, pace, undone, .. } = context;
    let navigate = use_navigate();
    let reopen = Some(query.with_open(row.seen.client_id, &row.seen.name).address(PATH));
    let (stays, rest) = (query.open.is_none(), query.on_page(query.paging.page).address(PATH));
    // Finds the neighbour before the list refreshes without this name.
    let then = Callback::new(move |()| {
        pace.wait();
        shortcuts::leave_fields();
        match neighbours.at(1).or_else(|| neighbours.at(-1)) {
            None if stays => refresh.update(|refresh| *refresh += 1),
            next => {
                let options = NavigateOptions { scroll: false, ..Default::default() };
                navigate(next.as_deref().unwrap_or(&rest), options);
            }
        }
    });
    let seen = row.seen.to_string();
    let decides = seen.clone();
    let decided = Decided { seen: Arc::new(move || vec![decides.clone()]), reopen, then, undone };
    view! {
        <div class="decision" on:click=move |event| pace.guard(&event)>
            <Decide id="decide" title="Decision" moves=row.status.moves().to_vec() key answer decided>
                <input type="hidden" name="seen" value=seen/>
            </Decide>
        </div>
    }
}

/// Says what somebody else has done with the name that is open.
#[component]
fn News(seen: String, news: RwSignal<Option<(String, String)>>) -> impl IntoView {
    let text = Memo::new(move |_| news.get_or_default().filter(|(about, _)| *about == seen).map(|(_, text)| text));
    view! {
        <div role="status">
            {move || text.get_or_default().map(|text| view! { <p class="form-note asks">{text}</p> })}
        </div>
    }
}
