//! Lists and changes administrators.
//!
//! A change of rights ends the administrator's sessions in the same transaction, so that no session keeps old rights.

use super::{
    Role,
    store::{Administrator, administrator, session},
};
use crate::{
    actor::Actor,
    audit::{AuditEntry, record},
    database::Database,
};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    Condition, DatabaseTransaction, QueryOrder, QuerySelect,
    entity::prelude::*,
};
use serde_json::json;
use values::{error::Error, time};

/// All administrators, by login.
pub async fn list(database: &Database) -> Result<Vec<Administrator>, Error> {
    Ok(administrator::Entity::find().order_by_asc(administrator::Column::Login).all(database.reader()).await?)
}

/// Sets an administrator's password, which is hashed already. Returns how many sessions ended.
///
/// # Errors
/// [`Error::NotFound`] when nobody has the login.
pub async fn change_password(
    database: &Database,
    actor: &Actor,
    login: &str,
    password_hash: String,
) -> Result<u64, Error> {
    let transaction = database.write().await?;
    let Locked { administrator, .. } = lock(&transaction, login).await?;
    let change = administrator::ActiveModel { password_hash: Set(password_hash), ..unchanged(&administrator) };
    administrator::Entity::update(change).exec(&transaction).await?;
    let ended = end_sessions(&transaction, &administrator).await?;
    let after = json!({ "login": login, "ended_sessions": ended }).to_string();
    record(&transaction, actor, AuditEntry { action: "change password", after: Some(after), ..AuditEntry::default() })
        .await?;
    transaction.commit().await?;
    Ok(ended)
}

/// Sets an administrator's role. Returns how many sessions ended; `None` when it was the role already.
///
/// # Errors
/// [`Error::NotFound`] when nobody has the login, [`Error::Refused`] for the last enabled owner.
pub async fn change_role(database: &Database, actor: &Actor, login: &str, role: Role) -> Result<Option<u64>, Error> {
    let transaction = database.write().await?;
    let Locked { administrator, is_last_owner } = lock(&transaction, login).await?;
    if administrator.role == role {
        return Ok(None);
    }
    if is_last_owner {
        return Err(last_owner(login));
    }
    let change = administrator::ActiveModel { role: Set(role), ..unchanged(&administrator) };
    administrator::Entity::update(change).exec(&transaction).await?;
    let ended = end_sessions(&transaction, &administrator).await?;
    let before = json!({ "login": login, "role": administrator.role }).to_string();
    let after = json!({ "login": login, "role": role, "ended_sessions": ended }).to_string();
    let entry = AuditEntry { action: "change role", before: Some(before), after: Some(after), ..AuditEntry::default() };
    record(&transaction, actor, entry).await?;
    transaction.commit().await?;
    Ok(Some(ended))
}

/// Keeps an administrator from signing in. Returns how many sessions ended; `None` when already disabled.
///
/// # Errors
/// [`Error::NotFound`] when nobody has the login, [`Error::Refused`] for the last enabled owner.
pub async fn disable(database: &Database, actor: &Actor, login: &str) -> Result<Option<u64>, Error> {
    let transaction = database.write().await?;
    let Locked { administrator, is_last_owner } = lock(&transaction, login).await?;
    if administrator.disabled_at.is_some() {
        return Ok(None);
    }
    if is_last_owner {
        return Err(last_owner(login));
    }
    let change = administrator::ActiveModel { disabled_at: Set(Some(time::now())), ..unchanged(&administrator) };
    administrator::Entity::update(change).exec(&transaction).await?;
    let ended = end_sessions(&transaction, &administrator).await?;
    let before = json!({ "login": login, "disabled": false }).to_string();
    let after = json!({ "login": login, "disabled": true, "ended_sessions": ended }).to_string();
    let entry = AuditEntry {
        action: "disable administrator",
        before: Some(before),
        after: Some(after),
        ..AuditEntry::default()
    };
    record(&transaction, actor, entry).await?;
    transaction.commit().await?;
    Ok(Some(ended))
}

