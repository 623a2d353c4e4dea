//! Slows down password guessing: by login, by network address, by both together, and overall.
//!
//! An attempt is counted before its password is checked, so that guessing in parallel is counted too. It then waits for
//! a delay that grows with the count, up to a limit. A right password is never refused, only delayed. Attempts are
//! refused only when hundreds wait already.

use super::sign_in_counts::{self, Attempts, Source};
use crate::database::Database;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::sleep,
};
use tokio_util::sync::CancellationToken;
use values::error::Error;

/// The most waiting attempts. Hashing that many takes some ten seconds, and a response may take thirty.
const PLACES: usize = 600;
/// An address may take a quarter of the free places, and a login there what remains of that quarter. A crowded login
/// then leaves places for others at its address, and ten crowded addresses leave places for others.
const SHARE: usize = 4;
/// Attempts per line that sit out their delay at the same time. Guessing in parallel is then hardly quicker, and a few
/// dozen people behind a guesser's address are still answered in time.
const TURNS: usize = 20;

/// The delay of attempts that are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay {
    /// Failures without a delay, since people mistype.
    pub free: i32,
    /// The delay after those; each further failure doubles it.
    pub first: Duration,
    /// The longest delay.
    pub longest: Duration,
}

impl Delay {
    /// The delay after a number of failures.
    #[must_use]
    pub fn after(&self, failures: i32) -> Duration {
        let doublings = u32::try_from(failures.saturating_sub(self.free)).ok();
        doublings.map_or(Duration::ZERO, |doublings| {
            self.first.saturating_mul(2u32.saturating_pow(doublings)).min(self.longest)
        })
    }
}

/// The delays by each count.
#[derive(Clone, Copy, Debug)]
pub struct Delays {
    /// By login and address together: slows the usual guesser, and nobody else.
    pub source: Delay,
    /// By login from any address: slows a guesser with many addresses.
    pub login: Delay,
    /// By address with any login: slows a guesser with many logins. Short, since an office may share an address.
    pub address: Delay,
    /// By all attempts: slows a guesser with many of both. Shorter still, since everybody waits.
    pub overall: Delay,
}

impl Default for Delays {
    fn default() -> Self {
        let delay = |free, longest| Delay { free, first: Duration::from_millis(250), longest };
        Self {
            source: delay(3, Duration::from_secs(8)),
            login: delay(20, Duration::from_secs(8)),
            address: delay(30, Duration::from_secs(2)),
            overall: delay(300, Duration::from_secs(1)),
        }
    }
}

impl Delays {
    /// The delays of an attempt: first in the line of its login, then in the line of its address.
    fn of(&self, attempts: Attempts) -> (Duration, Duration) {
        // The attempt itself is counted but hasn't failed yet.
        let after = |delay: Delay, count: i32| delay.after(count.saturating_sub(1));
        let with_login = after(self.source, attempts.source)
            .max(after(self.login, attempts.login))
            .max(after(self.overall, attempts.overall));
        (with_login, after(self.address, attempts.address))
    }
}

/// The keys of a source's lines: that of its login and address, and that of its address.
fn lines_of(source: &Source) -> [String; 2] {
    [format!("{}\n{}", source.login, source.network), source.network.clone()]
}

/// Slows down attempts to sign in. Clones share the waiting lines.
#[derive(Clone, Debug, Default)]
pub struct Throttle {
    delays: Delays,
    waiting: Arc<Mutex<Waiting>>,
}

#[derive(Debug, Default)]
struct Waiting {
    places: usize,
    lines: HashMap<String, Line>,
}

#[derive(Debug)]
struct Line {
    places: usize,
    turns: Arc<Semaphore>,
}

impl Throttle {
    /// A throttle with other delays.
    #[must_use]
    pub fn new(delays: Delays) -> Self {
        Self { delays, waiting: Arc::default() }
    }

    /// Takes a place for an attempt.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`] when too many wait already, overall or from this address.
    pub fn enter(&self, source: Source) -> Result<Place, Error> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let names = lines_of(&source);
        let [with_login, at_address] =
            names.each_ref().map(|name| waiting.lines.get(name).map_or(0, |line| line.places));
        let share = PLACES.saturating_sub(waiting.places).div_ceil(SHARE);
        if with_login >= share.saturating_sub(at_address) {
            return Err(Error::TooManyAttempts);
        }
        waiting.places += 1;
        let turns = names.map(|name| {
            let new = || Line { places: 0, turns: Arc::new(Semaphore::new(TURNS)) };
            let line = waiting.lines.entry(name).or_insert_with(new);
            line.places += 1;
            line.turns.clone()
        });
        Ok(Place { source, turns, throttle: self.clone() })
    }
}

/// A place among the attempts in progress. Dropping it frees the place.
#[derive(Debug)]
pub struct Place {
    source: Source,
    turns: [Arc<Semaphore>; 2],
    throttle: Throttle,
}

