//! What the address of the Finance tab asks for.

use super::EntryKind;
use values::{
    address::{address, day, page, page_size, parts, unknown},
    error::Error,
};

/// How many rows a page of the ledger may have.
pub const PAGE_SIZES: [u64; 4] = [10, 20, 50, 100];

/// Which rows of the ledger are asked for: the tab's address, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinanceQuery {
    /// First day, `2024-01-05`; without it the default period's.
    pub from: Option<String>,
    /// Last day.
    pub to: Option<String>,
    /// Only rows of this kind.
    pub kind: Option<EntryKind>,
    /// The page, from 1.
    pub page: u64,
    /// Rows a page, one of [`PAGE_SIZES`].
    pub per_page: u64,
    /// A page that was typed, which may be beyond the last: then the last is meant.
    pub go_to: Option<u64>,
    /// The row that is about to be taken back.
    pub reverse: Option<i64>,
}

impl Default for FinanceQuery {
    fn default() -> Self {
        Self { from: None, to: None, kind: None, page: 1, per_page: 20, go_to: None, reverse: None }
    }
}

impl FinanceQuery {
    /// Understands the part of an address behind its question mark.
    ///
    /// # Errors
    /// [`Error::BadAddress`] names the first part that makes no sense and what it may be.
    pub fn parse(address: &str) -> Result<Self, Error> {
        let mut query = Self::default();
        for (name, value) in parts(address) {
            let (name, value) = (name.as_str(), value.as_str());
            match name {
                "from" => query.from = Some(day(name, value)?),
                "to" => query.to = Some(day(name, value)?),
                "kind" => query.kind = Some(value.parse().map_err(|known| unknown(name, value, known))?),
                "page" => query.page = page(name, value)?,
                "go_to" => query.go_to = Some(page(name, value)?),
                "per_page" => query.per_page = page_size(name, value, &PAGE_SIZES)?,
                "reverse" => {
                    let id = value.parse().ok().filter(|id| *id > 0);
                    query.reverse = Some(id.ok_or_else(|| unknown(name, value, "a transaction's number"))?);
                }
                _ => {}
            }
        }
        Ok(query)
    }

    /// What the address asks for, as pairs of names and values without those that say the usual.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let usual = Self::default();
        let mut pairs = Vec::new();
        let mut push = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        push("from", self.from.clone());
        push("to", self.to.clone());
        push("kind", self.kind.map(|kind| kind.word().to_owned()));
        push("page", (self.page != usual.page).then(|| self.page.to_string()));
        push("per_page", (self.per_page != usual.per_page).then(|| self.per_page.to_string()));
        push("reverse", self.reverse.map(|id| id.to_string()));
        pairs
    }

    /// The address of the tab, or of what stands beside it.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        address(path, &self.pairs())
    }

    /// The same rows, on another page.
    #[must_use]
    pub fn on_page(&self, page: u64) -> Self {
        Self { page, go_to: None, reverse: None, ..self.clone() }
    }

    /// The rows of another period.
    #[must_use]
    pub fn within(&self, from: &str, to: &str) -> Self {
        Self { from: Some(from.to_owned()), to: Some(to.to_owned()), ..self.on_page(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_understood_and_written_back() {
        let address = "/clients/7/finance?from=2024-01-01&to=2024-02-29&kind=top_up&page=3&per_page=50&reverse=12";
        let query = FinanceQuery::parse(address.split_once('?').unwrap().1).unwrap();
        assert_eq!(query.kind, Some(EntryKind::TopUp));
        assert_eq!(query.address("/clients/7/finance"), address);
        assert_eq!(FinanceQuery::default().address("/f"), "/f");
    }

    #[test]
    fn what_makes_no_sense_is_named_with_what_would() {
        for (address, said) in [
            ("from=2024-02-31", "a day such as"),
            ("to=x", "a day such as"),
            ("kind=gift", "top_up"),
            ("page=0", "a number from 1"),
            ("per_page=7", "10, 20, 50, 100"),
            ("reverse=-1", "a transaction's number"),
        ] {
            let error = FinanceQuery::parse(address).expect_err(address).to_string();
            assert!(error.contains(said), "{address}: {error}");
        }
    }
}
