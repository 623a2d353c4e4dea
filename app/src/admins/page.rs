//! The sign-in and set-up pages.

use crate::ui::{field::Field, notice::Notice};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

crate::word_enum! {
    /// Why signing in or setting up was refused; its word stands in the address of the form's page.
    pub enum Problem {
        /// Also for a login that nobody has: which of the two it is, is nobody's business.
        Credentials = "credentials", "Login or password is wrong.",
        /// The set-up link was used, is too old, or never was one.
        SetupLink = "setup_link", "This set-up link was used or has expired. Start the server again for a new one.",
        /// The two passwords differ.
        Repeat = "repeat", "The passwords differ. Type the same one twice.",
        /// The password is too short or too long.
        Password = "password", "A password has 8 to 200 characters.",
        /// The login is taken or can't be one.
        Login = "login", "A login has 1 to 100 characters, and each administrator has another one.",
        /// Too many attempts at once.
        TooMany = "too_many", "There are too many attempts from your address. Wait a moment and try again.",
        /// The database is away.
        Unavailable = "unavailable", "The database can't be reached at the moment. Try again shortly.",
        /// A fault of ours.
        Server = "server", "Something went wrong on the server, and it was noted. Try again.",
    }
}

/// `/login`
#[component]
pub fn SignInPage() -> impl IntoView {
    let typed = use_query_map().get_untracked();
    let value = |name: &str| typed.get(name).unwrap_or_default();
    let (login, next) = (value("login"), value("next"));
    view! {
        <Door title="Sign in" problem=value("problem")>
            <form method="post" action="/login" class="stack">
                <input type="hidden" name="next" value=next/>
                <Field label="Login" name="login" value=login autocomplete="username" required=true autofocus=true/>
                <Field label="Password" name="password" kind="password" autocomplete="current-password" required=true/>
                <button type="submit" class="primary">
                    "Sign in"
                </button>
            </form>
        </Door>
    }
}

/// `/setup?token=`
#[component]
pub fn SetUpPage() -> impl IntoView {
    let typed = use_query_map().get_untracked();
    let value = |name: &str| typed.get(name).unwrap_or_default();
    let (login, token) = (value("login"), value("token"));
    view! {
        <Door title="Create the first administrator" problem=value("problem")>
            <p class="muted">"This link works once. You will be the owner, who may do everything."</p>
            <form method="post" action="/setup" class="stack">
                <input type="hidden" name="token" value=token/>
                <Field label="Login" name="login" value=login autocomplete="username" required=true autofocus=true/>
                <Field
                    label="Password"
                    name="password"
                    kind="password"
                    hint="At least 8 characters."
                    autocomplete="new-password"
                    required=true
                />
                <Field label="Repeat password" name="repeat_password" kind="password" autocomplete="new-password" required=true/>
                <button type="submit" class="primary">
                    "Create"
                </button>
            </form>
        </Door>
    }
}

/// The page in front of the frame, for those who aren't in yet.
#[component]
fn Door(title: &'static str, problem: String, children: Children) -> impl IntoView {
    let problem = problem.parse::<Problem>().ok();
    view! {
        <Title text=format!("{title} · Clientele")/>
        <main class="door">
            <p class="brand">
                <span class="brand-mark" aria-hidden="true">
                    "C"
                </span>
                "Clientele"
            </p>
            <h1>{title}</h1>
            {problem
                .map(|problem| {
                    view! {
                        <Notice title=problem.label() failed=true>
                            {()}
                        </Notice>
                    }
                })}
            {children()}
        </main>
    }
}
