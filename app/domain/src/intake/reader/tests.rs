use super::lines::LIMIT;
use super::*;
use proptest::{collection::vec, option, prelude::*};
use serde_json::Value;

const FIELDS: &[&str] = &["a", "b", "c"];

/// Returns the input in small pieces, like a slow pipe.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.1.min(self.0.len()).min(buffer.len());
        let (piece, rest) = self.0.split_at(length);
        buffer[..length].copy_from_slice(piece);
        self.0 = rest;
        Ok(length)
    }
}

/// Records as `line a|b|c` with `-` for unknown values, refusals as their messages.
fn read(input: impl AsRef<[u8]>) -> Vec<String> {
    let input = input.as_ref();
    let piece = if input.len() < 10_000 { 7 } else { 5_000 };
    let reader = Reader::open(Pieces(input, piece), FIELDS).expect("a readable input");
    let show = |result: Result<Record, LineError>| match result {
        Ok(mut record) => {
            let values = FIELDS.iter().map(|name| record.lines(name, 100_000).unwrap().unwrap_or_else(|| "-".into()));
            let values: Vec<_> = values.collect();
            format!("{} {}", record.line(), values.join("|"))
        }
        Err(refusal) => refusal.to_string(),
    };
    reader.map(|result| show(result.unwrap())).collect()
}

fn unreadable(input: impl AsRef<[u8]>) -> String {
    match Reader::open(input.as_ref(), FIELDS) {
        Ok(_) => panic!("it is readable"),
        Err(cause) => cause.to_string(),
    }
}

#[test]
fn csv_and_ndjson_give_the_same_records() {
    assert_eq!(read("a,b,c\n1,2,3\n4,,6\n"), ["2 1|2|3", "3 4|-|6"]);
    assert_eq!(
        read("{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}\n{\"a\":\"4\",\"b\":null,\"c\":\"6\"}"),
        ["1 1|2|3", "2 4|-|6"]
    );
}

#[test]
fn a_byte_order_mark_windows_line_ends_and_blank_lines_are_fine() {
    assert_eq!(read("\u{feff}\r\n  \r\na,b,c\r\n\r\n1,2,3\r\n   \r\n"), ["5 1|2|3"]);
    assert_eq!(read("\u{feff}\n\n  {\"a\":\"1\"}  \r\n\n{}\n"), ["3 1|-|-", "5 -|-|-"]);
    assert_eq!(read("a,b,c\r\n"), [""; 0]);
}

#[test]
fn columns_come_in_any_order_and_may_be_missing() {
    assert_eq!(read("c, a\n3,1\n"), ["2 1|-|3"]);
}

#[test]
fn quotes_hold_commas_quotes_and_line_breaks_and_lines_are_counted_where_records_begin() {
    assert_eq!(read("a,b,c\n\"x\r\ny\n\",\"1,5\",\"say \"\"hi\"\"\"\nz,,\n"), ["2 x\ny|1,5|say \"hi\"", "5 z|-|-"]);
}

#[test]
fn a_header_that_makes_no_sense_is_refused_with_the_known_columns() {
    assert_eq!(unreadable("a,colour\n"), "line 1: \"colour\": is unknown; known are a, b, c");
    assert_eq!(
        unreadable("\na;b\n"),
        "line 2: \"a;b\": is unknown; known are a, b, c; columns are separated by commas"
    );
    assert_eq!(unreadable("a,b,a\n"), "line 1: a: is there twice");
    assert_eq!(unreadable("a,\n"), "line 1: \"\": is unknown; known are a, b, c");
    assert!(unreadable("a,b\u{1b}[2J\n").contains(r"\u{1b}"));
    assert!(unreadable(b"a,n\xe4me\n").contains("the header isn't UTF-8"));
    assert!(unreadable(b"\xff\xfea\0,\0b\0\n\0").contains("the header isn't UTF-8"));
    assert_eq!(unreadable("\"a,b\n1,2\n"), "line 1: a quote is opened and never closed");
    assert_eq!(unreadable("x".repeat(LIMIT + 1)), "line 1: is longer than 64 KiB");
}

#[test]
fn an_input_with_nothing_in_it_is_unreadable() {
    for nothing in ["", "\u{feff}", "\n\n  \n", " "] {
        assert!(unreadable(nothing).contains("there is nothing in it"), "{nothing:?}");
    }
    assert!(unreadable("[{\"a\":\"1\"}]").contains("a JSON list can't be read"));
}

#[test]
fn a_line_with_too_few_or_too_many_fields_is_refused() {
    assert_eq!(
        read("a,b\n1\n1,2,3\n1,2\n"),
        ["line 2: has 1 fields where the header has 2", "line 3: has 3 fields where the header has 2", "4 1|2|-"]
    );
    let many = read(format!("a,b\n{}\n1,2\n", ",".repeat(60_000)));
    assert_eq!(many, ["line 2: has 60001 fields where the header has 2", "3 1|2|-"]);
}

#[test]
fn a_quote_that_is_not_closed_takes_no_good_lines_with_it() {
    assert_eq!(read("a,b\n1,\"x\n2,y\n3,z\n"), ["line 2: a quote is opened and never closed", "3 2|y|-", "4 3|z|-"]);
    assert_eq!(
        read("a,b\n1,\"x\n2,\"y\"\n3,z\n"),
        ["line 2: text stands behind a closing quote: write a quote within quotes twice", "3 2|y|-", "4 3|z|-"]
    );
    assert_eq!(
        read("a,b\n\"1,x\n2,y\"\n3,z\n"),
        [
            "line 2: has 1 fields where the header has 2 (is a quote opened here and not closed?)",
            "3 2|y\"|-",
            "4 3|z|-"
        ]
    );
    let long = format!("a,b\n1,\"x\n{}2,y\n", "3,z\n".repeat(20_000));
    let read = read(long);
    assert_eq!(read.len(), 20_002);
    assert_eq!(read[0], "line 2: a quote is opened and not closed within 64 KiB");
    assert_eq!(read[1], "3 3|z|-");
    assert_eq!(read[20_001], "20003 2|y|-");
}

