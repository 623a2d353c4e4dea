//! The tables of administrators, sessions and set-up links. Changes to administrators are in [`super::accounts`].
//!
//! The database has only hashes of tokens, so that nobody can sign in with a copy of it.

use super::{Role, sign_in_counts};
use crate::{
    actor::Actor,
    audit::{AuditEntry, record},
    database::{Database, hash, new_token},
    ids::AdministratorId,
};
use chrono::Duration;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    Condition, ConnectionTrait, DatabaseTransaction, PaginatorTrait,
    entity::prelude::*,
    sea_query::OnConflict,
};
use values::{
    error::Error,
    time::{self, Moment},
};

pub use administrator::Model as Administrator;

/// A session expires after this time without use.
const SESSION_IDLE: Duration = Duration::hours(8);
/// A session expires after this time even when it is used.
pub const SESSION_LONGEST: Duration = Duration::days(7);
/// The precision of a session's last use. Noting every request would write all the time.
const SESSION_USE_PRECISION: Duration = Duration::minutes(5);
/// The lifetime of a set-up link.
const SETUP_LIFETIME: Duration = Duration::hours(24);

pub(crate) mod administrator {
    use super::*;

    /// An administrator.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "administrators")]
    pub struct Model {
        /// Ascending.
        #[sea_orm(primary_key)]
        pub id: AdministratorId,
        /// The login, unique.
        pub login: String,
        /// argon2id, in PHC format.
        pub password_hash: String,
        /// The role.
        pub role: Role,
        /// The time of creation.
        pub created_at: Moment,
        /// The time when the administrator was disabled.
        pub disabled_at: Option<Moment>,
        /// The time of the last sign-in.
        pub last_sign_in_at: Option<Moment>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(has_many = "super::session::Entity")]
        Sessions,
    }

    impl Related<session::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Sessions.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod session {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        pub administrator_id: AdministratorId,
        pub created_at: Moment,
        pub last_seen_at: Moment,
        pub address: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::administrator::Entity",
            from = "Column::AdministratorId",
            to = "super::administrator::Column::Id"
        )]
        Administrator,
    }

    impl Related<administrator::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Administrator.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod setup_token {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "setup_tokens")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        pub created_at: Moment,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Whether a login is valid: 1 to 100 characters without control characters.
#[must_use]
pub fn is_login(login: &str) -> bool {
    (1..=100).contains(&login.chars().count()) && !login.chars().any(char::is_control)
}

/// Creates an administrator. The password is hashed already.
///
/// # Errors
/// [`Error::Refused`] for a login that is taken or invalid.
pub async fn create_administrator(
    database: &Database,
    actor: &Actor,
    login: &str,
    password_hash: String,
    role: Role,
) -> Result<(), Error> {
    let transaction = database.write().await?;
    insert_administrator(&transaction, actor, login, password_hash, role).await?;
    Ok(transaction.commit().await?)
}

async fn insert_administrator(
    transaction: &DatabaseTransaction,
    actor: &Actor,
    login: &str,
    password_hash: String,
    role: Role,
) -> Result<(), Error> {
    let login = login.trim();
    if !is_login(login) {
        return Err(Error::refused("login", "A login has 1 to 100 characters."));
    }
    let row = administrator::ActiveModel {
        id: NotSet,
        login: Set(login.to_owned()),
        password_hash: Set(password_hash),
        role: Set(role),
        created_at: Set(time::now()),
        disabled_at: Set(None),
        last_sign_in_at: Set(None),
    };
    let inserted = administrator::Entity::insert(row)
        .on_conflict(OnConflict::column(administrator::Column::Login).do_nothing().to_owned())
        .exec_without_returning(transaction)
        .await;
    if matches!(inserted, Ok(0) | Err(DbErr::RecordNotInserted)) {
        return Err(Error::refused("login", "There is an administrator with this login already."));
    }
    inserted?;
    let after = serde_json::json!({ "login": login, "role": role }).to_string();
    record(
        transaction,
        actor,
        AuditEntry { action: "create administrator", after: Some(after), ..AuditEntry::default() },
    )
    .await
}

/// Whether there is any administrator.
pub async fn has_administrators(database: &impl ConnectionTrait) -> Result<bool, Error> {
    Ok(administrator::Entity::find().count(database).await? > 0)
}

/// The administrator with a login.
pub async fn find_administrator(database: &Database, login: &str) -> Result<Option<Administrator>, Error> {
    let found = administrator::Entity::find().filter(administrator::Column::Login.eq(login));
    Ok(found.one(database.reader()).await?)
}

/// Creates the token of a set-up link for the first administrator. `None` when there is one already.
pub async fn create_setup_token(database: &Database) -> Result<Option<String>, Error> {
    if has_administrators(database.reader()).await? {
        return Ok(None);
    }
    let token = new_token()?;
    let transaction = database.write().await?;
    setup_token::Entity::delete_many()
        .filter(setup_token::Column::CreatedAt.lt(time::now() - SETUP_LIFETIME))
        .exec(&transaction)
        .await?;
    let row = setup_token::ActiveModel { token_hash: Set(hash(&token)), created_at: Set(time::now()) };
    setup_token::Entity::insert(row).exec_without_returning(&transaction).await?;
    transaction.commit().await?;
    Ok(Some(token))
}

