//! Rate limits of API clients.

use crate::ids::TokenId;
use governor::{DefaultKeyedRateLimiter, Quota};
use std::{fmt, num::NonZeroU32, sync::Arc};
use tokio::sync::Semaphore;
use values::error::Error;

/// Calls per token and second, also as a burst. A call takes thousands of messages.
const CALLS: NonZeroU32 = NonZeroU32::new(50).unwrap();

/// KiB of uncompressed bodies per token and second, also as a burst: four of the largest bodies.
const KIBIBYTES: NonZeroU32 = NonZeroU32::new(64 * 1024).unwrap();

/// Kannel's delivery reports per token and second. A gateway sends thousands.
const REPORTS: NonZeroU32 = NonZeroU32::new(5_000).unwrap();

/// Delivery reports per token in a burst.
const REPORTS_BURST: NonZeroU32 = NonZeroU32::new(10_000).unwrap();

/// Bodies that are read concurrently; others wait.
const CONCURRENT_READS: usize = 4;

/// Limits the rates of each token. Cheap to clone: clones share the counts.
#[derive(Clone)]
pub struct RateLimiter(Arc<Limits>);

struct Limits {
    calls: DefaultKeyedRateLimiter<TokenId>,
    kibibytes: DefaultKeyedRateLimiter<TokenId>,
    reports: DefaultKeyedRateLimiter<TokenId>,
    reading: Arc<Semaphore>,
}

impl Default for RateLimiter {
    fn default() -> Self {
        Self(Arc::new(Limits {
            calls: governor::RateLimiter::keyed(Quota::per_second(CALLS)),
            kibibytes: governor::RateLimiter::keyed(Quota::per_second(KIBIBYTES)),
            reports: governor::RateLimiter::keyed(Quota::per_second(REPORTS).allow_burst(REPORTS_BURST)),
            reading: Arc::new(Semaphore::new(CONCURRENT_READS)),
        }))
    }
}

impl RateLimiter {
    /// Counts a call of a token.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`] above the limit, like the other counts.
    pub fn count(&self, token: TokenId) -> Result<(), Error> {
        self.0.calls.check_key(&token).map_err(|_| Error::TooManyAttempts)
    }

    /// Counts bytes of a body, rounded up to KiB.
    pub fn count_bytes(&self, token: TokenId, bytes: usize) -> Result<(), Error> {
        let Some(kibibytes) = u32::try_from(bytes.div_ceil(1024)).ok().and_then(NonZeroU32::new) else { return Ok(()) };
        match self.0.kibibytes.check_key_n(&token, kibibytes) {
            Ok(Ok(())) => Ok(()),
            _ => Err(Error::TooManyAttempts),
        }
    }

    /// Counts a delivery report.
    pub fn count_report(&self, token: TokenId) -> Result<(), Error> {
        self.0.reports.check_key(&token).map_err(|_| Error::TooManyAttempts)
    }

    /// The permits to read a body.
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
    fn a_token_is_limited_by_calls_bytes_and_receipts() {
        let calls = RateLimiter::default();
        let (one, other) = (TokenId(1), TokenId(2));
        let accepted =
            |count: &dyn Fn() -> Result<(), Error>, attempts: usize| (0..attempts).filter(|_| count().is_ok()).count();
        // A second or two may pass meanwhile on a busy machine.
        assert!((50..200).contains(&accepted(&|| calls.count(one), 10_000)));
        assert!((64..256).contains(&accepted(&|| calls.count_bytes(one, MEBIBYTE), 1_000)));
        assert!((10_000..40_000).contains(&accepted(&|| calls.count_report(one), 100_000)));
        // Another token has its own limits.
        assert_eq!(calls.count(other), Ok(()));
        assert_eq!(calls.count_bytes(other, 64 * MEBIBYTE), Ok(()));
        assert_eq!(calls.count_bytes(other, 16 * MEBIBYTE), Err(Error::TooManyAttempts));
        assert_eq!(calls.count_bytes(other, 0), Ok(()));
        assert_eq!(calls.count_report(other), Ok(()));
    }
}
