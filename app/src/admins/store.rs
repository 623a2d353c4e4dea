//! Administrators, sessions, set-up links and the audit record. Native only.
//! Changes to administrators are in [`super::account_store`].
//!
//! Of a session's or set-up link's token the database has only a hash: who reads the database can't sign in
//! with it.

use super::{Role, throttle_store};
use crate::{
    database::Database,
    error::Error,
    values::time::{self, Moment},
};
use chrono::Duration;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    Condition, ConnectionTrait, DatabaseTransaction, PaginatorTrait, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::OnConflict,
};
use sha2::{Digest, Sha256};

pub use administrator::Model as Administrator;

/// A session ends when it wasn't used for so long.
const SESSION_IDLE: Duration = Duration::hours(8);
/// A session ends after so long, whatever happens.
pub const SESSION_LONGEST: Duration = Duration::days(7);
/// How exactly the last use is noted: less often than every request, which would write all the time.
const SESSION_NOTED: Duration = Duration::minutes(5);
/// A set-up link can be used for so long.
const SETUP_LIVES: Duration = Duration::hours(24);

pub(super) mod administrator {
    use super::*;

    /// An administrator.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "administrators")]
    pub struct Model {
        /// Ascending.
        #[sea_orm(primary_key)]
        pub id: i64,
        /// What they sign in with; unique.
        pub login: String,
        /// argon2id, in PHC format.
        pub password_hash: String,
        /// What they may do.
        pub role: Role,
        /// When they were made.
        pub created_at: Moment,
        /// Since when they can't sign in, if they can't.
        pub disabled_at: Option<Moment>,
        /// When they last signed in, if they ever did.
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

pub(super) mod session {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        pub administrator_id: i64,
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

mod audit {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub at: Moment,
        pub administrator_id: Option<i64>,
        pub administrator_login: String,
        pub address: String,
        pub action: String,
        pub client_id: Option<i64>,
        pub before: Option<String>,
        pub after: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Who did something, for the audit record.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    /// The administrator's number; `None` for the command line and for failed sign-ins.
    pub administrator: Option<i64>,
    /// The administrator's login, as it was then.
    pub login: &'a str,
    /// The network address that it came from.
    pub address: &'a str,
}

impl Actor<'static> {
    /// Whoever may run the program on the server.
    pub const COMMAND_LINE: Self = Self { administrator: None, login: "command line", address: "" };
}

/// Something that was done.
#[derive(Clone, Debug, Default)]
pub struct Deed {
    /// What, in a word or two.
    pub action: &'static str,
    /// On which client.
    pub client: Option<i64>,
    /// What was there before, as JSON.
    pub before: Option<String>,
    /// What is there now, as JSON.
    pub after: Option<String>,
}

/// Writes into the audit record, in the transaction that makes the change.
pub async fn record(transaction: &DatabaseTransaction, actor: Actor<'_>, deed: Deed) -> Result<(), Error> {
    Ok(record_all(transaction, [(actor, deed)]).await?)
}

/// Writes several deeds, each with its actor.
pub async fn record_all<'a>(
    transaction: &DatabaseTransaction,
    deeds: impl IntoIterator<Item = (Actor<'a>, Deed)>,
) -> Result<(), DbErr> {
    let at = time::now();
    let rows: Vec<_> = deeds
        .into_iter()
        .map(|(actor, deed)| audit::ActiveModel {
            id: NotSet,
            at: Set(at),
            administrator_id: Set(actor.administrator),
            administrator_login: Set(actor.login.to_owned()),
            address: Set(actor.address.to_owned()),
            action: Set(deed.action.to_owned()),
            client_id: Set(deed.client),
            before: Set(deed.before),
            after: Set(deed.after),
        })
        .collect();
    // Eight values a row, and SQLite takes 32,766 in a statement.
    for some in rows.chunks(4_000) {
        audit::Entity::insert_many(some.iter().cloned()).exec_without_returning(transaction).await?;
    }
    Ok(())
}

/// The audit record's entries on a client before the entry with a number, or until now, newest first.
pub async fn of_client(
    database: &Database,
    client_id: i64,
    before: Option<i64>,
    count: u64,
) -> Result<Vec<Audited>, Error> {
    let mut entries = audit::Entity::find().filter(audit::Column::ClientId.eq(client_id));
    if let Some(before) = before {
        entries = entries.filter(audit::Column::Id.lt(before));
    }
    let entries = entries.order_by_desc(audit::Column::Id).limit(count);
    Ok(entries.into_partial_model().all(database.reader()).await?)
}

/// An entry of the audit record, as the client's history shows it.
#[derive(Clone, Debug, PartialEq, Eq, DerivePartialModel)]
#[sea_orm(entity = "audit::Entity")]
pub struct Audited {
    /// Ascending.
    pub id: i64,
    /// When.
    pub at: Moment,
    /// Who.
    pub administrator_login: String,
    /// What was done.
    pub action: String,
    /// What was there before, as JSON.
    pub before: Option<String>,
    /// What is there since, as JSON.
    pub after: Option<String>,
}

/// Whether an administrator may have such a login: 1 to 100 characters, none of which is a control character.
#[must_use]
pub fn is_login(login: &str) -> bool {
    (1..=100).contains(&login.chars().count()) && !login.chars().any(char::is_control)
}

/// Makes an administrator. The password must be hashed already.
///
/// # Errors
/// [`Error::Refused`] when the login is taken or can't be one.
pub async fn create_administrator(
    database: &Database,
    actor: Actor<'_>,
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
    actor: Actor<'_>,
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
    let made = serde_json::json!({ "login": login, "role": role }).to_string();
    record(transaction, actor, Deed { action: "create administrator", after: Some(made), ..Deed::default() }).await
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

/// Makes a link's token for the first administrator. `None` when there is one already.
pub async fn create_setup_token(database: &Database) -> Result<Option<String>, Error> {
    if has_administrators(database.reader()).await? {
        return Ok(None);
    }
    let token = new_token()?;
    let transaction = database.write().await?;
    setup_token::Entity::delete_many()
        .filter(setup_token::Column::CreatedAt.lt(time::now() - SETUP_LIVES))
        .exec(&transaction)
        .await?;
    let row = setup_token::ActiveModel { token_hash: Set(hash(&token)), created_at: Set(time::now()) };
    setup_token::Entity::insert(row).exec_without_returning(&transaction).await?;
    transaction.commit().await?;
    Ok(Some(token))
}

/// Whether a set-up link can still be used.
pub async fn setup_token_lives(database: &impl ConnectionTrait, token: &str) -> Result<bool, Error> {
    let row = setup_token::Entity::find_by_id(hash(token)).one(database).await?;
    Ok(row.is_some_and(|row| row.created_at > time::now() - SETUP_LIVES) && !has_administrators(database).await?)
}

/// Makes the first administrator, an owner, by a set-up link, which can't be used again. Returns false when
/// the link can't be used.
pub async fn set_up(
    database: &Database,
    address: &str,
    token: &str,
    login: &str,
    password_hash: String,
) -> Result<bool, Error> {
    let transaction = database.write().await?;
    // Deleting comes first: of two uses at once the second waits here, and then finds nothing.
    let used = setup_token::Entity::delete_by_id(hash(token))
        .filter(setup_token::Column::CreatedAt.gt(time::now() - SETUP_LIVES))
        .exec(&transaction)
        .await?;
    if used.rows_affected != 1 || has_administrators(&transaction).await? {
        return Ok(false);
    }
    let actor = Actor { administrator: None, login, address };
    insert_administrator(&transaction, actor, login, password_hash, Role::Owner).await?;
    setup_token::Entity::delete_many().exec(&transaction).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Starts a session and returns its token, the only copy. `previous`, the session of the same browser, ends. `None`
/// when the administrator was disabled, or was given another password, after `administrator` was read.
pub async fn start_session(
    database: &Database,
    administrator: &Administrator,
    address: &str,
    previous: Option<&str>,
) -> Result<Option<String>, Error> {
    let token = new_token()?;
    let now = time::now();
    let transaction = database.write().await?;
    // This also locks the administrator, so that no session begins beside a change that ends all of them.
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
    let actor = Actor { administrator: Some(administrator.id), login: &administrator.login, address };
    record(&transaction, actor, Deed { action: "sign in", ..Deed::default() }).await?;
    transaction.commit().await?;
    Ok(Some(token))
}

/// A session that hasn't ended, and its administrator.
async fn living_session(database: &Database, token: &str) -> Result<Option<(session::Model, Administrator)>, Error> {
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

/// The role that a session gives, unless it has ended. That it was asked for is no use of the session.
pub async fn role_of_session(database: &Database, token: &str) -> Result<Option<Role>, Error> {
    Ok(living_session(database, token).await?.map(|(_, administrator)| administrator.role))
}

/// The administrator of a session, unless it has ended. Notes now and then that it was used.
pub async fn administrator_of_session(database: &Database, token: &str) -> Result<Option<Administrator>, Error> {
    let Some((session, administrator)) = living_session(database, token).await? else { return Ok(None) };
    let now = time::now();
    if now - session.last_seen_at > SESSION_NOTED {
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
pub async fn end_session(database: &Database, actor: Actor<'_>, token: &str) -> Result<(), Error> {
    let transaction = database.write().await?;
    let ended = session::Entity::delete_by_id(hash(token)).exec(&transaction).await?;
    if ended.rows_affected > 0 {
        record(&transaction, actor, Deed { action: "sign out", ..Deed::default() }).await?;
    }
    Ok(transaction.commit().await?)
}

/// Deletes sessions that have ended, and what no longer slows anybody down.
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
    throttle_store::prune(&transaction).await?;
    Ok(transaction.commit().await?)
}

/// 256 random bits, as 64 hexadecimal digits.
pub(crate) fn new_token() -> Result<String, Error> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(hex::encode(bytes))
}

/// What the database has of a token.
pub(crate) fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
