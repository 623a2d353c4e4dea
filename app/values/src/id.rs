//! Ids as types, so that the id of one thing can't stand for another's.

/// Defines the type of an id: a whole number, in the database and in JSON too.
///
/// ```
/// values::id! {
///     /// The id of a boat.
///     pub struct BoatId;
/// }
/// assert_eq!("7".parse(), Ok(BoatId(7)));
/// assert_eq!(BoatId(7).to_string(), "7");
/// ```
#[macro_export]
macro_rules! id {
    ($(#[$meta:meta])* pub struct $name:ident;) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "database", derive(sea_orm::DeriveValueType))]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}
