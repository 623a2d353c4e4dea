//! The bounds of what a program may send. Native only.

use governor::{DefaultKeyedRateLimiter, Quota};
use std::{fmt, num::NonZeroU32, sync::Arc};
use tokio::sync::Semaphore;
use values::error::Error;

/// Calls of one token in a second, and at once after a while without any. A call takes thousands of messages.
const CALLS: NonZeroU32 = NonZeroU32::new(50).unwrap();

/// KiB of bodies of one token in a second, uncompressed, and at once: four of the largest bodies.
const KIBIBYTES: NonZeroU32 = NonZeroU32::new(64 * 1024).unwrap();

/// Delivery reports of one token in a second. A gateway sends thousands.
const REPORTS: NonZeroU32 = NonZeroU32::new(5_000).unwrap();

/// Delivery reports of one token at once.
const REPORTS_AT_ONCE: NonZeroU32 = NonZeroU32::new(10_000).unwrap();

/// Bodies that are read at once; others wait.
const READ_AT_ONCE: usize = 4;

/// How much programs may send, counted for each token.
#[derive(Clone)]
pub struct RateLimiter(Arc<Limits>);

struct Limits {
    calls: DefaultKeyedRateLimiter<i64>,
    kibibytes: DefaultKeyedRateLimiter<i64>,
    reports: DefaultKeyedRateLimiter<i64>,
    reading: Arc<Semaphore>,
}

impl Default for RateLimiter {
    fn default() -> Self {
        Self(Arc::new(Limits {
            calls: governor::RateLimiter::keyed(Quota::per_second(CALLS)),
            kibibytes: governor::RateLimiter::keyed(Quota::per_second(KIBIBYTES)),
            reports: governor::RateLimiter::keyed(Quota::per_second(REPORTS).allow_burst(REPORTS_AT_ONCE)),
            reading: Arc::new(Semaphore::new(READ_AT_ONCE)),
        }))
    }
}

impl RateLimiter {
    /// Counts a call of a token in.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`], as of the others, when it is one too many.
    pub fn count(&self, token: i64) -> Result<(), Error> {
        self.0.calls.check_key(&token).map_err(|_| Error::TooManyAttempts)
    }

    /// Counts bytes of a body in, in whole KiB.
    pub fn count_bytes(&self, token: i64, bytes: usize) -> Result<(), Error> {
        let Some(kibibytes) = u32::try_from(bytes.div_ceil(1024)).ok().and_then(NonZeroU32::new) else { return Ok(()) };
        match self.0.kibibytes.check_key_n(&token, kibibytes) {
            Ok(Ok(())) => Ok(()),
            _ => Err(Error::TooManyAttempts),
        }
    }

    /// Counts a delivery report in.
    pub fn count_report(&self, token: i64) -> Result<(), Error> {
        self.0.reports.check_key(&token).map_err(|_| Error::TooManyAttempts)
    }

    /// The places of those that read a body.
    #[must_use]
    pub fn reading(&self) -> Arc<Semaphore> {
        self.0.reading.clone()
    }
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RateLimiter")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEBIBYTE: usize = 1024 * 1024;

    #[test]
    fn what_a_token_sends_is_bounded_by_calls_by_bytes_and_by_reports() {
        let calls = RateLimiter::default();
        let taken = |count: &dyn Fn() -> Result<(), Error>, most: usize| (0..most).filter(|_| count().is_ok()).count();
        // A second or two may pass meanwhile on a busy machine.
        assert!((50..200).contains(&taken(&|| calls.count(1), 10_000)));
        assert!((64..256).contains(&taken(&|| calls.count_bytes(1, MEBIBYTE), 1_000)));
        assert!((10_000..40_000).contains(&taken(&|| calls.count_report(1), 100_000)));
        // Another token has its own.
        assert_eq!(calls.count(2), Ok(()));
        assert_eq!(calls.count_bytes(2, 64 * MEBIBYTE), Ok(()));
        assert_eq!(calls.count_bytes(2, 16 * MEBIBYTE), Err(Error::TooManyAttempts));
        assert_eq!(calls.count_bytes(2, 0), Ok(()));
        assert_eq!(calls.count_report(2), Ok(()));
    }
}
