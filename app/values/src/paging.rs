//! Pages of a list: `page`, `per_page` and `go_to` of an address.

use crate::{address, address::unknown, error::Error};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The query of a list, which the address of its page holds.
pub trait ListQuery: Clone + Default + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The page sizes of the list.
    const SIZES: PageSizes;

    /// The page.
    fn paging(&self) -> Paging;

    /// The same query on another page, with nothing open beside the list.
    #[must_use]
    fn on_page(&self, page: u64) -> Self;

    /// The names and values of the query string, without defaults.
    fn pairs(&self) -> Vec<(&'static str, String)>;

    /// A path with the query string: that of the list, or of a file with the same rows.
    fn address(&self, path: &str) -> String {
        address::address(path, &self.pairs())
    }

    /// The names and values that stay when the page or its size changes.
    fn kept(&self) -> Vec<(&'static str, String)> {
        self.on_page(1).pairs().into_iter().filter(|(name, _)| !matches!(*name, "page" | "per_page")).collect()
    }
}

/// The page sizes of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageSizes {
    /// Those on offer, ascending.
    pub offered: &'static [u64],
    /// The one that addresses leave out.
    pub default: u64,
}

/// A page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paging {
    /// The page, from 1.
    pub page: u64,
    /// Rows per page, one of the list's [`PageSizes`].
    pub per_page: u64,
    /// A page number that was typed. Beyond the last page it means the last one.
    pub go_to: Option<u64>,
}

impl Paging {
    /// The first page, in the default size.
    #[must_use]
    pub const fn first(sizes: PageSizes) -> Self {
        Self { page: 1, per_page: sizes.default, go_to: None }
    }

    /// Takes in a part of an address. Parts with other names are ignored.
    ///
    /// # Errors
    /// [`Error::BadAddress`] names the part and its valid values.
    pub fn read(&mut self, sizes: PageSizes, name: &str, value: &str) -> Result<(), Error> {
        match name {
            "page" => self.page = page(name, value)?,
            "go_to" => self.go_to = Some(page(name, value)?),
            "per_page" => {
                let known = || sizes.offered.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                let size = value.parse().ok().filter(|size| sizes.offered.contains(size));
                self.per_page = size.ok_or_else(|| unknown(name, value, known()))?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The parts of an address that differ from the default. A typed page is none of them: its address is redirected to
    /// the page's own.
    pub fn pairs(self, sizes: PageSizes) -> impl Iterator<Item = (&'static str, String)> {
        let page = (self.page != 1).then(|| ("page", self.page.to_string()));
        let per_page = (self.per_page != sizes.default).then(|| ("per_page", self.per_page.to_string()));
        page.into_iter().chain(per_page)
    }

    /// Another page of the same size.
    #[must_use]
    pub fn at(self, page: u64) -> Self {
        Self { page, go_to: None, ..self }
    }

    /// The last page of a list of `total` rows. An empty list has one page.
    #[must_use]
    pub fn last(self, total: u64) -> u64 {
        total.div_ceil(self.per_page.max(1)).max(1)
    }

    /// The page to show of a list of `total` rows. A typed number stays in `go_to`, so that the list's address can be
    /// replaced by that of the page.
    ///
    /// # Errors
    /// [`Error::NoSuchPage`] for a page beyond the last one, unless its number was typed.
    pub fn within(self, total: u64) -> Result<Self, Error> {
        let last = self.last(total);
        match self.go_to {
            Some(typed) => Ok(Self { page: typed.min(last), ..self }),
            None if self.page > last => Err(Error::NoSuchPage { page: self.page, last }),
            None => Ok(self),
        }
    }

    /// The number of rows before the page.
    #[must_use]
    pub fn skip(self) -> u64 {
        self.page.saturating_sub(1).saturating_mul(self.per_page)
    }
}

fn page(name: &str, value: &str) -> Result<u64, Error> {
    value.parse().ok().filter(|page| *page > 0).ok_or_else(|| unknown(name, value, "a number from 1"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::{address, parts};
    use proptest::prelude::*;

    const SIZES: PageSizes = PageSizes { offered: &[10, 20, 50], default: 20 };
    const USUAL: Paging = Paging::first(SIZES);

    fn read(address: &str) -> Result<Paging, Error> {
        let mut paging = USUAL;
        for (name, value) in parts(address) {
            paging.read(SIZES, &name, &value)?;
        }
        Ok(paging)
    }

    fn written(paging: Paging) -> String {
        address("", &paging.pairs(SIZES).collect::<Vec<_>>())
    }

    fn pagings() -> impl Strategy<Value = Paging> {
        (1_u64.., prop::sample::select(SIZES.offered)).prop_map(|(page, per_page)| Paging { page, per_page, ..USUAL })
    }

    #[test]
    fn an_address_leaves_out_the_default() {
        assert_eq!(read(""), Ok(USUAL));
        assert_eq!(written(USUAL), "");
        assert_eq!(read("per_page=20&other=x&page=1"), Ok(USUAL));
        assert_eq!(written(Paging { per_page: 50, ..USUAL.at(3) }), "?page=3&per_page=50");
    }

    #[test]
    fn a_part_that_makes_no_sense_is_named_with_its_valid_values() {
        for (address, expected) in [
            ("page=0", "page can't be “0” in this address. It may be: a number from 1."),
            ("page=-1", "a number from 1"),
            ("go_to=x", "go_to can't be “x”"),
            ("per_page=7", "10, 20, 50"),
        ] {
            let error = read(address).expect_err(address).to_string();
            assert!(error.contains(expected), "{address}: {error}");
        }
    }

    #[test]
    fn a_page_beyond_the_last_is_the_last_only_where_it_was_typed() {
        let tens = Paging { per_page: 10, ..USUAL };
        assert_eq!(tens.at(3).within(21), Ok(tens.at(3)));
        assert_eq!(tens.at(4).within(21), Err(Error::NoSuchPage { page: 4, last: 3 }));
        let typed = Paging { go_to: Some(u64::MAX), ..tens };
        assert_eq!(typed.within(21), Ok(Paging { page: 3, ..typed }));
        assert_eq!(tens.within(0), Ok(tens));
    }

    proptest! {
        #[test]
        fn a_written_page_is_read_back(paging in pagings()) {
            prop_assert_eq!(read(&written(paging)), Ok(paging));
        }

        #[test]
        fn a_page_is_within_the_total(paging in pagings(), go_to: Option<u64>, total: u64) {
            let go_to = go_to.map(|typed| typed.max(1));
            match (Paging { go_to, ..paging }).within(total) {
                Ok(shown) => {
                    prop_assert!(shown.page >= 1 && shown.go_to == go_to && shown.per_page == paging.per_page);
                    prop_assert!(shown.skip() < total.max(1));
                }
                Err(error) => {
                    let last = paging.last(total);
                    prop_assert!(go_to.is_none() && paging.page > last);
                    prop_assert_eq!(error, Error::NoSuchPage { page: paging.page, last });
                }
            }
        }
    }
}
