use leptos::prelude::*;
use ui::field::{Checkbox, Field, Select, TextArea};

pub fn example() -> AnyView {
    let options = [("", "Any"), ("EUR", "EUR")].map(|(word, label)| (word.to_owned(), label.to_owned())).to_vec();
    view! {
        <div class="filters">
            <Field label="Plain" name="plain" value="380681234567"/>
            <Field label="With a hint" name="hinted" hint="Digits with an optional plus."/>
            <Field label="Refused" name="refused" value="1,5" error="Write plain digits such as 1.5."/>
            <Field label="A day" name="day" kind="date" value="2024-01-05"/>
            <TextArea label="Several lines" name="lines" value="First\nSecond"/>
            <Select label="A choice" name="choice" options value="EUR"/>
            <Checkbox label="Yes or no" name="yes" checked=true/>
        </div>
    }
    .into_any()
}
