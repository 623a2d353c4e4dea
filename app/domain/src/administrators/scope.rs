//! Scopes of API tokens.

use std::fmt;
use values::error::Error;

values::labelled_enum! {
    /// A part of the API.
    pub enum Scope {
        /// Send messages and delivery receipts.
        Messages = "messages", "messages",
        /// Create and change clients, except their money.
        Clients = "clients", "clients",
        /// Also set clients' prices, credit and opening balance.
        ClientsMoney = "clients:money", "clients' money",
        /// Read, add and fill in names.
        Names = "names", "names",
        /// Also check and reject names.
        NamesDecide = "names:decide", "decisions on names",
        /// Send Kannel's delivery reports, and nothing else.
        Kannel = "kannel", "Kannel's delivery reports",
        /// Read metrics.
        Metrics = "metrics", "measurements",
    }
}

impl Scope {
    /// The error for a field that needs this scope.
    #[must_use]
    pub fn is_needed_for(self, field: &str) -> Error {
        Error::OutOfScope(format!(
            "{field} is changed only by a token with the scope `{}`. {}",
            self.word(),
            self.hint()
        ))
    }

    /// The error for a token without this scope.
    #[must_use]
    pub fn is_needed(self) -> Error {
        Error::OutOfScope(format!("This needs a token with the scope `{}`. {}", self.word(), self.hint()))
    }

    /// The command that creates a token with this scope and the one it builds on.
    fn hint(self) -> String {
        let base = match self {
            Self::ClientsMoney => "--scope clients ",
            Self::NamesDecide => "--scope names ",
            _ => "",
        };
        format!("`clientele token create --name NAME {base}--scope {}` makes one.", self.word())
    }
}

/// The scopes of one token, in the order of [`Scope::ALL`]. Stored and shown as words separated by spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// The scopes of a token that is created without any.
    pub const DEFAULT: &'static [Scope] = &[Scope::Messages, Scope::Clients, Scope::Names];

    /// Sorts and de-duplicates scopes.
    #[must_use]
    pub fn new(scopes: &[Scope]) -> Self {
        Self(Scope::ALL.iter().copied().filter(|scope| scopes.contains(scope)).collect())
    }

    /// Reads stored scopes. Ignores unknown words, such as those of a newer version.
    #[must_use]
    pub fn of_words(words: &str) -> Self {
        Self::new(&words.split(' ').filter_map(|word| word.parse().ok()).collect::<Vec<_>>())
    }

    /// Whether a scope is among them.
    #[must_use]
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether Kannel is combined with other scopes. Kannel's token appears in URLs and logs, so it should have no
    /// more.
    #[must_use]
    pub fn mixes_kannel(&self) -> bool {
        self.has(Scope::Kannel) && self.0.len() > 1
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.iter().map(|scope| scope.word()).collect::<Vec<_>>().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_stored_as_words_and_read_back() {
        let scopes = Scopes::new(&[Scope::Metrics, Scope::ClientsMoney, Scope::Metrics]);
        assert_eq!(scopes.to_string(), "clients:money metrics");
        assert_eq!(Scopes::of_words("clients:money metrics"), scopes);
        assert_eq!(Scopes::of_words("metrics everything"), Scopes::new(&[Scope::Metrics]));
        assert_eq!(Scopes::of_words(""), Scopes::new(&[]));
    }

    #[test]
    fn a_token_that_mixes_kannel_with_other_scopes_is_detected() {
        assert!(Scopes::of_words("messages clients names kannel").mixes_kannel());
        assert!(!Scopes::new(&[Scope::Kannel]).mixes_kannel());
        assert!(!Scopes::new(Scopes::DEFAULT).mixes_kannel());
    }
}
