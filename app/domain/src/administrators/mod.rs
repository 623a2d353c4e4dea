//! Administrators: their accounts, their sessions, and what they may do.
//!
//! - [`store`]: administrators, sessions, set-up links; [`accounts`]: lists, changes and ends administrators
//! - [`password`]: which passwords are taken, and how they are kept
//! - [`sign_in_throttle`]: delays for those who guess passwords; [`sign_in_counts`]: the counted attempts
//! - [`api_tokens`]: tokens of programs; [`scope`]: what they open; [`rate_limit`]: how much programs may send
//! - [`downloads`]: how many files an administrator downloads at once

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
    /// What an administrator may do. Each may do all that the ones before it may.
    pub enum Role {
        /// Sees clients, reports and names, and changes nothing.
        Viewer = "viewer", "viewer",
        /// Also changes clients, money and names, and sees who changed what.
        Manager = "manager", "manager",
        /// Also administers.
        Owner = "owner", "owner",
    }
}

/// Something that needs a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// See clients and all that belongs to them.
    SeeClients,
    /// Change a client's data.
    ChangeClients,
    /// See the audit record: who changed what.
    SeeAudit,
    /// Change what is set for all: administrators, tokens and the like.
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

/// Who is signed in, as every page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// The administrator's login.
    pub login: String,
    /// What they may do.
    pub role: Role,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_what_belongs_to_it_and_nothing_else() {
        use Permission::{Administer, ChangeClients, SeeAudit, SeeClients};
        for (role, may) in [
            (Role::Viewer, vec![SeeClients]),
            (Role::Manager, vec![SeeClients, ChangeClients, SeeAudit]),
            (Role::Owner, vec![SeeClients, ChangeClients, SeeAudit, Administer]),
        ] {
            for permission in [SeeClients, ChangeClients, SeeAudit, Administer] {
                assert_eq!(role.allows(permission), may.contains(&permission), "{role:?} {permission:?}");
            }
        }
    }
}