/// Whether a set-up link is still valid.
pub async fn setup_token_lives(database: &impl ConnectionTrait, token: &str) -> Result<bool, Error> {
    let row = setup_token::Entity::find_by_id(hash(token)).one(database).await?;
    Ok(row.is_some_and(|row| row.created_at > time::now() - SETUP_LIFETIME) && !has_administrators(database).await?)
}

/// Creates the first administrator, an owner, and uses up the set-up link. Returns false for an invalid link.
pub async fn set_up(
    database: &Database,
    address: &str,
    token: &str,
    login: &str,
    password_hash: String,
) -> Result<bool, Error> {
    let transaction = database.write().await?;
    // Deletes first, so that a concurrent use waits here and then finds nothing.
    let used = setup_token::Entity::delete_by_id(hash(token))
        .filter(setup_token::Column::CreatedAt.gt(time::now() - SETUP_LIFETIME))
        .exec(&transaction)
        .await?;
    if used.rows_affected != 1 || has_administrators(&transaction).await? {
        return Ok(false);
    }
    let actor = Actor::without_account(login, address);
    insert_administrator(&transaction, &actor, login, password_hash, Role::Owner).await?;
    setup_token::Entity::delete_many().exec(&transaction).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Starts a session and returns its token, which can't be read again. Ends `previous`, the session of the same browser.
/// `None` when the administrator was disabled or got another password after `administrator` was read.
pub async fn start_session(
    database: &Database,
    administrator: &Administrator,
    address: &str,
    previous: Option<&str>,
) -> Result<Option<String>, Error> {
    let token = new_token()?;
    let now = time::now();
    let transaction = database.write().await?;
    // Locks the administrator, so that no session begins beside a change that ends all of them.
    let unchanged = administrator::Entity::update_many()
        .col_expr(administrator::Column::LastSignInAt, now.into())
        .filter(administrator::Column::Id.eq(administrator.id))
        .filter(administrator::Column::PasswordHash.eq(administrator.password_hash.as_str()))
        .filter(administrator::Column::DisabledAt.is_null())
        .exec(&transaction)
        .await?;
    if unchanged.rows_affected == 0 {
        return Ok(None);
    }
    if let Some(previous) = previous {
        session::Entity::delete_by_id(hash(previous)).exec(&transaction).await?;
    }
    let row = session::ActiveModel {
        token_hash: Set(hash(&token)),
        administrator_id: Set(administrator.id),
        created_at: Set(now),
        last_seen_at: Set(now),
        address: Set(address.to_owned()),
    };
    session::Entity::insert(row).exec_without_returning(&transaction).await?;
    let actor = Actor {
        administrator: Some(administrator.id),
        login: administrator.login.clone(),
        address: address.to_owned(),
    };
    record(&transaction, &actor, AuditEntry { action: "sign in", ..AuditEntry::default() }).await?;
    transaction.commit().await?;
    Ok(Some(token))
}

/// A session that hasn't expired, and its administrator.
async fn active_session(database: &Database, token: &str) -> Result<Option<(session::Model, Administrator)>, Error> {
    let now = time::now();
    let found = session::Entity::find_by_id(hash(token))
        .find_also_related(administrator::Entity)
        .one(database.reader())
        .await?;
    Ok(found.and_then(|(session, administrator)| Some((session, administrator?))).filter(|(session, administrator)| {
        now - session.last_seen_at <= SESSION_IDLE
            && now - session.created_at <= SESSION_LONGEST
            && administrator.disabled_at.is_none()
    }))
}

/// The role of a session's administrator, unless the session has expired. Doesn't prolong the session.
pub async fn role_of_session(database: &Database, token: &str) -> Result<Option<Role>, Error> {
    Ok(active_session(database, token).await?.map(|(_, administrator)| administrator.role))
}

/// The administrator of a session, unless the session has expired. Prolongs the session.
pub async fn administrator_of_session(database: &Database, token: &str) -> Result<Option<Administrator>, Error> {
    let Some((session, administrator)) = active_session(database, token).await? else { return Ok(None) };
    let now = time::now();
    if now - session.last_seen_at > SESSION_USE_PRECISION {
        let transaction = database.write().await?;
        session::Entity::update_many()
            .col_expr(session::Column::LastSeenAt, now.into())
            .filter(session::Column::TokenHash.eq(session.token_hash))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
    }
    Ok(Some(administrator))
}

/// Ends a session.
pub async fn end_session(database: &Database, actor: &Actor, token: &str) -> Result<(), Error> {
    let transaction = database.write().await?;
    let ended = session::Entity::delete_by_id(hash(token)).exec(&transaction).await?;
    if ended.rows_affected > 0 {
        record(&transaction, actor, AuditEntry { action: "sign out", ..AuditEntry::default() }).await?;
    }
    Ok(transaction.commit().await?)
}

/// Deletes expired sessions and counts of attempts to sign in.
pub async fn prune(database: &Database) -> Result<(), Error> {
    let now = time::now();
    let transaction = database.write().await?;
    session::Entity::delete_many()
        .filter(
            Condition::any()
                .add(session::Column::LastSeenAt.lt(now - SESSION_IDLE))
                .add(session::Column::CreatedAt.lt(now - SESSION_LONGEST)),
        )
        .exec(&transaction)
        .await?;
    sign_in_counts::prune(&transaction).await?;
    Ok(transaction.commit().await?)
}
