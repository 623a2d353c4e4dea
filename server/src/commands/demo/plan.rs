//! The amount of demo data.

/// Amount and seed of the demo data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoPlan {
    /// Number of clients.
    pub clients: u32,
    /// Number of messages that they sent.
    pub messages: u64,
    /// Number of days with messages, up to yesterday.
    pub days: u32,
    /// Seed of the random generator.
    pub seed: u64,
}
