//! Parses the address of the Finance tab.

use super::query::{FORMS, FinanceQuery};
use crate::ids::EntryId;
use values::{
    address::{day, parts, unknown},
    error::Error,
    paging::ListQuery as _,
    period::Period,
};

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
                // The forms read it themselves.
                "form" if FORMS.iter().any(|(word, _)| *word == value) => {}
                "form" => return Err(unknown(name, value, FORMS.map(|(word, _)| word).join(", "))),
                _ => query.paging.read(Self::SIZES, name, value)?,
            }
        }
        Ok(query)
    }

    /// The period, which is the last month by default.
    ///
    /// # Errors
    /// [`Error::BadAddress`] names `from` or `to`.
    pub fn period(&self) -> Result<Period, Error> {
        Period::parse(self.from.as_deref(), self.to.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::EntryKind;

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
            ("form=gift", "credit, top-up, correction"),
            ("reverse=-1", "a transaction's number"),
        ] {
            let error = FinanceQuery::parse(address).expect_err(address).to_string();
            assert!(error.contains(expected), "{address}: {error}");
        }
    }
}
