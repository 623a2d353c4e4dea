use leptos::prelude::*;
use ui::{period_picker::PeriodPicker, query_form::QueryForm};
use values::calendar::PeriodChoices;

pub fn example() -> AnyView {
    let quick = [("Today", "2024-03-21", "2024-03-21"), ("This month", "2024-03-01", "2024-03-21")];
    let quick = quick.map(|(name, from, to)| (name.to_owned(), from.to_owned(), to.to_owned())).to_vec();
    let choices = PeriodChoices { today: "2024-03-21".to_owned(), quick };
    let address = Box::new(|from: &str, to: &str| format!("/ui?from={from}&to={to}"));
    view! {
        <QueryForm action="/ui" class="period">
            <div class="filters">
                <PeriodPicker from="2024-03-01".to_owned() to="2024-03-21".to_owned() choices address/>
                <button type="submit">"Search"</button>
            </div>
        </QueryForm>
    }
    .into_any()
}
