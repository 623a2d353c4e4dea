//! Enumerations that have a word in files, addresses and the database, and a label for people.

/// Defines such an enumeration: its word is read by `FromStr`, and people see its `label()`.
///
/// ```
/// values::labelled_enum! {
///     /// How a client is billed.
///     pub enum Billing {
///         /// For each message that was sent.
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
            /// All of them, in the order in which they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in files, addresses and the database.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The text for people.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }

        impl std::str::FromStr for $name {
            /// The known words, as a list.
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

/// A [`labelled_enum!`] whose words the database keeps too.
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
