#![no_main]

use domain::{
    kannel::{
        key::Key,
        log::{Entry, Log},
    },
    operators::Numbers,
};

// Every line is parsed, skipped or refused by its number, and the input is read to its end.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut log = Log::open(bytes, chrono_tz::Europe::Kyiv, Key::new(b"fuzz"), Numbers::default()).expect("memory");
    let mut before = 0;
    while let Some(entry) = log.next() {
        let line = match entry.expect("bytes in memory can be read") {
            Ok(Entry::Message(message)) => {
                assert!(message.client_id.0 >= 1 && (1..=255).contains(&message.facts.parts));
                assert!(message.facts.sender_id.chars().count() <= 20);
                message.line
            }
            Ok(Entry::Receipt(receipt)) => receipt.line,
            Err(refusal) => {
                assert!(!refusal.to_string().contains('\u{1b}'), "a terminal would interpret this");
                refusal.line
            }
        };
        assert!(line > before, "line {line} comes after {before}");
        before = line;
    }
    assert_eq!(log.consumed(), bytes.len() as u64);
});
