//! The progress of a load, shared by the threads that work on it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

/// The progress of a load.
#[derive(Debug, Default)]
pub struct Progress {
    pub clients: AtomicU64,
    pub read: AtomicU64,
    pub parts: AtomicU64,
    pub built: AtomicU64,
    pub abandoned: AtomicBool,
}

impl Progress {
    /// From 0 to 99. Reading takes about half of the time.
    pub fn percent(&self) -> u8 {
        let share = |done: &AtomicU64, all: &AtomicU64, of: u64| match all.load(Relaxed) {
            0 => 0,
            all => done.load(Relaxed).min(all) * of / all,
        };
        let percent = share(&self.read, &self.clients, 50) + share(&self.built, &self.parts, 49);
        u8::try_from(percent).unwrap_or(99)
    }

    /// Sets the number of parts to build.
    pub fn begin_to_build(&self, parts: usize) {
        self.parts.store(parts as u64, Relaxed);
    }

    /// Counts a finished part.
    pub fn built(&self) {
        self.built.fetch_add(1, Relaxed);
    }

    /// Whether the load was cancelled, as when the server stops.
    pub fn is_abandoned(&self) -> bool {
        self.abandoned.load(Relaxed)
    }
}
