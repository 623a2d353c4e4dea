//! Enumerations with a word for files, addresses and the database, and a label for people.

/// A [`labelled_enum!`](crate::labelled_enum), for code that is the same for all of them.
pub trait Labelled: Copy + 'static {
    /// All variants, in display order.
    const ALL: &'static [Self];

    /// The word for files, addresses and the database.
    fn word(self) -> &'static str;

    /// The label for people.
    fn label(self) -> &'static str;
}

/// Defines an enumeration whose variants have a word, which `FromStr` reads, and a label for people.
///
/// ```
/// values::labelled_enum! {
///     /// The messages that a client pays for.
///     pub enum Billing {
///         /// Every sent message.
///         Sent = "sent", "per sent",
///     }
/// }
/// assert_eq!("sent".parse(), Ok(Billing::Sent));
/// assert_eq!(Billing::Sent.label(), "per sent");
/// ```
#[macro_export]
macro_rules! labelled_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$variant_meta:meta])* $variant:ident = $word:literal, $label:literal, )+ }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(
                $(#[$variant_meta])*
                #[serde(rename = $word)]
                $variant,
            )+
        }

        impl $name {
            /// All variants, in display order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for files, addresses and the database.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The label for people.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }

        impl $crate::labelled_enum::Labelled for $name {
            const ALL: &'static [Self] = Self::ALL;

            fn word(self) -> &'static str {
                self.word()
            }

            fn label(self) -> &'static str {
                self.label()
            }
        }

        impl std::str::FromStr for $name {
            /// The valid words, separated by commas.
            type Err = String;

            fn from_str(word: &str) -> Result<Self, String> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err([$($word),+].join(", ")),
                }
            }
        }
    };
}

/// A [`labelled_enum!`] that is stored in the database by its words.
#[macro_export]
macro_rules! stored_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$variant_meta:meta])* $variant:ident = $word:literal, $label:literal, )+ }
    ) => {
        $crate::labelled_enum! {
            $(#[$meta])*
            #[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
            #[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text"))]
            pub enum $name {
                $(
                    $(#[$variant_meta])*
                    #[cfg_attr(feature = "database", sea_orm(string_value = $word))]
                    $variant = $word, $label,
                )+
            }
        }
    };
}
