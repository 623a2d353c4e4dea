//! Money in a cell.

use leptos::prelude::*;
use values::Money;

/// An amount with four decimals, so that columns align on the point. Trailing zeros are faint, and an amount below zero
/// stands out.
#[component]
pub fn Amount(
    /// The amount.
    money: Money,
    /// ISO 4217 code, for columns that mix currencies.
    #[prop(optional, into)]
    currency: String,
) -> impl IntoView {
    let text = money.grouped();
    // Zeros from the third decimal on serve alignment only.
    let plain = text.strip_suffix("00").unwrap_or(&text).to_owned();
    let faint = text[plain.len()..].to_owned();
    view! {
        <span class="amount" class:negative=money.0 < 0>
            {plain}
            <span class="faint">{faint}</span>
        </span>
        {(!currency.is_empty()).then(|| view! { <span class="currency">{format!(" {currency}")}</span> })}
    }
}
