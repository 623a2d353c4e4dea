//! The direction of a sort.

crate::labelled_enum! {
    /// The direction of a sort.
    pub enum Direction {
        /// Smallest first.
        Ascending = "asc", "ascending",
        /// Largest first.
        Descending = "desc", "descending",
    }
}

impl Direction {
    /// The opposite direction.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}
