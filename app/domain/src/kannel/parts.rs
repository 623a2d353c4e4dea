//! The number of parts of a message.

/// The characters of the alphabet's extension table. They take two septets: 3GPP TS 23.038, 6.2.1.1.
const EXTENDED: &[char] = &['^', '{', '}', '\\', '[', '~', ']', '|', '€'];

/// The coding of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// Seven bits a character.
    SevenBit,
    /// Bytes.
    EightBit,
    /// Two bytes a character.
    Ucs2,
}

impl Coding {
    /// The coding of a number in the gateway's flags; -1 stands for the default.
    #[must_use]
    pub fn of(number: i64) -> Self {
        match number {
            1 => Self::EightBit,
            2 => Self::Ucs2,
            _ => Self::SevenBit,
        }
    }
}

/// Counts the septets of a text. A text that isn't UTF-8 has a septet for each byte.
#[must_use]
pub fn septets(text: &[u8]) -> usize {
    match std::str::from_utf8(text) {
        Ok(text) => text.chars().map(|character| 1 + usize::from(EXTENDED.contains(&character))).sum(),
        Err(_) => text.iter().map(|byte| 1 + usize::from(EXTENDED.contains(&char::from(*byte)))).sum(),
    }
}

/// Counts the parts of a text after a user data header of `header` bytes; at least 1. `length` is in septets, in bytes,
/// or in bytes of UCS-2.
///
/// A part has 140 bytes. Each of several parts begins with a concatenation header of six bytes, or has five more bytes
/// in an existing header.
#[must_use]
pub fn parts(coding: Coding, length: usize, header: usize) -> usize {
    let holds = |header: usize| {
        let bytes = 140_usize.saturating_sub(header);
        let units = match coding {
            Coding::SevenBit => bytes * 8 / 7,
            Coding::EightBit => bytes,
            Coding::Ucs2 => bytes / 2 * 2,
        };
        units.max(1)
    };
    if length <= holds(header) {
        return 1;
    }
    length.div_ceil(holds(if header == 0 { 6 } else { header + 5 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_holds_what_the_standard_says() {
        for (coding, header, single, each) in [
            (Coding::SevenBit, 0, 160, 153),
            (Coding::EightBit, 0, 140, 134),
            (Coding::Ucs2, 0, 70 * 2, 67 * 2),
            // A port number, as for a business card.
            (Coding::EightBit, 7, 133, 128),
            (Coding::SevenBit, 6, 153, 147),
        ] {
            assert_eq!(parts(coding, 0, header), 1);
            assert_eq!(parts(coding, single, header), 1, "{coding:?} {header}");
            assert_eq!(parts(coding, single + 1, header), 2, "{coding:?} {header}");
            assert_eq!(parts(coding, 2 * each, header), 2, "{coding:?} {header}");
            assert_eq!(parts(coding, 2 * each + 1, header), 3, "{coding:?} {header}");
        }
        assert_eq!(parts(Coding::SevenBit, 10, 5_000), 10);
    }

    #[test]
    fn characters_of_the_extension_table_take_two_septets() {
        assert_eq!(septets(b"Hello, world"), 12);
        assert_eq!(septets("[€] {~}".as_bytes()), 13);
        assert_eq!(septets("Zürich, señor à Øresund".as_bytes()), 23);
        assert_eq!(septets(b"\xff[\xff"), 4);
        assert_eq!(parts(Coding::SevenBit, septets("[".repeat(81).as_bytes()), 0), 2);
    }
}
