//! Parts of the application: the browser loads the code of a page when it is first opened.
//!
//! `crate::parts` lists them. `scripts/bindgen` splits the compiled application accordingly; a build without that step
//! has all code from the beginning.

#[cfg(feature = "hydrate")]
mod browser;
#[cfg(not(feature = "hydrate"))]
mod native;

#[cfg(feature = "hydrate")]
use browser as platform;
#[cfg(not(feature = "hydrate"))]
use native as platform;

use leptos::prelude::*;
use leptos_router::ChooseView;

/// A page of a route, and the part that has its code.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The part's name.
    pub part: &'static str,
    /// The page's view, a function of the part.
    pub view: fn() -> AnyView,
}

impl Page {
    /// The view, once the part is there.
    #[must_use]
    pub fn show(self) -> AnyView {
        // If the compiler knew the function, it would inline it, and the page's code would move out of its part.
        std::hint::black_box(self.view)()
    }

    /// Loads the part for a view beside the page. Returns false if that fails.
    pub async fn load_beside(self) -> bool {
        platform::load_beside(self.part).await
    }
}

impl ChooseView for Page {
    async fn choose(self) -> AnyView {
        self.show()
    }

    async fn preload(&self) {
        platform::load(self.part).await;
    }
}

/// Loads the parts of a link's page when pointer or focus reaches the link. For the browser.
pub fn prefetch() {
    platform::prefetch(of);
}

/// The parts of the page at a path, for the links that preload them.
#[must_use]
pub fn of(path: &str) -> &'static [&'static str] {
    let mut words = path.split('/').skip(1);
    match [(); 3].map(|()| words.next()) {
        [Some("clients"), None | Some(""), _] => &["clients"],
        [Some("clients"), _, Some("statistics")] => &["client", "statistics"],
        [Some("clients"), _, Some("names")] => &["client", "names"],
        [Some("clients"), ..] => &["client"],
        [Some("names"), ..] => &["names"],
        [Some("search"), ..] => &["search"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_path_leads_to_the_parts_of_its_page() {
        assert_eq!(of("/clients"), ["clients"]);
        assert_eq!(of("/clients/7/general"), ["client"]);
        assert_eq!(of("/clients/7/statistics/day"), ["client", "statistics"]);
        assert_eq!(of("/clients/7/names"), ["client", "names"]);
        assert_eq!(of("/names"), ["names"]);
        assert_eq!(of("/search"), ["search"]);
        assert!(of("/nowhere").is_empty());
    }
}
