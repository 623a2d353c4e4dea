//! As much of HTML as tests look at.

/// A tag that opens an element, as it is written between its angle brackets, and what follows it.
pub struct Tag<'a> {
    pub name: &'a str,
    pub attributes: Vec<(&'a str, &'a str)>,
    /// The page after the tag.
    pub rest: &'a str,
}

impl<'a> Tag<'a> {
    /// An attribute's value as it is written, entities and all.
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(found, _)| *found == name).map(|(_, value)| *value)
    }

    /// The text up to the next end tag of this name.
    pub fn text(&self) -> String {
        text(self.rest.split(&format!("</{}", self.name)).next().unwrap_or_default())
    }
}

/// All opening tags of a page, in their order. What stands in comments and scripts is no tag.
pub fn tags(page: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
        } else if rest.starts_with(|first: char| first.is_ascii_alphabetic()) {
            let tag = tag(rest);
            rest = tag.rest;
            if tag.name == "script" {
                rest = rest.find("</script").map_or("", |end| &rest[end..]);
            }
            found.push(tag);
        }
    }
    found
}

fn tag(page: &str) -> Tag<'_> {
    let end = |text: &str, ends: fn(char) -> bool| text.find(ends).unwrap_or(text.len());
    let (name, mut rest) = page.split_at(end(page, |c| c.is_ascii_whitespace() || c == '>' || c == '/'));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return Tag { name, attributes, rest: after };
        }
        if rest.is_empty() {
            return Tag { name, attributes, rest };
        }
        let (attribute, after) =
            rest.split_at(end(rest, |c| c.is_ascii_whitespace() || c == '=' || c == '>' || c == '/').max(1));
        let (value, after) = match after.strip_prefix('=') {
            None => ("", after),
            Some(after) => match after.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => after.split_at(end(after, |c| c.is_ascii_whitespace() || c == '>')),
            },
        };
        attributes.push((attribute, value));
        rest = after;
    }
}

/// The text of a piece of a page, without its tags and comments, and with single spaces.
pub fn text(piece: &str) -> String {
    let mut text = String::new();
    let mut rest = piece;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        rest = match after.strip_prefix("!--") {
            Some(comment) => comment.split_once("-->").map_or("", |(_, after)| after),
            None => after.split_once('>').map_or("", |(_, after)| after),
        };
    }
    text.push_str(rest);
    let words: Vec<_> = text.split_whitespace().collect();
    unescape(&words.join(" "))
}

/// Text from how it is written in a page.
pub fn unescape(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}
