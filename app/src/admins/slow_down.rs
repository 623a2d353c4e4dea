//! Guessing a password is slowed down by who guesses: a login tried from one address. Whoever signs in from
//! elsewhere doesn't notice, and even there the right password is only answered later, never refused.

use crate::error::Error;
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};

/// Failures that cost nothing: people mistype.
const FREE_FAILURES: i32 = 3;
/// The longest wait before a password is looked at.
const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// Attempts of one address that may wait at once; otherwise waiting in parallel would be no slow-down.
const AT_ONCE: usize = 4;

static WAITING: LazyLock<Mutex<HashMap<String, usize>>> = LazyLock::new(Mutex::default);

/// How long the next attempt waits after so many failures.
pub fn wait(failures: i32) -> Duration {
    let doublings = u32::try_from(failures - FREE_FAILURES).ok();
    doublings.map_or(Duration::ZERO, |doublings| {
        Duration::from_millis(250).saturating_mul(2u32.saturating_pow(doublings)).min(LONGEST_WAIT)
    })
}

/// A place among the attempts of an address that are under way; dropping it frees the place.
pub struct Attempt(String);

impl Attempt {
    /// Takes a place, or refuses when there are too many from this address.
    pub fn begin(address: &str) -> Result<Self, Error> {
        let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
        let count = waiting.entry(address.to_owned()).or_default();
        if *count >= AT_ONCE {
            return Err(Error::TooManyAttempts);
        }
        *count += 1;
        Ok(Self(address.to_owned()))
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = waiting.get_mut(&self.0) {
            *count -= 1;
            if *count == 0 {
                waiting.remove(&self.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_with_the_failures_up_to_a_bound() {
        assert_eq!(wait(0), Duration::ZERO);
        assert_eq!(wait(2), Duration::ZERO);
        assert_eq!(wait(3), Duration::from_millis(250));
        assert_eq!(wait(5), Duration::from_secs(1));
        assert_eq!(wait(i32::MAX), LONGEST_WAIT);
    }

    #[test]
    fn one_address_has_few_places_and_gets_them_back() {
        let places: Vec<_> = (0..AT_ONCE).map(|_| Attempt::begin("192.0.2.1").ok()).collect();
        assert!(places.iter().all(Option::is_some));
        assert!(Attempt::begin("192.0.2.1").is_err());
        assert!(Attempt::begin("192.0.2.2").is_ok());
        drop(places);
        assert!(Attempt::begin("192.0.2.1").is_ok());
    }
}
