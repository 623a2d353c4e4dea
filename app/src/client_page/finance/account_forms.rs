//! The forms of the Finance tab. They don't refresh with the account, so that nothing typed is lost when somebody else
//! books.

use super::{
    api::{OpenAccountForms, OpenReversal},
    path,
};
use crate::client_page::page::{address_part, client_id, refresh_client, refresh_client_and_open};
use domain::ledger::{AccountForms, LedgerRow, ReversalForm};
use leptos::prelude::*;
use ui::{
    field::{Checkbox, Field},
    form::PostForm,
    loading::Loading,
    server_query::ServerQuery,
    signals::{OrDefault as _, UntrackedOrDefault as _, use_query_string},
};
use values::{Money, answer::Answer, paging::ListQuery as _};

/// The forms Set credit, Top up account and Correction.
#[component]
pub fn Panels() -> impl IntoView {
    let id = client_id();
    let answer = address_part("answer");
    let forms = ServerQuery::new(move || OpenAccountForms { id: id.get_or_default(), answer: answer.get_or_default() });
    view! {
        <Loading
            of=forms
            // The ledger below shows any error.
            show=move |forms| {
                let id = id.get_untracked_or_default();
                forms.ok().map(|forms| view! { <Open id forms/> }).into_any()
            }
        />
    }
}

#[component]
fn Open(id: String, forms: AccountForms) -> impl IntoView {
    let AccountForms { currency, credit, keys: [credit_key, top_up_key, correction_key], answer } = forms;
    let typed = |form: &str, field: &str| {
        answer.as_ref().filter(|answer| answer.form == form).and_then(|answer| answer.typed(field))
    };
    let on_done = refresh_client();
    let credit_typed = typed("credit", "amount").unwrap_or_else(|| credit.to_string());
    let notify_typed = typed("credit", "notify").is_some_and(|notify| notify == "true");
    let top_up_typed = ["amount", "comment"].map(|field| typed("top-up", field).unwrap_or_default());
    let correction_typed = ["amount", "reason"].map(|field| typed("correction", field).unwrap_or_default());
    let ([top_up, comment], [correction, reason]) = (top_up_typed, correction_typed);
    let hint = |what: &str| format!("{currency}. {what}");
    let credit_hint = hint("How far below zero the balance may go.");
    let (top_up_hint, correction_hint) = (hint("Added to the balance."), hint("Taken off the balance."));
    let [credit_action, top_up_action, correction_action] =
        ["credit", "top-up", "correction"].map(|form| format!("{}/{form}", path(&id)));
    view! {
        <div class="panels">
            <PostForm action=credit_action id="credit" title="Set credit" key=credit_key answer=answer.clone() keeps=true on_done>
                <Amount value=credit_typed hint=credit_hint/>
                <Checkbox label="Notify customer" name="notify" checked=notify_typed/>
                <Save/>
            </PostForm>
            <PostForm action=top_up_action id="top-up" title="Top up account" key=top_up_key answer=answer.clone() on_done>
                <Amount value=top_up hint=top_up_hint/>
                <Field label="Comment" name="comment" value=comment/>
                <Save/>
            </PostForm>
            <PostForm action=correction_action id="correction" title="Correction" key=correction_key answer=answer.clone() on_done>
                <Amount value=correction hint=correction_hint/>
                <Field label="Reason" name="reason" value=reason/>
                <Save/>
            </PostForm>
        </div>
    }
}

#[component]
fn Amount(value: String, hint: String) -> impl IntoView {
    view! { <Field label="Amount" name="amount" value hint inputmode="decimal"/> }
}

#[component]
fn Save() -> impl IntoView {
    view! {
        <button type="submit" class="primary">
            "Save"
        </button>
    }
}

/// The form that reverses a transaction, which is shown above it.
#[component]
pub fn Reversal() -> impl IntoView {
    let (id, address) = (client_id(), use_query_string());
    let form = ServerQuery::of_address(move || OpenReversal {
        id: id.get_untracked_or_default(),
        address: address.get_untracked_or_default(),
    });
    view! {
        <Loading
            of=form
            // The ledger below shows any error.
            show=move |form| {
                let id = id.get_untracked_or_default();
                form.ok()
                    .map(|Answer { query, content: form }| {
                        let back = query.on_page(query.paging.page).address(&path(&id));
                        view! { <Reverse id form back/> }
                    })
                    .into_any()
            }
        />
    }
}

#[component]
fn Reverse(id: String, form: ReversalForm, back: String) -> impl IntoView {
    let ReversalForm { currency, row, key, answer } = form;
    let on_done = refresh_client_and_open(back.clone());
    let LedgerRow { id: number, at, amount, purpose, author, reversed_by, .. } = row;
    let typed = answer.as_ref().and_then(|answer| answer.typed("reason")).unwrap_or_default();
    let offers = reversed_by.is_none() && row.kind.can_be_reversed();
    let why_not = match reversed_by {
        Some(by) => format!("It was reversed by transaction {by}."),
        None => format!("A transaction of the kind {} can't be reversed.", row.kind.label()),
    };
    view! {
        <PostForm
            action=format!("{}/reversal", path(&id))
            id="reversal"
            title=format!("Reverse transaction {number}")
            key
            answer
            on_done
        >
            <p>{format!("{at}, {purpose}: {}, booked by {author}.", amount.named(&currency))}</p>
            {if offers {
                view! {
                    <input type="hidden" name="transaction" value=number.to_string()/>
                    <p class="muted">"Both rows stay in the ledger, and each names the other."</p>
                    <Field label="Reason" name="reason" value=typed/>
                    <button type="submit" class="primary">
                        {format!("Book {}", Money(-amount.0).named(&currency))}
                    </button>
                }
                    .into_any()
            } else {
                view! { <p class="muted">{why_not}</p> }.into_any()
            }}
            <a class="button" href=back>
                {if offers { "Cancel" } else { "Close" }}
            </a>
        </PostForm>
    }
}
