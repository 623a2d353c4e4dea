//! The views of a page as links, and their forms.

use super::api::ListViews;
use crate::frame::may;
use domain::{
    administrators::Permission,
    views::{PageViews, View},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use ui::{
    dialog::{Dialog, DialogClose},
    field::{Checkbox, Field},
    form::{PostForm, press},
    loading::Loading,
    popover::Popover,
    server_query::ServerQuery,
    signals::{OrDefault as _, use_query_string},
    toast::Toaster,
    views::CollectAny as _,
};
use values::{form_answer::FormAnswer, money::group_thousands};

/// The views of a page, above its list.
#[component]
pub fn Views(
    /// The word of the page, as `domain::views::place` reads it.
    #[prop(into)]
    place: Signal<String>,
    /// The client's number; empty for a page of all clients.
    #[prop(optional, into)]
    client: Signal<String>,
) -> impl IntoView {
    let address = use_query_string();
    let refresh = RwSignal::new(0_u32);
    let toaster = expect_context::<Toaster>();
    let on_done = Callback::new(move |message: String| {
        press(CLOSE.to_owned());
        toaster.say(message);
        refresh.update(|refresh| *refresh += 1);
    });
    let views = ServerQuery::new(move || {
        refresh.track();
        let (place, client) = (place.get_or_default(), client.get_or_default());
        ListViews { place, client, address: address.get_or_default() }
    });
    view! {
        <div class="views">
            <Loading
                of=views
                // The list below shows any error.
                show=move |views| {
                    let (place, query) = (place.get_untracked(), address.get_untracked());
                    views.ok().map(|views| view! { <Bar views place query on_done/> }).into_any()
                }
            />
        </div>
    }
}

/// The button that closes the dialog or popover of the form that was sent.
const CLOSE: &str = "dialog[open] [commandfor=save-view-dialog], \
                     .popover-anchor:has(:popover-open) > [popovertarget=change-view]";

#[component]
fn Bar(views: PageViews, place: String, query: String, on_done: Callback<String>) -> impl IntoView {
    let PageViews { views, relative, keys: [save_key, rename_key, delete_key], answer } = views;
    let path = use_location().pathname.get_untracked();
    let all = views.iter().all(|view| !view.open).then_some("page");
    let open = views.iter().find(|view| view.open && view.changeable).cloned();
    let any = !views.is_empty();
    view! {
        {any
            .then(|| {
                view! {
                    <nav aria-label="Views">
                        <a href=path aria-current=all>
                            "All"
                        </a>
                        {views.into_iter().map(link).collect_any()}
                    </nav>
                }
            })}
        <div class="actions">
            {open
                .map(|view| {
                    let answer = answer.clone();
                    view! { <Change view keys=[rename_key, delete_key] answer on_done/> }
                })}
            <Dialog button="Save view" title="Save view" id="save-view-dialog">
                <PostForm
                    action="/views/save".to_owned()
                    id="save-view"
                    title="View"
                    key=save_key
                    answer=answer.clone()
                    on_done
                >
                    <input type="hidden" name="place" value=place/>
                    <input type="hidden" name="query" value=query/>
                    <SaveFields relative answer/>
                    <div class="dialog-buttons">
                        <DialogClose dialog="save-view-dialog"/>
                        <button type="submit" class="primary">
                            "Save"
                        </button>
                    </div>
                </PostForm>
            </Dialog>
        </div>
    }
}

fn link(view: View) -> impl IntoView {
    let count = view.count.map(|count| view! { <span class="view-count">{group_thousands(count)}</span> });
    view! {
        <a href=view.address aria-current=view.open.then_some("page")>
            {view.name}
            {count}
        </a>
    }
}

#[component]
fn SaveFields(relative: Option<String>, answer: Option<FormAnswer>) -> impl IntoView {
    let answer = answer.filter(|answer| answer.form == "save-view");
    let typed = |field: &str| answer.as_ref().and_then(|answer| answer.typed(field)).unwrap_or_default();
    let (name, shared, default) = (typed("name"), typed("shared") == "true", typed("default") == "true");
    view! {
        <Field label="Name" name="name" value=name required=true/>
        {relative
            .map(|period| {
                let label = format!("Keep the period “{period}”, whenever it is opened");
                view! { <Checkbox label=label name="relative" checked=true/> }
            })}
        {may(Permission::ChangeClients)
            .then(|| view! { <Checkbox label="Shared" name="shared" checked=shared/> })}
        <Checkbox label="Default" name="default" checked=default/>
    }
}

/// Renames and deletes the view that is open.
#[component]
fn Change(view: View, keys: [String; 2], answer: Option<FormAnswer>, on_done: Callback<String>) -> impl IntoView {
    let [rename_key, delete_key] = keys;
    let (id, same_id) = (view.id.to_string(), view.id.to_string());
    view! {
        <Popover label="Change view" id="change-view">
            <PostForm
                action="/views/rename".to_owned()
                id="rename-view"
                title="Rename"
                key=rename_key
                answer=answer.clone()
                on_done
            >
                <input type="hidden" name="id" value=id/>
                <Field label="Name" name="name" value=view.name.clone()/>
                <button type="submit">"Rename"</button>
            </PostForm>
            <PostForm action="/views/delete".to_owned() id="delete-view" title="Delete" key=delete_key answer on_done>
                <input type="hidden" name="id" value=same_id/>
                <button type="submit">"Delete"</button>
            </PostForm>
        </Popover>
    }
}
