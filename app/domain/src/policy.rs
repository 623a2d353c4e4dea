//! Settings that the business follows.

use values::Money;

/// Settings that the business follows.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Larger amounts must be confirmed before they are booked.
    pub confirm_above: Money,
    /// Whether a mail server is configured.
    pub sends_mail: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self { confirm_above: Money(10_000_000), sends_mail: false }
    }
}
