//! Administrators: who may see and change what, and who did.
//!
//! - [`page`]: the sign-in and set-up pages, drawn by the server alone; [`forms`] answers their forms
//! - [`store`]: administrators, sessions, set-up links, the audit record
//! - [`account_store`]: lists, changes and ends administrators
//! - [`password`]: which passwords are taken, and how they are kept
//! - [`throttle`]: how guessing passwords is slowed down; [`throttle_store`] counts attempts and failures

use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
pub mod account_store;
#[cfg(feature = "ssr")]
pub mod downloads;
#[cfg(feature = "ssr")]
pub mod forms;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod password;
#[cfg(feature = "ssr")]
pub mod rate_limit;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod throttle;
#[cfg(feature = "ssr")]
pub mod throttle_store;

crate::word_enum! {
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
