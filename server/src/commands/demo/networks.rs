//! The destinations of demo messages: countries and their mobile networks, by their usual names.

/// The mobile networks of a country.
pub struct Network {
    /// ISO 3166-1 alpha-2.
    pub country: &'static str,
    /// Prefix of its phone numbers: the calling code.
    pub dialling: &'static str,
    /// Name, share of the messages in per cent, and share of delivered messages in per mille.
    operators: &'static [(&'static str, u32, u32)],
}

impl Network {
    /// Draws an operator for a random number below 100. Returns its name, and its share of delivered messages in per
    /// mille.
    pub fn operator(&self, random: u32) -> (&'static str, u32) {
        let mut limit = 0;
        let found = self.operators.iter().find(|(_, share, _)| {
            limit += share;
            random < limit
        });
        found.map_or(("", 900), |(name, _, delivered)| (*name, *delivered))
    }
}

/// Countries, those with the most clients first. The rest of the messages goes to unknown operators.
pub const NETWORKS: &[Network] = &[
    Network {
        country: "UA",
        dialling: "380",
        operators: &[("Kyivstar", 48, 985), ("Vodafone", 30, 972), ("lifecell", 20, 958)],
    },
    Network {
        country: "DE",
        dialling: "49",
        operators: &[("Telekom", 38, 990), ("Vodafone", 32, 984), ("O2", 29, 975)],
    },
    Network {
        country: "PL",
        dialling: "48",
        operators: &[("Orange", 29, 982), ("Play", 28, 978), ("Plus", 22, 976), ("T-Mobile", 20, 981)],
    },
    Network {
        country: "GE",
        dialling: "995",
        operators: &[("Magti", 45, 962), ("Silknet", 37, 955), ("Cellfie", 15, 941)],
    },
    Network {
        country: "KZ",
        dialling: "7",
        operators: &[("Kcell", 42, 951), ("Beeline", 31, 946), ("Tele2", 24, 948)],
    },
    Network {
        country: "ES",
        dialling: "34",
        operators: &[("Movistar", 34, 986), ("Orange", 30, 981), ("Vodafone", 24, 979), ("Yoigo", 11, 970)],
    },
    Network {
        country: "CZ",
        dialling: "420",
        operators: &[("T-Mobile", 39, 988), ("O2", 34, 985), ("Vodafone", 26, 980)],
    },
    Network {
        country: "MD",
        dialling: "373",
        operators: &[("Orange", 55, 968), ("Moldcell", 31, 960), ("Unite", 12, 935)],
    },
    Network {
        country: "GB",
        dialling: "44",
        operators: &[("EE", 31, 989), ("O2", 28, 984), ("Vodafone", 22, 983), ("Three", 18, 977)],
    },
];
