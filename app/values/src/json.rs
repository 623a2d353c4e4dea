//! Reads JSON that the server wrote with `serde_json`.
//!
//! In the browser this is a sixth of the size of `serde_json`, which would add 13 kB to the main module and 2 to 8 kB
//! to each part, in brotli. It needs no error messages, because only the server writes these texts, and reads neither
//! white space nor fractions.

use serde::de::{self, DeserializeSeed, Deserializer, Visitor};
use std::fmt::Display;

/// Deserializes `text`. `None` if it is anything else than the JSON of a `T`.
#[must_use]
pub fn read<'de, T: de::Deserialize<'de>>(text: &'de str) -> Option<T> {
    let mut rest = Rest(text);
    T::deserialize(&mut rest).ok().filter(|_| rest.0.is_empty())
}

/// The text isn't valid.
#[derive(Debug, thiserror::Error)]
#[error("unreadable")]
struct Unreadable;

impl de::Error for Unreadable {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

type Read<T> = Result<T, Unreadable>;

/// The rest of the text.
struct Rest<'de>(&'de str);

impl<'de> Rest<'de> {
    /// Consumes an expected part.
    fn eat(&mut self, part: &str) -> Read<()> {
        self.0 = self.0.strip_prefix(part).ok_or(Unreadable)?;
        Ok(())
    }

    /// Consumes a part if it comes next.
    fn eats(&mut self, part: &str) -> bool {
        self.eat(part).is_ok()
    }

    /// Consumes the text up to one of these ASCII bytes.
    fn up_to(&mut self, ends: &[u8]) -> &'de str {
        let end = self.0.bytes().position(|byte| ends.contains(&byte)).unwrap_or(self.0.len());
        let (before, rest) = self.0.split_at(end);
        self.0 = rest;
        before
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> &'de str {
        self.up_to(b",:]}")
    }

    fn string(&mut self) -> Read<String> {
        self.eat("\"")?;
        let mut text = String::new();
        loop {
            text.push_str(self.up_to(b"\"\\"));
            if self.eats("\"") {
                return Ok(text);
            }
            let mut rest = self.0.chars();
            let escaped = rest.by_ref().nth(1).ok_or(Unreadable)?;
            self.0 = rest.as_str();
            text.push(match escaped {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'u' => {
                    let (digits, rest) = self.0.split_at_checked(4).ok_or(Unreadable)?;
                    self.0 = rest;
                    u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).ok_or(Unreadable)?
                }
                character => character,
            });
        }
    }

    /// Skips a value of any type.
    fn skip(&mut self) -> Read<()> {
        let mut depth = 0;
        loop {
            if self.0.starts_with('"') {
                self.string()?;
            } else if self.eats("[") || self.eats("{") {
                depth += 1;
            } else if self.eats("]") || self.eats("}") {
                depth -= 1;
            } else if (depth == 0 || !(self.eats(",") || self.eats(":"))) && self.word().is_empty() {
                return Err(Unreadable);
            }
            if depth <= 0 {
                return Ok(());
            }
        }
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            visitor.$visit(self.word().parse().map_err(|_| Unreadable)?)
        })+
    };
}

