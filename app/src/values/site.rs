//! Web sites, as people write them. Native only.

/// The address of a site, where a host can be seen in it: old records read `57 / site.example`.
#[must_use]
pub fn site_link(site: &str) -> Option<String> {
    let last = site.rsplit(" / ").next()?.trim();
    let (scheme, rest) = match last.split_once("://") {
        Some((scheme @ ("http" | "https"), rest)) => (scheme, rest),
        Some(_) => return None,
        None => ("https", last),
    };
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let named = host.contains('.')
        && host.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|character| character.is_alphanumeric() || character == '-')
        });
    let plain = rest.chars().all(|character| !character.is_whitespace() && !character.is_control());
    (named && plain).then(|| format!("{scheme}://{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_linked_where_a_host_can_be_seen_in_it() {
        assert_eq!(site_link("57 / site.example").as_deref(), Some("https://site.example"));
        assert_eq!(site_link("http://a.example/b?c").as_deref(), Some("http://a.example/b?c"));
        for unlinked in ["57", "", "javascript:alert(1)", "javascript://x.example", "a b.example", "..", "a@b.example"]
        {
            assert_eq!(site_link(unlinked), None, "{unlinked}");
        }
    }
}