#[test]
fn a_line_of_64_kib_is_taken_and_a_longer_one_refused() {
    let exact = "x".repeat(LIMIT - 1);
    assert_eq!(read(format!("a,b\n{exact},\r\n1,2\n"))[0].len(), "2 |-|-".len() + exact.len());
    assert_eq!(read(format!("a,b\n{exact}x,\r\n1,2\n")), ["line 2: is longer than 64 KiB", "3 1|2|-"]);
    assert_eq!(read(format!("a,b\n1,2\n{}", "x".repeat(5 * LIMIT))), ["2 1|2|-", "line 3: is longer than 64 KiB"]);
    let json = format!("{{\"a\":\"{}\"}}\n{{\"a\":\"1\"}}", "x".repeat(LIMIT));
    assert_eq!(read(json), ["line 1: is longer than 64 KiB", "2 1|-|-"]);
}

#[test]
fn bytes_that_are_not_utf_8_refuse_their_line_only() {
    assert_eq!(
        read(b"a,b\n1,M\xfcller\n1,M\xc3\xbcller\n".as_slice()),
        ["line 2: b: isn't UTF-8 text: save the file in UTF-8", "3 1|Müller|-"]
    );
    // Two fields that are UTF-8 only when joined.
    assert_eq!(read(b"a,b\n\xc3,\xa9\n".as_slice()), ["line 2: a: isn't UTF-8 text: save the file in UTF-8"]);
    assert_eq!(
        read(b"{\"a\":\"M\xfcller\"}\n{\"a\":\"x\"}\n".as_slice()),
        ["line 1: isn't UTF-8 text: save the file in UTF-8", "2 x|-|-"]
    );
}

#[test]
fn json_that_makes_no_sense_is_refused_by_its_line() {
    assert_eq!(
        read("{\"a\":\"1\"}\n{\"a\":}\n[]\n{\"a\":\"1\"} x\nnull\n{\"a\":\"1\",\"a\":null}\n{\"d\":1}\n{\"a\":\"2\"}"),
        [
            "1 1|-|-",
            "line 2: isn't JSON on one line: it makes no sense at column 6",
            "line 3: isn't a JSON object",
            "line 4: isn't JSON on one line: it makes no sense at column 11",
            "line 5: isn't a JSON object",
            "line 6: a: is there twice",
            "line 7: \"d\": is unknown; known are a, b, c",
            "8 2|-|-",
        ]
    );
}

#[test]
fn a_carriage_return_alone_ends_no_line() {
    assert_eq!(
        read("a,b\n1,2\r3,4\n5,6\n"),
        ["line 2: a carriage return stands alone: put the value in quotes", "3 5|6|-"]
    );
}

proptest! {
    #[test]
    fn written_records_are_read_from_csv_and_ndjson(
        rows in vec(vec(option::of("[a-zіЇ\"',;\n\t {}\u{301}]{1,8}"), 3), 1..20),
        piece in 1..50_usize,
    ) {
        let mut csv = ::csv::Writer::from_writer(Vec::new());
        csv.write_record(FIELDS).unwrap();
        let mut json = Vec::new();
        let (mut in_csv, mut in_json) = (Vec::new(), Vec::new());
        let mut line = 2;
        for (index, row) in rows.iter().enumerate() {
            csv.write_record(row.iter().map(|value| value.as_deref().unwrap_or(""))).unwrap();
            let object: serde_json::Map<_, _> =
                FIELDS.iter().zip(row).map(|(name, value)| ((*name).to_owned(), Value::from(value.clone()))).collect();
            serde_json::to_writer(&mut json, &object).unwrap();
            json.push(b'\n');
            let texts = row.iter().map(|value| value.clone().map(Value::String)).collect();
            in_csv.push(Record::new(line, FIELDS, texts));
            let values = row.iter().map(|value| Some(Value::from(value.clone()))).collect();
            in_json.push(Record::new(index as u64 + 1, FIELDS, values));
            line += 1 + row.iter().flatten().map(|text| text.matches('\n').count() as u64).sum::<u64>();
        }
        let read = |bytes: &[u8]| -> Vec<Record> {
            Reader::open(Pieces(bytes, piece), FIELDS).unwrap().map(|result| result.unwrap().unwrap()).collect()
        };
        prop_assert_eq!(read(&csv.into_inner().unwrap()), in_csv);
        prop_assert_eq!(read(&json), in_json);
    }

    #[test]
    fn any_bytes_are_read_to_their_end_line_by_line(
        parts in vec(prop_oneof!["\"", ",", "\n", "\r", "x", "\\{", "a,b\n", "\u{feff}", "é", "\0"], 0..60),
        header in any::<bool>(),
    ) {
        let text = format!("{}{}", if header { "a,b\n" } else { "" }, parts.concat());
        if let Ok(mut reader) = Reader::open(Pieces(text.as_bytes(), 3), FIELDS) {
            let mut last = 0;
            for result in reader.by_ref() {
                let line = match result.unwrap() { Ok(record) => record.line(), Err(refusal) => refusal.line };
                prop_assert!(line > last);
                last = line;
            }
            prop_assert_eq!(reader.consumed(), text.len() as u64);
        }
    }
}