impl<'de> Deserializer<'de> for &mut Rest<'de> {
    type Error = Unreadable;

    numbers! {
        deserialize_bool visit_bool
        deserialize_i64 visit_i64
        deserialize_u64 visit_u64
        deserialize_u32 visit_u32
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_str(&self.string()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_string(self.string()?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.eats("null") { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.eat("[")?;
        let value = visitor.visit_seq(Elements { rest: self, first: true, end: "]" })?;
        self.eat("]")?;
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.eat("{")?;
        let value = visitor.visit_map(Elements { rest: self, first: true, end: "}" })?;
        self.eat("}")?;
        Ok(value)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        let has_value = self.eats("{");
        let value = visitor.visit_enum(&mut *self)?;
        if has_value {
            self.eat("}")?;
        }
        Ok(value)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.skip()?;
        visitor.visit_unit()
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Read<V::Value> {
        Err(Unreadable)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u128 f32 f64 char bytes byte_buf unit unit_struct tuple_struct map
    }
}

/// The elements of an array, or the entries of an object.
struct Elements<'a, 'de> {
    rest: &'a mut Rest<'de>,
    first: bool,
    end: &'static str,
}

impl Elements<'_, '_> {
    /// Whether another one follows. Consumes the comma before it.
    fn has_next(&mut self) -> Read<bool> {
        if self.rest.0.starts_with(self.end) {
            return Ok(false);
        }
        if !std::mem::take(&mut self.first) {
            self.rest.eat(",")?;
        }
        Ok(true)
    }
}

impl<'de> de::SeqAccess<'de> for Elements<'_, 'de> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        if self.has_next()? { seed.deserialize(&mut *self.rest).map(Some) } else { Ok(None) }
    }
}

impl<'de> de::MapAccess<'de> for Elements<'_, 'de> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        if self.has_next()? { seed.deserialize(&mut *self.rest).map(Some) } else { Ok(None) }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Read<V::Value> {
        self.rest.eat(":")?;
        seed.deserialize(&mut *self.rest)
    }
}

impl<'de> de::EnumAccess<'de> for &mut Rest<'de> {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Read<(V::Value, Self)> {
        let variant = seed.deserialize(&mut *self)?;
        // A unit variant has no value.
        let _ = self.eats(":");
        Ok((variant, self))
    }
}

impl<'de> de::VariantAccess<'de> for &mut Rest<'de> {
    type Error = Unreadable;

    fn unit_variant(self) -> Read<()> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Read<T::Value> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Read<V::Value> {
        self.deserialize_struct("", fields, visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::{Money, error::Error};
    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Everything {
        text: String,
        pairs: Vec<(String, Option<Money>)>,
        yes: bool,
        count: u64,
        outcome: Result<[String; 2], Error>,
        inner: Option<Box<Everything>>,
    }

    fn outcomes() -> impl Strategy<Value = Result<[String; 2], Error>> {
        prop_oneof![
            any::<[String; 2]>().prop_map(Ok),
            Just(Err(Error::Unavailable)),
            any::<String>().prop_map(|message| Err(Error::NotFound(message))),
            any::<(u64, u64)>().prop_map(|(page, last)| Err(Error::NoSuchPage { page, last })),
        ]
    }

    fn everything() -> impl Strategy<Value = Everything> {
        let pairs = proptest::collection::vec(any::<(String, Option<i64>)>(), 0..4);
        let flat = (any::<String>(), pairs, any::<bool>(), any::<u64>(), outcomes())
            .prop_map(|(text, pairs, yes, count, outcome)| {
                let pairs = pairs.into_iter().map(|(text, money)| (text, money.map(Money))).collect();
                Everything { text, pairs, yes, count, outcome, inner: None }
            })
            .boxed();
        (flat.clone(), proptest::option::of(flat))
            .prop_map(|(outer, inner)| Everything { inner: inner.map(Box::new), ..outer })
    }

    proptest! {
        #[test]
        fn text_of_serde_json_is_read(everything in everything()) {
            let text = serde_json::to_string(&everything).unwrap();
            prop_assert_eq!(read::<Everything>(&text), Some(everything));
        }

        #[test]
        fn truncated_text_is_refused(everything in everything(), cut: prop::sample::Index) {
            let text = serde_json::to_string(&everything).unwrap();
            let characters: Vec<char> = text.chars().collect();
            let part: String = characters[..cut.index(characters.len())].iter().collect();
            prop_assert_eq!(read::<Everything>(&part), None);
        }

        #[test]
        fn other_text_is_refused(text in r#"[\[\]{}",:\\a0ntu]{0,20}"#) {
            prop_assert_eq!(read::<Everything>(&text), None);
        }

        #[test]
        fn unknown_fields_are_skipped(everything in everything()) {
            #[derive(Debug, PartialEq, Deserialize)]
            struct Count {
                count: u64,
            }
            let text = serde_json::to_string(&everything).unwrap();
            prop_assert_eq!(read::<Count>(&text), Some(Count { count: everything.count }));
        }
    }
}
