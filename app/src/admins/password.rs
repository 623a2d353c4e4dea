//! Passwords are kept as argon2id hashes, and hashing runs where blocking is allowed.

use crate::error::Error;
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;

/// The shortest password, in characters.
pub const SHORTEST: usize = 8;
/// The longest password, in characters.
pub const LONGEST: usize = 200;

/// Each hash takes 19 MiB and some ten milliseconds of a core: more at once would starve the pages.
static HASHING: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));

/// The hash of a new password.
///
/// # Errors
/// [`Error::Refused`] for a password that is too short or too long.
pub async fn hash(password: String) -> Result<String, Error> {
    let length = password.chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) {
        return Err(Error::refused(
            "password",
            format!("A password has {SHORTEST} to {LONGEST} characters; this one has {length}."),
        ));
    }
    blocking(move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()))
        .await?
        .map_err(Error::internal)
}

/// Whether a password is the one of a hash. Without a hash the answer is no, after the same time.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool, Error> {
    static NOBODY: LazyLock<String> = LazyLock::new(|| {
        Argon2::default().hash_password(b"nobody's password").map(|hash| hash.to_string()).unwrap_or_default()
    });
    blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let verified = PasswordHash::new(&hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        verified && known
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let turn = HASHING.clone().acquire_owned().await.map_err(Error::internal)?;
    // The turn belongs to the work, which goes on when nobody waits for it any more.
    let work = move || {
        let _turn = turn;
        work()
    };
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        sync::atomic::{AtomicUsize, Ordering::SeqCst},
        thread::sleep,
        time::Duration,
    };

    #[tokio::test]
    async fn no_more_than_two_are_hashed_at_once_even_when_nobody_waits_for_them() {
        static RUNNING: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let hash = || {
            MOST.fetch_max(RUNNING.fetch_add(1, SeqCst) + 1, SeqCst);
            sleep(Duration::from_millis(100));
            RUNNING.fetch_sub(1, SeqCst);
        };
        for _ in 0..10 {
            let waiting = tokio::spawn(blocking(hash));
            tokio::time::sleep(Duration::from_millis(5)).await;
            waiting.abort();
        }
        blocking(hash).await.unwrap();
        assert_eq!(MOST.load(SeqCst), 2);
    }
}
