#![no_main]

mod records;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| records::read(&[b"{", bytes].concat()));
