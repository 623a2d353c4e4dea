//! Keyed hashes of numbers and texts. Without the key, a hash could be reversed by trying all numbers in an hour.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The key of the database.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

impl Key {
    /// Makes a key from bytes.
    ///
    /// # Panics
    /// Never: HMAC takes a key of any length.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(Hmac::new_from_slice(bytes).expect("HMAC takes any key"))
    }

    /// Hashes values in order. Returns 32 hexadecimal digits.
    #[must_use]
    pub fn hash(&self, values: &[&[u8]]) -> String {
        let mut mac = self.0.clone();
        for value in values {
            mac.update(&(value.len() as u64).to_be_bytes());
            mac.update(value);
        }
        hex::encode(&mac.finalize().into_bytes()[..16])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_depends_on_the_key_on_each_value_and_on_where_it_ends() {
        let key = Key::new(&[7; 32]);
        let hash = key.hash(&[b"ab", b"c"]);
        assert_eq!(hash.len(), 32);
        assert_eq!(hash, key.hash(&[b"ab", b"c"]));
        for other in [key.hash(&[b"a", b"bc"]), key.hash(&[b"abc"]), Key::new(&[8; 32]).hash(&[b"ab", b"c"])] {
            assert_ne!(hash, other);
        }
    }
}
