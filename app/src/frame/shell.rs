//! The HTML document around the application. Native only.

use super::{facts::FrameFacts, forms, part};
use crate::{
    access::Visitor,
    cookies::{self, HIDDEN_COLUMNS, UNTICKED_COLUMNS},
};
use http::{HeaderValue, header, request::Parts};
use leptos::{
    nonce::{Nonce, use_nonce},
    prelude::*,
};
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;
use std::collections::{BTreeMap, BTreeSet};
use ui::icon::Sprite;
use values::time;

/// The addresses of the document's files. They change with the contents.
#[derive(Clone, Debug)]
pub struct Files {
    /// The stylesheet.
    pub css: String,
    /// The script that starts the WASM.
    pub js: String,
    /// The application for the browser.
    pub wasm: String,
    /// The further files of each part of the application.
    pub parts: BTreeMap<String, Vec<String>>,
    /// The drawing of charts: its script and its WASM, which only pages with a chart load.
    pub chart: [String; 2],
    /// The icon.
    pub icon: String,
}

/// Renders a document with the application's style. A `live` document is hydrated in the browser.
pub fn document<Content, View>(files: &Files, live: bool, content: Content) -> impl IntoView + use<Content, View>
where
    Content: Fn() -> View,
    View: IntoView,
{
    let nonce = use_nonce();
    let facts = facts();
    // Going back before hydration changes the address. The page no longer matches it then, and must be reloaded.
    let begin = "globalThis.clienteleAddress = () => location.pathname + location.search;\n\
         globalThis.clienteleOpened = clienteleAddress();";
    let path = use_context::<Parts>().map(|parts| parts.uri.path().to_owned()).unwrap_or_default();
    let needed = part::of(&path);
    let start = start_script(files, needed);
    set_security_policy(nonce.as_ref());
    view! {
        <!DOCTYPE html>
        <html
            lang="en"
            data-theme=(!facts.theme.is_empty()).then(|| facts.theme.clone())
            data-density=(!facts.density.is_empty()).then(|| facts.density.clone())
        >
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                // It comes before the style sheet, since scripts wait for style sheets.
                {live.then(|| view! { <script nonce=nonce.clone() inner_html=begin></script> })}
                <link rel="icon" href=files.icon.clone() type="image/svg+xml"/>
                <link rel="stylesheet" href=files.css.clone()/>
                {live
                    .then(|| {
                        view! {
                            <link rel="modulepreload" href=files.js.clone() nonce=nonce.clone()/>
                            {wasm_files(files, needed).into_iter().map(preload).collect_view()}
                        }
                    })}
                <MetaTags/>
            </head>
            <body>
                {content()}
                // It comes after the content, whose first element hydration begins with.
                <Sprite/>
                {live.then(|| view! { <script type="module" nonce=nonce inner_html=start></script> })}
            </body>
        </html>
    }
}

/// The script that loads the files of a page, and hydrates it.
fn start_script(files: &Files, needed: &[&str]) -> String {
    let [chart_js, chart_wasm] = &files.chart;
    // The script of `cargo leptos` has no `begin`.
    //
    // A file that can't be loaded, such as one of a version that was replaced meanwhile, leads to one reload.
    format!(
        "globalThis.clienteleChart = (...plot) =>
           import('{chart_js}').then(module => module.show('{chart_wasm}', ...plot));
         import('{}').then(module => (module.begin?.('{}', {}, {}) ?? module.default({{ module_or_path: '{}' }})).then(
             () => clienteleAddress() === clienteleOpened ? module.hydrate() : location.reload())).then(
             () => sessionStorage.removeItem('reloaded'),
             error => {{
               if (sessionStorage.getItem('reloaded')) throw error;
               sessionStorage.setItem('reloaded', location.href);
               location.reload();
             }})",
        files.js,
        files.wasm,
        serde_json::to_string(&files.parts).unwrap_or_default(),
        serde_json::to_string(needed).unwrap_or_default(),
        files.wasm,
    )
}

/// The WASM files of a page: the main module, and those of its parts.
fn wasm_files(files: &Files, needed: &[&str]) -> BTreeSet<String> {
    let of_parts = needed.iter().filter_map(|part| files.parts.get(*part)).flatten();
    of_parts.chain([&files.wasm]).cloned().collect()
}

fn preload(file: String) -> impl IntoView {
    view! { <link rel="preload" href=file r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/> }
}

fn set_security_policy(nonce: Option<&Nonce>) {
    let Some(response) = use_context::<ResponseOptions>() else { return };
    let nonce = nonce.map(|nonce| format!("'nonce-{nonce}'")).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src {nonce} 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Reads the frame's facts from the current request.
#[must_use]
pub fn facts() -> FrameFacts {
    let Some(parts) = use_context::<Parts>() else { return FrameFacts::default() };
    let cookie = |name| cookies::get(&parts.headers, name).unwrap_or_default().to_owned();
    let theme = cookie(cookies::THEME);
    let visitor = parts.extensions.get::<Visitor>();
    let density = cookie(cookies::DENSITY);
    FrameFacts {
        signed_in: visitor.and_then(Visitor::signed_in),
        sends_mail: visitor.is_some_and(Visitor::sends_mail),
        theme: if matches!(theme.as_str(), "light" | "dark") { theme } else { String::new() },
        density: if density == cookies::COMPACT { density } else { String::new() },
        time_zone: time::zone().name().to_owned(),
        hidden_columns: cookie(HIDDEN_COLUMNS),
        unticked_columns: cookie(UNTICKED_COLUMNS),
        came_from: forms::came_from(&parts.headers).unwrap_or_default(),
    }
}
