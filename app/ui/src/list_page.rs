//! The page of a list: an address, the list that the server finds for it, and ways out of an error.
//!
//! The server parses the address and answers with the query that it understood. A typed page number is replaced by the
//! page's own address.

use crate::{
    loading::show_text,
    notice::Notice,
    server_query::{ServerQuery, read},
    signals::{OrDefault as _, UntrackedOrDefault as _, use_query_string},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::{NavigateOptions, components::Redirect};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;
use values::{
    answer::{Answer, Refusal},
    error::Error,
    paging::ListQuery,
};

/// An error in place of a list.
pub struct FailedList<Query> {
    /// The error.
    pub error: Error,
    /// The query, or its default if the server didn't understand the address.
    pub query: Query,
    /// The query string as it was typed.
    pub typed: String,
    /// The error's text and a way out: to sign in, the last page, or the whole list.
    pub notice: AnyView,
}

/// Asks the server for the list of the page's address, and shows it.
#[component]
pub fn ListPage<Query, Content, Request>(
    /// The list's path.
    #[prop(into)]
    path: Signal<String>,
    /// The call of the server function with the query string. It is called again when a signal changes that it reads.
    request: impl Fn(String) -> Request + Send + Sync + 'static,
    /// The view of a list.
    found: impl Fn(Query, Content) -> AnyView + Send + Sync + 'static,
    /// The view of an error.
    failed: impl Fn(FailedList<Query>) -> AnyView + Send + Sync + 'static,
    /// The path of the page to sign in. It gets the way back as `next`.
    sign_in: &'static str,
    /// The text of the link to the whole list.
    all: &'static str,
) -> impl IntoView
where
    Query: ListQuery,
    Content: Serialize + DeserializeOwned + 'static,
    Request: ServerFn<Output = Answer<Query, Content>, Error: Serialize + Into<Refusal<Query>>>
        + Clone
        + Serialize
        + Send
        + Sync
        + 'static,
{
    let address = use_query_string();
    let list = ServerQuery::of_address(move || request(address.get_or_default()));
    let show = move |text: &str| {
        let path = path.get_untracked_or_default();
        match read::<Answer<Query, Content>, Refusal<Query>>(text) {
            Ok(Answer { query, .. }) if query.paging().go_to.is_some() => {
                (redirect(query.on_page(query.paging().page).address(&path)), false)
            }
            Ok(Answer { query, content }) => (found(query, content), true),
            Err(Refusal { error, query }) => {
                let (query, typed) = (query.unwrap_or_default(), address.get_untracked_or_default());
                let last = |last| query.on_page(last).address(&path);
                let way_out = match &error {
                    Error::SignInRequired => sign_in_link(sign_in, &format!("{path}{typed}")),
                    Error::NoSuchPage { last: page, .. } => link(last(*page), "Go to the last page"),
                    _ => link(path, all),
                };
                let notice = notice(&error, way_out);
                (failed(FailedList { error, query, typed, notice }), true)
            }
        }
    };
    show_text(list.text(), Arc::new(show))
}

fn redirect(address: String) -> AnyView {
    let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
    view! { <Redirect path=address options/> }.into_any()
}

fn link(address: String, label: &'static str) -> AnyView {
    view! { <a href=address>{label}</a> }.into_any()
}

fn sign_in_link(path: &str, back: &str) -> AnyView {
    let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
    view! {
        <a href=format!("{path}?next={back}") rel="external">
            "Sign in"
        </a>
    }
    .into_any()
}

fn notice(error: &Error, way_out: AnyView) -> AnyView {
    view! {
        <Notice title=error.to_string() failed=true>
            {way_out}
        </Notice>
    }
    .into_any()
}
