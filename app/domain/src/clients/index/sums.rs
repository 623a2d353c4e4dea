//! The sums of balances in each currency, over any set of clients.

use super::client_sets::Bits;

/// The currency and balance of each slot, in columns that a sum walks through in milliseconds.
#[derive(Debug, Default)]
pub struct Balances {
    currencies: Vec<u32>,
    amounts: Vec<i64>,
    /// The sums over all slots by the currency's number, so that a page without filters adds nothing up.
    all: Vec<Sum>,
}

/// A number of clients, and the sum of their balances in ten-thousandths. Many large balances exceed 64 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// The number of clients.
    pub clients: u64,
    /// The sum of their balances.
    pub balance: i128,
}

impl Balances {
    /// Sets a slot's currency and balance. A new slot is the next one.
    pub fn put(&mut self, slot: u32, currency: u32, balance: i64) {
        let slot = slot as usize;
        if let (Some(old_currency), Some(old_balance)) = (self.currencies.get_mut(slot), self.amounts.get_mut(slot)) {
            let sum = of(&mut self.all, *old_currency);
            sum.clients -= 1;
            sum.balance -= i128::from(*old_balance);
            (*old_currency, *old_balance) = (currency, balance);
        } else {
            self.currencies.push(currency);
            self.amounts.push(balance);
        }
        of(&mut self.all, currency).add(balance);
    }

    /// The sums over some slots by the currency's number; `None` means all slots.
    pub fn sums(&self, slots: Option<&Bits>) -> Vec<Sum> {
        let Some(slots) = slots else { return self.all.clone() };
        let mut sums = vec![Sum::default(); self.all.len()];
        for slot in slots.iter() {
            let slot = slot as usize;
            sums[self.currencies[slot] as usize].add(self.amounts[slot]);
        }
        sums
    }

    /// Frees spare memory, after a load.
    pub fn settle(&mut self) {
        self.currencies.shrink_to_fit();
        self.amounts.shrink_to_fit();
    }
}

impl Sum {
    fn add(&mut self, balance: i64) {
        self.clients += 1;
        self.balance += i128::from(balance);
    }
}

/// The sum of a currency. Creates a missing one.
fn of(sums: &mut Vec<Sum>, currency: u32) -> &mut Sum {
    let currency = currency as usize;
    if sums.len() <= currency {
        sums.resize(currency + 1, Sum::default());
    }
    &mut sums[currency]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_sum_of_the_largest_balances_is_exact() {
        let mut balances = Balances::default();
        (0..3).for_each(|slot| balances.put(slot, 0, i64::MAX));
        assert_eq!(balances.sums(None), [Sum { clients: 3, balance: 3 * i128::from(i64::MAX) }]);
    }

    proptest! {
        #[test]
        fn they_equal_adding_up_every_balance(
            changes in prop::collection::vec((0u32..40, 0u32..4, -9i64..9), 1..200),
            wanted in prop::collection::btree_set(0u32..40, 0..40),
        ) {
            let (mut balances, mut reference) = (Balances::default(), Vec::new());
            for (slot, currency, balance) in changes {
                let slot = (slot as usize).min(reference.len());
                balances.put(u32::try_from(slot).unwrap(), currency, balance);
                if slot == reference.len() {
                    reference.push((currency, balance));
                } else {
                    reference[slot] = (currency, balance);
                }
            }
            let expected = |wanted: &dyn Fn(u32) -> bool| {
                let mut sums = vec![Sum::default(); balances.all.len()];
                for (_, &(currency, balance)) in (0u32..).zip(&reference).filter(|(slot, _)| wanted(*slot)) {
                    sums[currency as usize].clients += 1;
                    sums[currency as usize].balance += i128::from(balance);
                }
                sums
            };
            prop_assert_eq!(balances.sums(None), expected(&|_| true));
            let slots: Bits = wanted.iter().copied().filter(|slot| (*slot as usize) < reference.len()).collect();
            prop_assert_eq!(balances.sums(Some(&slots)), expected(&|slot| wanted.contains(&slot)));
        }
    }
}
