//! Kannel, the open-source SMS gateway: the access log of its bearerbox, and the delivery reports of its smsbox.
//!
//! - [`log`]: reads an access log as messages and receipts; [`parts`]: the number of a text's parts
//! - [`matching`]: matches receipts with messages
//! - [`callback`]: parses a call with a delivery report; [`queue`]: single calls, in batches
//! - [`store`]: writes both, through [`messages`](crate::messages)
//!
//! Texts and receivers' numbers don't leave [`log`] and [`callback`], except as keyed hashes ([`key`]).

pub mod callback;
pub mod key;
pub mod log;
pub mod matching;
pub mod parts;
pub mod queue;
pub mod store;
