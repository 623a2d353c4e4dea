//! The query of a client's ledger, which the address of the Finance tab holds.

use super::EntryKind;
use crate::ids::EntryId;
use values::{
    Paging,
    address::{address, day, parts, unknown},
    error::Error,
};

/// The page sizes on offer.
pub const PAGE_SIZES: [u64; 4] = [10, 20, 50, 100];

/// The query of a client's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinanceQuery {
    /// The first day, `2024-01-05`; `None` for that of the default period.
    pub from: Option<String>,
    /// The last day.
    pub to: Option<String>,
    /// Only rows of this kind.
    pub kind: Option<EntryKind>,
    /// The page, whose size is one of the [`PAGE_SIZES`].
    pub paging: Paging,
    /// The transaction whose reversal form is open.
    pub reverse: Option<EntryId>,
}

impl Default for FinanceQuery {
    fn default() -> Self {
        Self { from: None, to: None, kind: None, paging: Paging::new(&PAGE_SIZES, 20), reverse: None }
    }
}

impl FinanceQuery {
    /// Parses the query string of an address.
    ///
    /// # Errors
    /// [`Error::BadAddress`] names the first invalid part and its valid values.
    pub fn parse(address: &str) -> Result<Self, Error> {
        let mut query = Self::default();
        for (name, value) in parts(address) {
            let (name, value) = (name.as_str(), value.as_str());
            match name {
                "from" => query.from = Some(day(name, value)?),
                "to" => query.to = Some(day(name, value)?),
                "kind" => query.kind = Some(value.parse().map_err(|known| unknown(name, value, known))?),
                "reverse" => {
                    let id = value.parse().ok().filter(|id| *id > EntryId(0));
                    query.reverse = Some(id.ok_or_else(|| unknown(name, value, "a transaction's number"))?);
                }
                _ => query.paging.read(name, value)?,
            }
        }
        Ok(query)
    }

    /// The names and values of the query string, without defaults.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        let mut push = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        push("from", self.from.clone());
        push("to", self.to.clone());
        push("kind", self.kind.map(|kind| kind.word().to_owned()));
        self.paging.pairs().for_each(|(name, value)| push(name, Some(value)));
        push("reverse", self.reverse.map(|id| id.to_string()));
        pairs
    }

    /// A path with the query string.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        address(path, &self.pairs())
    }

    /// The same query on another page, without the reversal form.
    #[must_use]
    pub fn on_page(&self, page: u64) -> Self {
        Self { paging: self.paging.at(page), reverse: None, ..self.clone() }
    }

    /// The first page of another period.
    #[must_use]
    pub fn within(&self, from: &str, to: &str) -> Self {
        Self { from: Some(from.to_owned()), to: Some(to.to_owned()), ..self.on_page(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_parsed_and_written_back() {
        let address = "/clients/7/finance?from=2024-01-01&to=2024-02-29&kind=top_up&page=3&per_page=50&reverse=12";
        let query = FinanceQuery::parse(address.split_once('?').unwrap().1).unwrap();
        assert_eq!(query.kind, Some(EntryKind::TopUp));
        assert_eq!(query.address("/clients/7/finance"), address);
        assert_eq!(FinanceQuery::default().address("/f"), "/f");
    }

    #[test]
    fn an_invalid_part_is_named_with_its_valid_values() {
        for (address, expected) in [
            ("from=2024-02-31", "a day such as"),
            ("to=x", "a day such as"),
            ("kind=gift", "top_up"),
            ("page=0", "a number from 1"),
            ("per_page=7", "10, 20, 50, 100"),
            ("reverse=-1", "a transaction's number"),
        ] {
            let error = FinanceQuery::parse(address).expect_err(address).to_string();
            assert!(error.contains(expected), "{address}: {error}");
        }
    }
}
