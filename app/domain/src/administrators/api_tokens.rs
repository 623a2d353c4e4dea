//! Tokens of API clients. The database has only their hashes.

use super::scope::{Scope, Scopes};
use crate::{
    actor::Actor,
    audit::{self, AuditEntry},
    database::{Database, hash, new_token},
    ids::TokenId,
};
use chrono::Duration;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    Condition, QueryOrder,
    entity::prelude::*,
    sea_query::OnConflict,
};
use serde_json::json;
use values::{
    error::Error,
    time::{self, Moment},
};

pub use token::Model as Token;

/// The precision of a token's last use. Noting every call would write all the time.
const LAST_USE_PRECISION: Duration = Duration::minutes(5);

/// The most characters of a name.
const NAME: usize = 100;

mod token {
    use super::*;

    /// A token, without its secret.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tokens")]
    pub struct Model {
        /// Ascending.
        #[sea_orm(primary_key)]
        pub id: TokenId,
        /// The API client's name, which the ledger shows.
        pub name: String,
        /// The hash of the secret.
        pub hash: String,
        /// The time of creation.
        pub created_at: Moment,
        /// The time of the last use, to five minutes.
        pub last_used_at: Option<Moment>,
        /// The time when it was revoked.
        pub revoked_at: Option<Moment>,
        /// The words of its [`Scope`]s, separated by spaces.
        pub scopes: String,
        /// The time when it expires.
        pub expires_at: Option<Moment>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl Token {
    /// Its scopes.
    #[must_use]
    pub fn scopes(&self) -> Scopes {
        Scopes::of_words(&self.scopes)
    }
}

/// Creates a token that expires after `days`, or never. Returns its secret, which can't be read again.
///
/// # Errors
/// [`Error::Refused`] for a name that is taken or invalid, and for scopes that can't be combined.
pub async fn create(
    database: &Database,
    actor: &Actor,
    name: &str,
    scopes: &[Scope],
    days: Option<u32>,
) -> Result<String, Error> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME || name.chars().any(char::is_control) {
        return Err(Error::refused("name", format!("A token's name has 1 to {NAME} characters.")));
    }
    let scopes = Scopes::new(scopes);
    if scopes.mixes_kannel() {
        let message = "A token for Kannel stands in addresses and logs, so it has the scope kannel alone: make another \
                       token for the other scopes.";
        return Err(Error::refused("scope", message));
    }
    let expires_at = days.map(|days| time::now() + Duration::days(days.into()));
    let token = new_token()?;
    let transaction = database.write().await?;
    let row = token::ActiveModel {
        id: NotSet,
        name: Set(name.to_owned()),
        hash: Set(hash(&token)),
        created_at: Set(time::now()),
        last_used_at: Set(None),
        revoked_at: Set(None),
        scopes: Set(scopes.to_string()),
        expires_at: Set(expires_at),
    };
    let inserted = token::Entity::insert(row)
        .on_conflict(OnConflict::column(token::Column::Name).do_nothing().to_owned())
        .exec_without_returning(&transaction)
        .await;
    if matches!(inserted, Ok(0) | Err(DbErr::RecordNotInserted)) {
        return Err(Error::refused("name", "A token has or had this name. Choose another."));
    }
    inserted?;
    let after = json!({
        "name": name,
        "scopes": scopes.to_string(),
        "expires_at": expires_at.map(|at| at.to_rfc3339()),
    });
    let entry = AuditEntry { action: "create token", after: Some(after.to_string()), ..AuditEntry::default() };
    audit::record_all(&transaction, [(actor, entry)]).await?;
    transaction.commit().await?;
    Ok(token)
}

/// Revokes a token.
///
/// # Errors
/// [`Error::NotFound`] when no active token has this name.
pub async fn revoke(database: &Database, actor: &Actor, name: &str) -> Result<(), Error> {
    let transaction = database.write().await?;
    let revoked = token::Entity::update_many()
        .col_expr(token::Column::RevokedAt, Expr::value(time::now()))
        .filter(token::Column::Name.eq(name))
        .filter(token::Column::RevokedAt.is_null())
        .exec(&transaction)
        .await?;
    if revoked.rows_affected == 0 {
        return Err(Error::NotFound(format!("There is no token {} that works.", crate::intake::quote(name))));
    }
    let entry = AuditEntry {
        action: "revoke token",
        before: Some(json!({ "name": name }).to_string()),
        ..AuditEntry::default()
    };
    audit::record_all(&transaction, [(actor, entry)]).await?;
    Ok(transaction.commit().await?)
}

/// All tokens, by name.
pub async fn list(database: &Database) -> Result<Vec<Token>, Error> {
    Ok(token::Entity::find().order_by_asc(token::Column::Name).all(database.reader()).await?)
}

/// Finds the active token with a secret, and notes its use.
pub async fn find(database: &Database, secret: &str) -> Result<Option<Token>, Error> {
    let found = token::Entity::find()
        .filter(token::Column::Hash.eq(hash(secret)))
        .filter(token::Column::RevokedAt.is_null())
        .filter(Condition::any().add(token::Column::ExpiresAt.is_null()).add(token::Column::ExpiresAt.gt(time::now())))
        .one(database.reader())
        .await?;
    if let Some(token) = &found
        && token.last_used_at.is_none_or(|last| last < time::now() - LAST_USE_PRECISION)
    {
        let transaction = database.write().await?;
        token::Entity::update_many()
            .col_expr(token::Column::LastUsedAt, Expr::value(time::now()))
            .filter(token::Column::Id.eq(token.id))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
    }
    Ok(found)
}
