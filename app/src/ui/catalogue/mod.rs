//! The living catalogue at `/ui`: each shared component in its states, with the lines of code that make it.
//!
//! Native only: it is drawn by the server and weighs nothing in the browser. A new component gets a file in
//! `examples/` and a line in [`EXAMPLES`].

use super::page_title::PageTitle;
use crate::frame::{
    page::{Framed, provide_facts},
    shell::{Files, document},
};
use axum::{
    Extension,
    extract::Request,
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::Router;

/// An example: its title, what it draws, and the file that draws it.
type Example = (&'static str, fn() -> AnyView, &'static str);

macro_rules! examples {
    ($($module:ident: $title:literal),+ $(,)?) => {
        mod examples {
            $(pub mod $module;)+
        }

        /// The examples, in the order of the page.
        const EXAMPLES: &[Example] = &[
            $(($title, examples::$module::example, include_str!(concat!("examples/", stringify!($module), ".rs"))),)+
        ];
    };
}

examples! {
    table: "Table",
    pager: "Pager",
    search_box: "Search box",
    field: "Field, text, select, checkbox",
    form: "Form",
    tick: "Ticked rows",
    tabs: "Tabs",
    loading: "Loading",
    dialog: "Dialog",
    popover: "Popover",
    toast: "Toast",
    notice: "Notice",
    amount: "Amount",
    highlight: "Highlight",
    chart: "Chart",
    chart_of_bars: "Chart of bars",
}

/// `GET /ui`
pub async fn page(Extension(files): Extension<Files>, request: Request) -> Response {
    leptos_axum::render_app_async(move || document(&files, false, Catalogue))(request).await.into_response()
}

#[component]
fn Catalogue() -> impl IntoView {
    provide_meta_context();
    provide_facts();
    view! {
        <Router>
            <Framed>
                <PageTitle text="Components"/>
                <h1>"Components"</h1>
                <p class="muted">
                    "Each is drawn by the server from the code beside it, and works without a script."
                </p>
                {EXAMPLES
                    .iter()
                    .map(|(title, draw, code)| {
                        let id = title.to_lowercase().replace(", ", "-").replace(' ', "-");
                        view! {
                            <section class="example" aria-labelledby=id.clone()>
                                <h2 id=id.clone()>{*title}</h2>
                                <div class="example-drawn">{draw()}</div>
                                <details>
                                    <summary>"Code"</summary>
                                    <pre tabindex="0" role="region" aria-label=format!("{title}, code")>
                                        <code>{*code}</code>
                                    </pre>
                                </details>
                            </section>
                        }
                    })
                    .collect_view()}
            </Framed>
        </Router>
    }
}