/// Lets a disabled administrator sign in again. Returns false for one who isn't disabled.
///
/// # Errors
/// [`Error::NotFound`] when nobody has the login.
pub async fn enable(database: &Database, actor: &Actor, login: &str) -> Result<bool, Error> {
    let transaction = database.write().await?;
    let Locked { administrator, .. } = lock(&transaction, login).await?;
    if administrator.disabled_at.is_none() {
        return Ok(false);
    }
    let change = administrator::ActiveModel { disabled_at: Set(None), ..unchanged(&administrator) };
    administrator::Entity::update(change).exec(&transaction).await?;
    let before = json!({ "login": login, "disabled": true }).to_string();
    let after = json!({ "login": login, "disabled": false }).to_string();
    let entry = AuditEntry {
        action: "enable administrator",
        before: Some(before),
        after: Some(after),
        ..AuditEntry::default()
    };
    record(&transaction, actor, entry).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Ends an administrator's sessions. Returns how many there were.
///
/// # Errors
/// [`Error::NotFound`] when nobody has the login.
pub async fn sign_out(database: &Database, actor: &Actor, login: &str) -> Result<u64, Error> {
    let transaction = database.write().await?;
    let Locked { administrator, .. } = lock(&transaction, login).await?;
    let ended = end_sessions(&transaction, &administrator).await?;
    if ended == 0 {
        return Ok(0);
    }
    let after = json!({ "login": login, "ended_sessions": ended }).to_string();
    record(&transaction, actor, AuditEntry { action: "end sessions", after: Some(after), ..AuditEntry::default() })
        .await?;
    transaction.commit().await?;
    Ok(ended)
}

/// An administrator whose row is locked.
struct Locked {
    administrator: Administrator,
    /// Whether no other owner is enabled.
    is_last_owner: bool,
}

/// Locks an administrator and all enabled owners, in the order of their ids to avoid deadlocks. Of two concurrent
/// changes that would each leave one owner, the second waits here and then sees that it would leave none.
async fn lock(transaction: &DatabaseTransaction, login: &str) -> Result<Locked, Error> {
    let enabled_owner = Condition::all()
        .add(administrator::Column::Role.eq(Role::Owner))
        .add(administrator::Column::DisabledAt.is_null());
    let mut locked = administrator::Entity::find()
        .filter(Condition::any().add(administrator::Column::Login.eq(login)).add(enabled_owner))
        .order_by_asc(administrator::Column::Id)
        .lock_exclusive()
        .all(transaction)
        .await?;
    let index = locked.iter().position(|one| one.login == login).ok_or_else(|| no_such_administrator(login))?;
    let administrator = locked.remove(index);
    let is_enabled_owner = |one: &Administrator| one.role == Role::Owner && one.disabled_at.is_none();
    let is_last_owner = is_enabled_owner(&administrator) && !locked.iter().any(is_enabled_owner);
    Ok(Locked { administrator, is_last_owner })
}

fn unchanged(administrator: &Administrator) -> administrator::ActiveModel {
    administrator::ActiveModel { id: Unchanged(administrator.id), ..Default::default() }
}

async fn end_sessions(transaction: &DatabaseTransaction, administrator: &Administrator) -> Result<u64, Error> {
    let theirs = session::Column::AdministratorId.eq(administrator.id);
    Ok(session::Entity::delete_many().filter(theirs).exec(transaction).await?.rows_affected)
}

/// The error for a login that nobody has.
#[must_use]
pub fn no_such_administrator(login: &str) -> Error {
    Error::NotFound(format!("There is no administrator with the login {login}. `clientele admin list` shows all."))
}

fn last_owner(login: &str) -> Error {
    Error::refused("login", format!("{login} is the only owner who can sign in. Make or enable another owner first."))
}
