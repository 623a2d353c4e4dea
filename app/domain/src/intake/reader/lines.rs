//! Splits the input into physical lines. Several can be peeked at before any is consumed, so that a malformed CSV
//! record gives back all of its lines but the first.

use std::io::{self, Read};

/// The most bytes of a line, or of a CSV record of several lines.
pub const LIMIT: usize = 64 * 1024;

/// The buffer's size. It is larger than the limit, so that reads are large.
const CAPACITY: usize = 4 * LIMIT;

/// A line of the unconsumed bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// The input has ended.
    None,
    /// The lines up to this one would exceed the limit together.
    TooLong,
    /// The line is in the buffer.
    Whole {
        /// Its length in bytes without the line break.
        content: usize,
        /// Its length in bytes.
        total: usize,
    },
}

pub struct Lines<R> {
    source: R,
    buffer: Vec<u8>,
    /// The bounds of the unconsumed bytes in the buffer.
    start: usize,
    end: usize,
    /// The number of the line at `start`.
    number: u64,
    /// The number of consumed bytes.
    consumed: u64,
    ended: bool,
}

impl<R: Read> Lines<R> {
    /// Begins at the first line, and skips a byte order mark.
    pub fn new(source: R) -> io::Result<Self> {
        const MARK: &[u8] = "\u{feff}".as_bytes();
        let buffer = vec![0; CAPACITY];
        let mut lines = Self { source, buffer, start: 0, end: 0, number: 1, consumed: 0, ended: false };
        while lines.bytes().len() < MARK.len() && !lines.ended {
            lines.fill()?;
        }
        if lines.bytes().starts_with(MARK) {
            lines.advance(MARK.len());
        }
        Ok(lines)
    }

    /// The number of the next line, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The number of consumed bytes.
    pub fn consumed(&self) -> u64 {
        self.consumed
    }

    /// The unconsumed bytes in the buffer.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Peeks at the line that begins `offset` bytes ahead, which must be the end of a line before it.
    pub fn line(&mut self, offset: usize) -> io::Result<Line> {
        loop {
            let rest = &self.bytes()[offset..];
            if let Some(found) = memchr::memchr(b'\n', rest) {
                let content = if rest[..found].ends_with(b"\r") { found - 1 } else { found };
                let within = offset + content <= LIMIT;
                return Ok(if within { Line::Whole { content, total: found + 1 } } else { Line::TooLong });
            }
            // A line of the limit's length may be followed by the first half of a line break.
            if offset + rest.len() > LIMIT + 1 {
                return Ok(Line::TooLong);
            }
            if self.ended {
                let total = rest.len();
                let within = offset + total <= LIMIT;
                return Ok(match total {
                    0 => Line::None,
                    _ if within => Line::Whole { content: total, total },
                    _ => Line::TooLong,
                });
            }
            self.fill()?;
        }
    }

    /// Consumes `total` bytes, which are whole lines.
    pub fn consume(&mut self, total: usize) {
        self.number += memchr::memchr_iter(b'\n', &self.bytes()[..total]).count() as u64;
        self.advance(total);
    }

    /// Consumes the next line of any length.
    pub fn discard_line(&mut self) -> io::Result<()> {
        loop {
            if let Some(found) = memchr::memchr(b'\n', self.bytes()) {
                self.consume(found + 1);
                return Ok(());
            }
            self.advance(self.bytes().len());
            if self.ended {
                return Ok(());
            }
            self.fill()?;
        }
    }

    /// Consumes blank lines, and peeks at the first byte after them that isn't blank. `None` at the end.
    pub fn skip_blank(&mut self) -> io::Result<Option<u8>> {
        loop {
            let bytes = self.bytes();
            let blank = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            if let Some(&first) = bytes.get(blank) {
                // Keeps the leading spaces of the next line.
                let whole_lines = memchr::memrchr(b'\n', &bytes[..blank]).map_or(0, |last| last + 1);
                self.consume(whole_lines);
                return Ok(Some(first));
            }
            if self.ended {
                self.consume(blank);
                return Ok(None);
            }
            // An endless line of spaces must not fill the buffer.
            if blank > LIMIT {
                self.consume(blank);
            }
            self.fill()?;
        }
    }

    fn advance(&mut self, by: usize) {
        self.start += by;
        self.consumed += by as u64;
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.end == self.buffer.len() {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        let read = loop {
            match self.source.read(&mut self.buffer[self.end..]) {
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                result => break result?,
            }
        };
        self.end += read;
        self.ended = read == 0;
        Ok(())
    }
}
