//! The attributes of a choice's cookie.

/// How long a choice is remembered, in seconds.
const YEAR: u32 = 365 * 24 * 60 * 60;

/// The whole cookie. The value is a plain word.
pub fn cookie(name: &str, value: &str) -> String {
    format!("{name}={value}; Path=/; Max-Age={YEAR}; SameSite=Lax")
}