impl Place {
    /// The login and address of the attempt.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Counts the attempt, and returns the counts when its password may be checked. `None` when the visitor has hung
    /// up, so that others don't wait behind an attempt that nobody sees.
    pub async fn wait(&self, database: &Database, hung_up: &CancellationToken) -> Result<Option<Attempts>, Error> {
        let [of_login, of_address] = &self.turns;
        let turn = hung_up.run_until_cancelled(take(of_login)).await.transpose()?;
        let attempts = sign_in_counts::count(database, &self.source).await?;
        let (with_login, at_address) = self.throttle.delays.of(attempts);
        let delays = async {
            sleep(with_login).await;
            drop(turn);
            let _turn = take(of_address).await?;
            sleep(at_address).await;
            Ok(attempts)
        };
        hung_up.run_until_cancelled(delays).await.transpose()
    }
}

/// Waits for a turn, first come first served.
async fn take(turns: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Error> {
    turns.clone().acquire_owned().await.map_err(Error::internal)
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut waiting = self.throttle.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.places -= 1;
        for name in lines_of(&self.source) {
            if let Some(line) = waiting.lines.get_mut(&name) {
                line.places -= 1;
                if line.places == 0 {
                    waiting.lines.remove(&name);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn enter(throttle: &Throttle, address: &str) -> Option<Place> {
        throttle.enter(Source::new("owner", address)).ok()
    }

    #[test]
    fn delays_grow_with_the_failures_up_to_a_limit() {
        let delay = Delays::default().source;
        assert_eq!(delay.after(0), Duration::ZERO);
        assert_eq!(delay.after(2), Duration::ZERO);
        assert_eq!(delay.after(3), Duration::from_millis(250));
        assert_eq!(delay.after(5), Duration::from_secs(1));
        assert_eq!(delay.after(i32::MAX), Duration::from_secs(8));
    }

    #[test]
    fn an_attempt_is_delayed_by_the_attempts_before_it() {
        let attempts = |source, login, address, overall| Attempts { source, login, address, overall };
        let of = |attempts| Delays::default().of(attempts);
        let seconds = Duration::from_secs;
        assert_eq!(of(attempts(1, 1, 1, 1)), (seconds(0), seconds(0)));
        assert_eq!(of(attempts(3, 20, 30, 300)), (seconds(0), seconds(0)));
        assert_eq!(of(attempts(6, 6, 6, 6)), (seconds(1), seconds(0)));
        assert_eq!(of(attempts(1, 300, 1, 300)), (seconds(8), seconds(0)));
        assert_eq!(of(attempts(1, 1, 300, 300)), (seconds(0), seconds(2)));
        assert_eq!(of(attempts(1, 1, 1, 10_000)), (seconds(1), seconds(0)));
    }

    proptest! {
        #[test]
        fn no_count_locks_anybody_out_or_shortens_a_delay(
            counts in prop::array::uniform4(any::<i32>()),
            more in prop::array::uniform4(0..1_000i32),
        ) {
            let of = |[source, login, address, overall]: [i32; 4]| {
                Delays::default().of(Attempts { source, login, address, overall })
            };
            let (with_login, at_address) = of(counts);
            prop_assert!(with_login <= Duration::from_secs(8) && at_address <= Duration::from_secs(2));
            let (later, there) = of(std::array::from_fn(|of| counts[of].saturating_add(more[of])));
            prop_assert!(later >= with_login && there >= at_address);
        }
    }

    #[test]
    fn an_address_has_a_share_of_the_places_and_gets_them_back() {
        let throttle = Throttle::default();
        let another = |number: usize| throttle.enter(Source::new(&number.to_string(), "192.0.2.1")).ok();
        let places: Vec<_> = (0..).map_while(another).collect();
        assert_eq!(places.len(), PLACES / (SHARE + 1));
        assert!(enter(&throttle, "192.0.2.2").is_some());
        drop(places);
        assert!(enter(&throttle, "192.0.2.1").is_some());
        assert!(throttle.waiting.lock().unwrap().lines.is_empty(), "empty lines are removed");
    }

    #[test]
    fn a_crowded_login_leaves_places_for_others_at_its_address() {
        let throttle = Throttle::default();
        let places: Vec<_> = std::iter::from_fn(|| enter(&throttle, "192.0.2.1")).collect();
        assert!(places.len() >= 60, "{}", places.len());
        let others = (0..40).map(|number| throttle.enter(Source::new(&format!("person {number}"), "192.0.2.1")));
        let others: Vec<_> = others.filter_map(Result::ok).collect();
        assert_eq!(others.len(), 40);
    }

    #[test]
    fn ten_crowded_addresses_leave_places_for_somebody_else() {
        let throttle = Throttle::default();
        let mut places = Vec::new();
        for host in 0..10 {
            let another =
                |login: usize| throttle.enter(Source::new(&login.to_string(), &format!("198.51.100.{host}"))).ok();
            places.extend((0..).map_while(another));
        }
        assert!(PLACES - places.len() >= 40, "{}", places.len());
        assert!(enter(&throttle, "192.0.2.1").is_some());
    }

    #[test]
    fn the_places_are_limited_for_any_number_of_addresses() {
        let throttle = Throttle::default();
        let of = |number: usize| enter(&throttle, &format!("10.0.{}.{}", number / 256, number % 256));
        let places: Vec<_> = (0..2 * PLACES).map_while(of).collect();
        assert_eq!(places.len(), PLACES);
    }

    #[test]
    fn an_address_of_ipv6_counts_as_its_network() {
        let network = |address| Source::new("owner", address).network;
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:2::"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::"), network("2001:db8:1:3::"));
    }
}
