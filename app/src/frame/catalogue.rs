//! `/ui`: the shared components, each with its code. Native only.

use super::{
    page::Framed,
    provide_facts,
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
use ui::{catalogue::EXAMPLES, page_title::PageTitle};

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
