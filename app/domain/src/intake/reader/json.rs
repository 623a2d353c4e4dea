//! NDJSON: an object per line.

use super::{NOT_UTF_8, refusal, repeated_field, unknown_field};
use crate::intake::LineError;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// Parses a line. Returns a value for each of the known fields.
pub fn parse(bytes: &[u8], line: u64, fields: &'static [&'static str]) -> Result<Vec<Option<Value>>, LineError> {
    let text = std::str::from_utf8(bytes).map_err(|_| refusal(line, NOT_UTF_8))?;
    let mut object = Object { line, fields, values: vec![None; fields.len()], refusal: None };
    let mut parser = serde_json::Deserializer::from_str(text);
    let result = object.deserialize(&mut parser).and_then(|()| parser.end());
    match (object.refusal, result) {
        (Some(refusal), _) => Err(refusal),
        (None, Ok(())) => Ok(object.values),
        (None, Err(cause)) if cause.is_data() => Err(refusal(line, "isn't a JSON object")),
        (None, Err(cause)) => {
            let column = cause.column();
            Err(refusal(line, format!("isn't JSON on one line: it makes no sense at column {column}")))
        }
    }
}

struct Object {
    line: u64,
    fields: &'static [&'static str],
    values: Vec<Option<Value>>,
    refusal: Option<LineError>,
}

impl<'de> DeserializeSeed<'de> for &mut Object {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Object {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let Some(known) = self.fields.iter().position(|known| *known == name) else {
                self.refusal = Some(unknown_field(self.line, &name, self.fields));
                return Err(M::Error::custom("refused"));
            };
            if self.values[known].is_some() {
                self.refusal = Some(repeated_field(self.line, &name));
                return Err(M::Error::custom("refused"));
            }
            self.values[known] = Some(map.next_value()?);
        }
        Ok(())
    }
}
