//! Saved views above a list or report.
//!
//! - [`bar`]: the views as links, and the forms that save, rename and delete them
//! - [`api`]: the server function; [`forms`]: answers the forms (native only)

pub mod api;
pub mod bar;
#[cfg(feature = "ssr")]
pub mod forms;

#[cfg(feature = "ssr")]
use crate::access::{Authorized, SeeClients};
#[cfg(feature = "ssr")]
use domain::{administrators::Permission, views::store::Author};

/// The author of views. Sharing them needs the permission to change clients.
#[cfg(feature = "ssr")]
fn author(authorized: &Authorized<SeeClients>) -> Author {
    let shares = authorized.administrator.role.allows(Permission::ChangeClients);
    Author { id: authorized.administrator.id, actor: authorized.actor(), shares }
}
