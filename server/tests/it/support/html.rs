//! Parsed HTML pages.

use scraper::{ElementRef, Html, Node, Selector};

/// A parsed page.
pub struct Page(Html);

impl Page {
    /// Parses a page.
    pub fn new(page: &str) -> Self {
        Self(Html::parse_document(page))
    }

    /// The elements that match a CSS selector, in document order.
    pub fn all(&self, selector: &str) -> Vec<ElementRef<'_>> {
        self.0.select(&parse(selector)).collect()
    }

    /// The first element that matches a CSS selector.
    pub fn first(&self, selector: &str) -> ElementRef<'_> {
        *self.all(selector).first().unwrap_or_else(|| panic!("no {selector}: {}", self.0.html()))
    }

    /// The texts of the elements that match a CSS selector.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.all(selector).into_iter().map(text).collect()
    }

    /// The values of an attribute over all elements.
    pub fn attributes(&self, name: &str) -> Vec<&str> {
        self.all(&format!("[{name}]")).iter().filter_map(|element| element.attr(name)).collect()
    }

    /// The target of the link with this text.
    pub fn link(&self, words: &str) -> Option<&str> {
        self.all("a").into_iter().find(|link| text(*link) == words)?.attr("href")
    }

    /// The text of the whole page.
    pub fn text(&self) -> String {
        text(self.0.root_element())
    }
}

/// The descendants of an element that match a CSS selector, in document order.
pub fn all<'a>(element: ElementRef<'a>, selector: &str) -> Vec<ElementRef<'a>> {
    element.select(&parse(selector)).collect()
}

fn parse(selector: &str) -> Selector {
    Selector::parse(selector).unwrap_or_else(|cause| panic!("{selector}: {cause}"))
}

/// The text of an element without its scripts, and with single spaces.
pub fn text(element: ElementRef) -> String {
    let shown = element.descendants().filter_map(|node| match node.value() {
        Node::Text(text) if !node.parent().is_some_and(|parent| is_script(parent.value())) => Some(&**text),
        _ => None,
    });
    shown.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_script(node: &Node) -> bool {
    node.as_element().is_some_and(|element| element.name() == "script")
}
