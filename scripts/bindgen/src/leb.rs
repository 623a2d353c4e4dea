//! Numbers in the variable-length encoding of WASM, LEB128.

/// Appends an unsigned number.
pub fn write_unsigned(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Appends a number that is read as signed and isn't negative.
pub fn write_signed(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x40 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Overwrites a number of five bytes, which is the length that the linker gives to numbers with a relocation.
pub fn overwrite(bytes: &mut [u8], mut value: u32) {
    for byte in &mut bytes[..4] {
        *byte = value as u8 | 0x80;
        value >>= 7;
    }
    bytes[4] = value as u8;
}
