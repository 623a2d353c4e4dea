//! Icons of the Lucide set.
//!
//! The document has the shapes once, in a [`Sprite`] that the server renders; an [`Icon`] refers to one of them. So the
//! browser's module contains names only.

#[cfg(feature = "ssr")]
use crate::views::CollectAny as _;
use leptos::prelude::*;

macro_rules! symbols {
    ($($(#[$doc:meta])* $symbol:ident = $id:literal, $shape:ident;)+) => {
        /// The shape of an icon.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Symbol {
            $($(#[$doc])* $symbol,)+
        }

        impl Symbol {
            /// A reference to the shape in the [`Sprite`].
            const fn reference(self) -> &'static str {
                match self {
                    $(Self::$symbol => concat!("#icon-", $id),)+
                }
            }
        }

        /// The shapes of all icons. It must be in the document once.
        #[cfg(feature = "ssr")]
        #[component]
        pub fn Sprite() -> impl IntoView {
            let shapes = [$((concat!("icon-", $id), icondata_lu::$shape.data)),+];
            let symbols = shapes.into_iter().map(|(id, shape)| {
                view! { <symbol id=id viewBox="0 0 24 24" inner_html=shape></symbol> }
            });
            view! { <svg class="sprite" aria-hidden="true">{symbols.collect_any()}</svg> }
        }
    };
}

symbols! {
    /// Back to where one came from.
    Back = "back", LuArrowLeft;
    /// Choose a day or a period.
    Calendar = "calendar", LuCalendar;
    /// Close, remove.
    Close = "close", LuX;
    /// The columns of a table.
    Columns = "columns", LuColumns3;
    /// Copy to the clipboard.
    Copy = "copy", LuCopy;
    /// The dark theme.
    Dark = "dark", LuMoon;
    /// Open below.
    Down = "down", LuChevronDown;
    /// Download a file.
    Download = "download", LuDownload;
    /// Edit.
    Edit = "edit", LuPencil;
    /// Filters.
    Filter = "filter", LuListFilter;
    /// The first page.
    First = "first", LuChevronsLeft;
    /// The last page.
    Last = "last", LuChevronsRight;
    /// The next page, period or row.
    Next = "next", LuChevronRight;
    /// People and companies.
    People = "people", LuUsers;
    /// Add.
    Plus = "plus", LuPlus;
    /// The previous page, period or row.
    Previous = "previous", LuChevronLeft;
    /// Print.
    Print = "print", LuPrinter;
    /// Search.
    Search = "search", LuSearch;
    /// Sign out.
    SignOut = "sign-out", LuLogOut;
    /// A name.
    Tag = "tag", LuTag;
    /// Take back.
    Undo = "undo", LuUndo2;
}

/// An icon beside a text, which it never replaces for screen readers.
#[component]
pub fn Icon(
    /// The shape.
    of: Symbol,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use_ href=of.reference()></use_>
        </svg>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn the_sprite_has_the_shape_of_every_icon() {
        let sprite = view! { <Sprite/> }.to_html();
        let icon = view! { <Icon of=Symbol::Search/> }.to_html();
        let id = Symbol::Search.reference().trim_start_matches('#');
        assert!(sprite.contains(&format!("id=\"{id}\"")), "{sprite}");
        assert!(icon.contains(&format!("href=\"#{id}\"")), "{icon}");
        assert!(sprite.contains("<circle"), "{sprite}");
    }
}
