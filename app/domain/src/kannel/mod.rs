//! Kannel, the open-source SMS gateway: what its bearerbox writes into its access log, and the delivery reports that
//! its smsbox calls with. Native only.
//!
//! An access log runs from [`log`] (lines into messages and receipts, with [`parts`] and the number's home) through
//! [`matching`] (which receipt is about which message) to [`store`]. A call comes in by [`callback`] and gets to
//! [`store`] together with those that wait beside it. From there both go the way of all messages.
//!
//! Texts and receivers' numbers stay in [`log`] and [`callback`]: what leaves them is a keyed hash ([`key`]).

pub mod callback;
pub mod key;
pub mod log;
pub mod matching;
pub mod parts;
pub mod queue;
pub mod store;
