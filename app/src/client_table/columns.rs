//! The shown columns of the table, a choice that the browser remembers.

use domain::clients::query::Sort;

/// Reads the hidden columns from the cookie. If all are hidden, none is: a table needs a column.
#[must_use]
pub fn hidden(cookie: &str) -> Vec<Sort> {
    let hidden: Vec<Sort> = cookie.split('.').filter_map(|word| word.parse().ok()).collect();
    if Sort::ALL.iter().all(|column| hidden.contains(column)) { Vec::new() } else { hidden }
}

/// The columns that aren't hidden, in their order.
#[must_use]
pub fn shown(hidden: &[Sort]) -> Vec<Sort> {
    Sort::ALL.iter().copied().filter(|column| !hidden.contains(column)).collect()
}

/// Writes the hidden columns as the cookie's value.
#[must_use]
pub fn remembered(hidden: &[Sort]) -> String {
    hidden.iter().map(|column| column.word()).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_read_back_and_never_hides_everything() {
        let choice = [Sort::Company, Sort::SmsPrice];
        assert_eq!(hidden(&remembered(&choice)), choice);
        assert_eq!(hidden("company.nonsense"), [Sort::Company]);
        assert_eq!(hidden(&remembered(Sort::ALL)), []);
        assert_eq!(hidden(""), []);
    }
}
