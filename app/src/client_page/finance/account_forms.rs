//! The forms of the Finance tab: dialogs that its address opens. They don't refresh with the account, so that nothing
//! typed is lost when somebody else books.

use super::{
    Standing, TRANSACTIONS,
    api::{OpenAccountForms, OpenReversal},
    path,
};
use crate::{
    client_page::page::{address_part, client_id, refresh_client},
    frame::mail_hint,
};
use domain::ledger::{AccountForms, LedgerRow, ReversalForm, query::FORMS};
use leptos::prelude::*;
use ui::{
    dialog::{AddressDialog, AddressDialogs, DialogLeave, OpenDialog, leave_to},
    field::{Checkbox, Field},
    form::{FormState, PostForm},
    icon::Symbol,
    loading::Loading,
    server_query::ServerQuery,
    signals::{OrDefault as _, UntrackedOrDefault as _, use_query_string},
    toast::Toaster,
};
use values::{Money, address::replaced, answer::Answer, form_answer::FormAnswer};

/// The parts of the address that a form has.
const PARTS: [&str; 3] = ["form", "reverse", "answer"];

/// The buttons that open the forms.
#[component]
pub fn Actions() -> impl IntoView {
    view! {
        <AddressDialogs parts=&PARTS/>
        <div class="actions">
            <OpenDialog part="form" value="credit" label="Set credit" icon=Symbol::Edit/>
            <OpenDialog part="form" value="correction" label="Correction" icon=Symbol::Undo/>
            <OpenDialog part="form" value="top-up" label="Top up account" icon=Symbol::Plus class="primary"/>
        </div>
    }
}

/// The form that the address opens, or the outcome of one that was sent without JavaScript.
#[component]
pub fn Forms() -> impl IntoView {
    let [form, reverse, answer] = PARTS.map(address_part);
    let is_filled = |part: Memo<String>| part.with_or_default(|part| !part.is_empty());
    let of_account = Memo::new(move |_| !is_filled(reverse) && (is_filled(form) || is_filled(answer)));
    let of_transaction = Memo::new(move |_| is_filled(reverse));
    view! {
        <div class="finance-forms">
            {move || of_account.get_or_default().then(|| view! { <OfAccount form answer/> })}
            {move || of_transaction.get_or_default().then(|| view! { <OfTransaction/> })}
        </div>
    }
}

/// The tab's address without a form.
fn back(id: &str) -> String {
    let query = use_query_string().with_untracked(|query| replaced(query, &PARTS, &[]));
    path(id) + &query
}

/// Shows the message, refreshes the client and closes the dialog.
fn done(back: &str) -> Callback<String> {
    let (refresh, leave, toaster) = (refresh_client(), leave_to(back.to_owned()), expect_context::<Toaster>());
    Callback::new(move |message: String| {
        toaster.say(message.clone());
        refresh.run(message);
        leave.run(());
    })
}

#[component]
fn OfAccount(form: Memo<String>, answer: Memo<String>) -> impl IntoView {
    let id = client_id();
    let forms = ServerQuery::new(move || {
        // Refreshes for each form, so that it begins with the current values.
        form.with_or_default(|_| ());
        OpenAccountForms { id: id.get_or_default(), answer: answer.get_or_default() }
    });
    view! {
        <Loading
            of=forms
            // The ledger below shows any error.
            show=move |forms| {
                let (id, form) = (id.get_untracked_or_default(), form.get_untracked_or_default());
                forms.ok().map(|forms| view! { <Opened id form forms/> }).into_any()
            }
        />
    }
}

#[component]
fn Opened(id: String, form: String, forms: AccountForms) -> impl IntoView {
    let refused = forms.answer.as_ref().filter(|answer| answer.outcome.is_err()).map(|answer| answer.form.clone());
    let form = if form.is_empty() { refused.unwrap_or_default() } else { form };
    let message = forms.answer.as_ref().and_then(|answer| answer.outcome.clone().ok());
    let opened = FORMS.iter().find(|(word, _)| *word == form).map(|(word, title)| {
        let back = back(&id);
        view! {
            <AddressDialog label=*title back=back.clone() opener=format!("form-{form}")>
                <AccountForm id form=word title back forms/>
            </AddressDialog>
        }
    });
    view! {
        {message.map(|message| view! { <p class="form-note done" role="status">{message}</p> })}
        {opened}
    }
}

#[component]
fn AccountForm(
    id: String,
    form: &'static str,
    title: &'static str,
    back: String,
    forms: AccountForms,
) -> impl IntoView {
    let answer = forms.answer.clone().filter(|answer| answer.form == form && answer.outcome.is_err());
    let typed = answer.clone();
    view! {
        <PostForm action=format!("{}/{form}", path(&id)) id=form title key=forms.key.clone() answer on_done=done(&back)>
            {match form {
                "credit" => view! { <Credit answer=typed forms/> }.into_any(),
                "top-up" => booking(typed.as_ref(), "Added to the balance", &forms.currency, "Comment", "comment"),
                _ => booking(typed.as_ref(), "Deducted from the balance", &forms.currency, "Reason", "reason"),
            }}
            <div class="dialog-buttons">
                <DialogLeave back/>
                <button type="submit" class="primary">
                    "Save"
                </button>
            </div>
        </PostForm>
    }
}

