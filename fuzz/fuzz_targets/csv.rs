#![no_main]

mod records;

use domain::{clients::record, messages::record, operators};

// The first byte chooses a header, since hardly any would be found; without one the bytes have to bring theirs.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let header = match choice {
        b'c' => client_record::FIELDS.join(","),
        b'm' => message_record::FIELDS.join(","),
        b'o' => numbers::record::FIELDS.join(","),
        _ => return records::read(rest),
    };
    records::read(&[header.as_bytes(), b"\n", rest].concat());
});
