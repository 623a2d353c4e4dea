#![no_main]

mod records;

use domain::{
    clients::fields as client_fields, messages::record as message_record, operators::record as operator_record,
};

// The first byte chooses a header, which the fuzzer would hardly find. Any other leaves the header to the input.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let header = match choice {
        b'c' => client_fields::FIELDS.join(","),
        b'm' => message_record::FIELDS.join(","),
        b'o' => operator_record::FIELDS.join(","),
        _ => return records::read(rest),
    };
    records::read(&[header.as_bytes(), b"\n", rest].concat());
});