/// The submitted value of a field.
fn typed(answer: Option<&FormAnswer>, field: &str) -> Option<String> {
    answer.and_then(|answer| answer.typed(field))
}

/// The fields of a booking: its amount and a text.
fn booking(
    answer: Option<&FormAnswer>,
    hint: &str,
    currency: &str,
    label: &'static str,
    name: &'static str,
) -> AnyView {
    let amount = typed(answer, "amount").unwrap_or_default();
    let text = typed(answer, name).unwrap_or_default();
    view! {
        <Amount value=amount hint=format!("{hint} ({currency}).")/>
        <Field label name value=text/>
    }
    .into_any()
}

#[component]
fn Amount(value: String, hint: String) -> impl IntoView {
    view! { <Field label="Amount" name="amount" value hint inputmode="decimal" autofocus=true/> }
}

/// The fields of Set credit, with what changes.
#[component]
fn Credit(answer: Option<FormAnswer>, forms: AccountForms) -> impl IntoView {
    let AccountForms { currency, balance, credit: seen, .. } = forms;
    let amount = typed(answer.as_ref(), "amount").unwrap_or_else(|| seen.for_field());
    let notify = typed(answer.as_ref(), "notify").is_some_and(|notify| notify == "true");
    let hint = format!("How far below zero the balance may go ({currency}).");
    let (state, standing) = (expect_context::<FormState>(), expect_context::<Standing>());
    let now = move || standing.0.get_or_default().unwrap_or((balance, seen));
    // Once a conflict has named the current credit, saving again is on purpose.
    let seen = move || if state.has_conflict() { now().1 } else { seen }.to_string();
    let new = RwSignal::new(amount.clone());
    let preview = move || {
        let (balance, credit) = now();
        let typed = new.with_or_default(|new| Money::typed(new).ok()).filter(|new| new.0 >= 0 && *new != credit);
        let available = Money(balance.0.saturating_add(typed.unwrap_or(credit).0)).named(&currency);
        match typed {
            Some(new) => {
                let (credit, new) = (credit.named(&currency), new.named(&currency));
                format!("Credit {credit} → {new}. Available: {available}.")
            }
            None => format!("The credit is {}. Available: {available}.", credit.named(&currency)),
        }
    };
    view! {
        <input type="hidden" name="seen" value=seen/>
        <div on:input=move |event| new.set(event_target_value(&event))>
            <Amount value=amount hint/>
        </div>
        <p class="credit-preview">{preview}</p>
        <Checkbox label="Notify customer" name="notify" checked=notify hint=mail_hint()/>
    }
}

#[component]
fn OfTransaction() -> impl IntoView {
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
                    .map(|Answer { content: form, .. }| {
                        let (back, next) = (back(&id), RwSignal::new(format!("reverse-{}", form.row.id)));
                        view! {
                            <AddressDialog label="Reverse transaction" back=back.clone() opener=next>
                                <Reverse id form back next/>
                            </AddressDialog>
                        }
                    })
                    .into_any()
            }
        />
    }
}

#[component]
fn Reverse(
    id: String,
    form: ReversalForm,
    back: String,
    /// The id of the element that gets the focus next.
    next: RwSignal<String>,
) -> impl IntoView {
    let ReversalForm { currency, row, key, answer } = form;
    let done = done(&back);
    let on_done = Callback::new(move |message| {
        // The row has no button any more.
        next.set(TRANSACTIONS.to_owned());
        done.run(message);
    });
    let LedgerRow { id: number, at, amount, purpose, author, reversed_by, .. } = row;
    let reason = typed(answer.as_ref(), "reason").unwrap_or_default();
    let offers = reversed_by.is_none() && row.kind.can_be_reversed();
    let why_not = match reversed_by {
        Some(by) => format!("It was reversed by transaction {by}."),
        None => format!("A transaction of the kind {} can't be reversed.", row.kind.label()),
    };
    let action = format!("{}/reversal", path(&id));
    let fact = |term: &'static str, value: String| view! { <div><dt>{term}</dt><dd>{value}</dd></div> };
    view! {
        <PostForm action id="reversal" title="Reverse transaction" key answer on_done>
            <dl class="reversed-row">
                {fact("Transaction", format!("{number}, {}", row.kind.label()))}
                {fact("Date", at)}
                {fact("Amount", amount.signed(&currency))}
                {fact("Purpose", purpose)}
                {fact("Booked by", author)}
            </dl>
            {if offers {
                view! {
                    <input type="hidden" name="transaction" value=number.to_string()/>
                    <Field
                        label="Reason"
                        name="reason"
                        value=reason
                        hint="Both transactions stay in the ledger, linked to each other."
                        required=true
                        autofocus=true
                    />
                }
                    .into_any()
            } else {
                view! { <p>{why_not}</p> }.into_any()
            }}
            <div class="dialog-buttons">
                <DialogLeave back label=if offers { "Cancel" } else { "Close" }/>
                {offers
                    .then(|| {
                        view! {
                            <button type="submit" class="primary">
                                {format!("Reverse: {}", Money(-amount.0).signed(&currency))}
                            </button>
                        }
                    })}
            </div>
        </PostForm>
    }
}
