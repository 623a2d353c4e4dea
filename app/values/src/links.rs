//! Links to websites and email addresses in the form that people write them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

/// The URL of a site, if the text names a host. Old records have a number before it: `57 / site.example`.
///
/// A URL with a user name or password has no link, because it leads to another host than it seems to.
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
    let link = Url::parse(&format!("{scheme}://{rest}")).ok().filter(|_| named && plain)?;
    if !link.username().is_empty() || link.password().is_some() {
        return None;
    }
    let whole = link.as_str();
    let bare = link.path() == "/" && link.query().is_none() && link.fragment().is_none();
    Some(if bare { whole.trim_end_matches('/') } else { whole }.to_owned())
}

/// Percent-encodes everything except letters, digits and these.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');

/// The `mailto:` link of an email address. `?` and `&` are encoded, so that an address can't add fields to the mail
/// (RFC 6068, section 2).
#[must_use]
pub fn mail_link(address: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    let encoded = |part| utf8_percent_encode(part, ENCODED);
    Some(format!("mailto:{}@{}", encoded(local), encoded(domain)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_linked_if_it_names_a_host() {
        assert_eq!(site_link("57 / site.example").as_deref(), Some("https://site.example"));
        assert_eq!(site_link("http://a.example/b?c").as_deref(), Some("http://a.example/b?c"));
        for unlinked in ["57", "", "javascript:alert(1)", "javascript://x.example", "a b.example", "..", "a@b.example"]
        {
            assert_eq!(site_link(unlinked), None, "{unlinked}");
        }
    }

    #[test]
    fn a_link_to_a_site_encodes_its_text_and_leads_where_it_seems_to() {
        assert_eq!(site_link("a.example/\"<x>").as_deref(), Some("https://a.example/%22%3Cx%3E"));
        assert_eq!(site_link("їжак.example/ї").as_deref(), Some("https://xn--80aln7i.example/%D1%97"));
        for elsewhere in ["a.example:pass@evil.example", "https://a.example:@evil.example/", "a.example:x"] {
            assert_eq!(site_link(elsewhere), None, "{elsewhere}");
        }
    }

    #[test]
    fn a_link_to_an_address_adds_nothing_to_the_mail() {
        assert_eq!(mail_link("o.k-a_b@a.example").as_deref(), Some("mailto:o.k-a_b@a.example"));
        assert_eq!(
            mail_link("a&b%@a.example?bcc=c@evil.example").as_deref(),
            Some("mailto:a%26b%25%40a.example%3Fbcc%3Dc@evil.example")
        );
        assert_eq!(mail_link("nobody"), None);
    }
}
