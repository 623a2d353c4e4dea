//! Scopes of API tokens. Native only.

use std::fmt;
use values::error::Error;

values::labelled_enum! {
    /// A part of what programs may do.
    pub enum Scope {
        /// Send messages, and what became of them.
        Messages = "messages", "messages",
        /// Make and change clients, but for their money.
        Clients = "clients", "clients",
        /// Set clients' prices, credit and opening balance as well.
        ClientsMoney = "clients:money", "clients' money",
        /// Read names, and make and fill in names.
        Names = "names", "names",
        /// Check and reject names as well.
        NamesDecide = "names:decide", "decisions on names",
        /// Call with Kannel's delivery reports, and nothing else.
        Kannel = "kannel", "Kannel's delivery reports",
        /// Read measurements.
        Metrics = "metrics", "measurements",
    }
}

impl Scope {
    /// The error for a field that only a token with this scope may set.
    #[must_use]
    pub fn is_needed_for(self, field: &str) -> Error {
        Error::OutOfScope(format!(
            "{field} is changed only by a token with the scope `{}`. {}",
            self.word(),
            self.made_by()
        ))
    }

    /// The error for a token without this scope.
    #[must_use]
    pub fn is_needed(self) -> Error {
        Error::OutOfScope(format!("This needs a token with the scope `{}`. {}", self.word(), self.made_by()))
    }

    /// How a token with this scope is made, and with the one that it adds to.
    fn made_by(self) -> String {
        let whole = match self {
            Self::ClientsMoney => "--scope clients ",
            Self::NamesDecide => "--scope names ",
            _ => "",
        };
        format!("`clientele token create --name NAME {whole}--scope {}` makes one.", self.word())
    }
}

/// The scopes of one token, in the order of [`Scope::ALL`]. They are stored and shown as words separated by blanks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// The scopes of a token that was made without naming any.
    pub const UNLESS_TOLD: &'static [Scope] = &[Scope::Messages, Scope::Clients, Scope::Names];

    /// These, each once.
    #[must_use]
    pub fn new(scopes: &[Scope]) -> Self {
        Self(Scope::ALL.iter().copied().filter(|scope| scopes.contains(scope)).collect())
    }

    /// Those that were kept. Words that aren't known, as of a newer program, open nothing.
    #[must_use]
    pub fn of_words(words: &str) -> Self {
        Self::new(&words.split(' ').filter_map(|word| word.parse().ok()).collect::<Vec<_>>())
    }

    /// Whether this is among them.
    #[must_use]
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether the token is written into Kannel's addresses and logs, and opens something else as well.
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
    fn scopes_are_kept_as_words_and_read_back() {
        let scopes = Scopes::new(&[Scope::Metrics, Scope::ClientsMoney, Scope::Metrics]);
        assert_eq!(scopes.to_string(), "clients:money metrics");
        assert_eq!(Scopes::of_words("clients:money metrics"), scopes);
        assert_eq!(Scopes::of_words("metrics everything"), Scopes::new(&[Scope::Metrics]));
        assert_eq!(Scopes::of_words(""), Scopes::new(&[]));
    }

    #[test]
    fn a_token_for_kannel_and_for_something_else_is_told_apart() {
        assert!(Scopes::of_words("messages clients names kannel").mixes_kannel());
        assert!(!Scopes::new(&[Scope::Kannel]).mixes_kannel());
        assert!(!Scopes::new(Scopes::UNLESS_TOLD).mixes_kannel());
    }
}
