//! Rules for passwords, and their argon2id hashes. Hashing runs on Tokio's blocking threads.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;
use values::error::Error;
use zxcvbn::{Score, zxcvbn};

/// The shortest password, in characters.
pub const SHORTEST: usize = 8;
/// The longest password, in characters.
pub const LONGEST: usize = 200;

/// A hash takes 19 MiB and some ten milliseconds of a core, so more of them at once would starve the pages.
static HASHING: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));

/// The product's name, which guessers try early.
const PRODUCT: &str = "clientele";
/// The shortest login that a password may not contain. Shorter ones are part of good passwords by chance.
const SHORTEST_LOGIN: usize = 4;

/// The reason why a password is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// It is too short or too long.
    #[error("Use a password of 8 to 200 characters.")]
    Length,
    /// It contains the login.
    #[error("The password must not contain the login.")]
    ContainsLogin,
    /// It contains the product's name.
    #[error("The password must not contain the name Clientele.")]
    ContainsProduct,
    /// It is easily guessed.
    #[error(
        "This password is easily guessed: it is a common one, or nearly one. Choose another, such as four words that \
         don't belong together."
    )]
    Common,
    /// Hashing failed.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// Checks and hashes a new password for the administrator with a login.
///
/// # Errors
/// [`PasswordError`] says why the password is refused.
pub async fn hash(password: String, login: &str) -> Result<String, PasswordError> {
    let login = login.to_lowercase();
    blocking(move || {
        check(&password, &login)?;
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|cause| Error::internal(cause).into())
    })
    .await?
}

/// Refuses a password that is easily guessed. Blocks, up to a second for a malicious one.
fn check(password: &str, login: &str) -> Result<(), PasswordError> {
    if !(SHORTEST..=LONGEST).contains(&password.chars().count()) {
        return Err(PasswordError::Length);
    }
    let folded = password.to_lowercase();
    if login.chars().count() >= SHORTEST_LOGIN && folded.contains(login) {
        return Err(PasswordError::ContainsLogin);
    }
    if folded.contains(PRODUCT) {
        return Err(PasswordError::ContainsProduct);
    }
    // zxcvbn gives less than two to passwords within a million guesses: the 30,000 most common ones, also with a
    // capital, a digit at the end or `0` for `o`, and keyboard rows, dates and repetitions.
    if zxcvbn(password, &[login, PRODUCT]).score() < Score::Two {
        return Err(PasswordError::Common);
    }
    Ok(())
}

/// Whether a password matches a hash. False without a hash, after the same time.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool, Error> {
    static DUMMY: LazyLock<String> = LazyLock::new(|| {
        Argon2::default().hash_password(b"nobody's password").map(|hash| hash.to_string()).unwrap_or_default()
    });
    blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| DUMMY.clone());
        let verified = PasswordHash::new(&hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        verified && known
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let permit = HASHING.clone().acquire_owned().await.map_err(Error::internal)?;
    // The permit moves into the work, which goes on after its caller was cancelled.
    let work = move || {
        let _permit = permit;
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
    async fn no_more_than_two_are_hashed_at_once_even_after_their_callers_were_cancelled() {
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

    #[test]
    fn common_passwords_are_refused_however_they_are_spelled() {
        for common in [
            "password",
            "password1",
            "Passw0rd!",
            "P@ssw0rd",
            "drowssap",
            "12345678",
            "qwertyuiop",
            "1q2w3e4r5t",
            "1qaz2wsx",
            "iloveyou1",
            "letmein123",
            "football",
            "Superman1",
            "trustno1",
            "sunshine",
            "princess",
            "welcome123",
            "admin123",
            "administrator",
            "changeme",
            "abcd1234",
            "11111111",
            "aaaaaaaaaaaaaaaa",
            "abababababababab",
            "qwerty123",
            "monkey12",
            "gfhjkm123",
            "starwars",
            "whatever",
            "Summer2024",
            "20011991",
            "zaq12wsx",
            "michelle",
            "baseball1",
            "jordan23",
            "computer",
        ] {
            assert_eq!(check(common, "olena"), Err(PasswordError::Common), "{common}");
        }
        for good in ["correct horse battery", "paper clip on a string", "x7#Qmv2r", "стілець під яблунею"]
        {
            assert_eq!(check(good, "olena"), Ok(()), "{good}");
        }
    }

    #[test]
    fn a_password_is_neither_the_login_nor_the_product_s_name() {
        for (password, login, problem) in [
            ("Olena and a wet umbrella", "olena", PasswordError::ContainsLogin),
            ("umbrella of ОЛЕНА today", "олена", PasswordError::ContainsLogin),
            ("my Clientele umbrella", "olena", PasswordError::ContainsProduct),
            ("anelo2024", "olena", PasswordError::Common),
        ] {
            assert_eq!(check(password, login), Err(problem), "{password}");
        }
        // Such a login is in many passwords by chance.
        assert_eq!(check("a wet umbrella stand", "and"), Ok(()));
        assert_eq!(check("a wet umbrella stand", ""), Ok(()));
    }

    #[test]
    fn a_password_is_neither_too_short_nor_too_long() {
        let of = |length| "bx7#Qmv2rй".chars().cycle().take(length).collect::<String>();
        assert_eq!(check(&of(SHORTEST - 1), ""), Err(PasswordError::Length));
        assert_eq!(check(&of(SHORTEST), ""), Ok(()));
        assert_eq!(check(&of(LONGEST), ""), Ok(()));
        assert_eq!(check(&of(LONGEST + 1), ""), Err(PasswordError::Length));
    }
}
