//! Comments and reasons.

use crate::Error;

/// The maximum length, in characters.
pub const LONGEST: usize = 500;

/// Reads a comment or reason: one line of at most [`LONGEST`] characters.
///
/// # Errors
/// [`Error::Refused`] names the form's `field`.
pub fn read(field: &str, typed: &str) -> Result<String, Error> {
    let text = typed.trim();
    let length = text.chars().count();
    if length > LONGEST {
        let message = format!("Use at most {LONGEST} characters. This has {length}.");
        return Err(Error::refused(field, message));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::refused(field, "Use one line without control characters."));
    }
    Ok(text.to_owned())
}
