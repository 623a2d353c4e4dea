use crate::leb::{overwrite, write_signed, write_unsigned};
use wasmparser::BinaryReader;

/// Numbers on both sides of where an encoding becomes longer.
fn numbers() -> impl Iterator<Item = u32> {
    (0..32).flat_map(|bit| [(1 << bit) - 1, 1 << bit, (1 << bit) + 1]).chain([u32::MAX])
}

#[test]
fn unsigned_numbers_are_read_as_they_were_written() {
    for number in numbers() {
        let mut bytes = Vec::new();
        write_unsigned(&mut bytes, number);
        let mut reader = BinaryReader::new(&bytes, 0);
        assert_eq!(reader.read_var_u32().unwrap(), number);
        assert!(reader.eof(), "{number}");
    }
}

#[test]
fn signed_numbers_are_read_as_they_were_written() {
    for number in numbers().filter(|number| i32::try_from(*number).is_ok()) {
        let mut bytes = Vec::new();
        write_signed(&mut bytes, number);
        let mut reader = BinaryReader::new(&bytes, 0);
        assert_eq!(reader.read_var_i32().unwrap(), number as i32);
        assert!(reader.eof(), "{number}");
    }
}

#[test]
fn an_overwritten_number_keeps_its_length() {
    for number in numbers() {
        let mut bytes = [0xff; 6];
        overwrite(&mut bytes, number);
        let mut reader = BinaryReader::new(&bytes, 0);
        assert_eq!(reader.read_var_u32().unwrap(), number);
        assert_eq!((reader.original_position(), bytes[5]), (5, 0xff), "{number}");
        // The linker writes addresses and table slots as signed numbers.
        if let Ok(signed) = i32::try_from(number) {
            assert_eq!(BinaryReader::new(&bytes, 0).read_var_i32().unwrap(), signed);
        }
    }
}
