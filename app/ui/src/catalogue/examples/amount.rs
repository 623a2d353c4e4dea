use leptos::prelude::*;
use ui::amount::Amount;
use values::Money;

pub fn example() -> AnyView {
    view! {
        <p><Amount money=Money(12_345_000)/></p>
        <p><Amount money=Money(425) currency="UAH"/></p>
        <p><Amount money=Money(-12_345_678) currency="EUR"/></p>
    }
    .into_any()
}
