//! Administrators: accounts, sessions and permissions. Also the tokens of API clients.
//!
//! - [`store`]: the tables of administrators, sessions and set-up links; [`accounts`]: changes to administrators
//! - [`password`]: rules for passwords, and their hashes
//! - [`sign_in_throttle`]: delays that slow down password guessing; [`sign_in_counts`]: the attempts it counts
//! - [`api_tokens`]: tokens; [`scope`]: their scopes; [`rate_limit`]: their rate limits
//! - [`downloads`]: a limit of concurrent downloads
//!
//! An attempt to sign in takes a place in the throttle and continues in a task of its own, which a hang-up doesn't end.
//! It is counted in the database before its password is verified, waits without a connection for a delay by login and
//! then by address, and takes one of two turns to hash. An attempt whose visitor hangs up counts as a failure. A right
//! password takes the attempt back from the counts, a wrong one is added to a sum of the audit record.

#[cfg(feature = "database")]
pub mod accounts;
#[cfg(feature = "database")]
pub mod api_tokens;
#[cfg(feature = "database")]
pub mod downloads;
#[cfg(feature = "database")]
pub mod password;
#[cfg(feature = "database")]
pub mod rate_limit;
#[cfg(feature = "database")]
pub mod scope;
#[cfg(feature = "database")]
pub mod sign_in_counts;
#[cfg(feature = "database")]
pub mod sign_in_throttle;
#[cfg(feature = "database")]
pub mod store;

use serde::{Deserialize, Serialize};

values::stored_enum! {
    /// An administrator's role. Each includes the ones before it.
    pub enum Role {
        /// Sees clients, reports and names, and changes nothing.
        Viewer = "viewer", "viewer",
        /// Also changes clients, money and names, and sees the audit record.
        Manager = "manager", "manager",
        /// Also manages administrators and tokens.
        Owner = "owner", "owner",
    }
}

/// A permission, which some roles include.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// See clients and everything about them.
    SeeClients,
    /// Change a client's data.
    ChangeClients,
    /// See the audit record.
    SeeAudit,
    /// Manage administrators, tokens and the like.
    Administer,
}

impl Role {
    /// Whether the role includes a permission.
    #[must_use]
    pub fn allows(self, permission: Permission) -> bool {
        match permission {
            Permission::SeeClients => true,
            Permission::ChangeClients | Permission::SeeAudit => self != Self::Viewer,
            Permission::Administer => self == Self::Owner,
        }
    }
}

/// The signed-in administrator, as every page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// The administrator's login.
    pub login: String,
    /// The administrator's role.
    pub role: Role,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_has_its_permissions_and_no_others() {
        use Permission::{Administer, ChangeClients, SeeAudit, SeeClients};
        for (role, permissions) in [
            (Role::Viewer, vec![SeeClients]),
            (Role::Manager, vec![SeeClients, ChangeClients, SeeAudit]),
            (Role::Owner, vec![SeeClients, ChangeClients, SeeAudit, Administer]),
        ] {
            for permission in [SeeClients, ChangeClients, SeeAudit, Administer] {
                assert_eq!(role.allows(permission), permissions.contains(&permission), "{role:?} {permission:?}");
            }
        }
    }
}
