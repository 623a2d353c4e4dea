//! The tokens of the programs that call the gateway's API. Of a token the database has only a hash. Native only.

use super::scope::{Scope, Scopes};
use crate::{
    actor::Actor,
    audit::{self, AuditEntry},
    database::{Database, hash, new_token},
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

/// How exactly the last use is noted: less often than every call, which would write all the time.
const NOTED: Duration = Duration::minutes(5);

/// Most characters of a name.
const NAME: usize = 100;

mod token {
    use super::*;

    /// A token, without what it says.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tokens")]
    pub struct Model {
        /// A number of its own.
        #[sea_orm(primary_key)]
        pub id: i64,
        /// What it was made for; the ledger names it.
        pub name: String,
        /// What is kept of what it says.
        pub hash: String,
        /// When it was made.
        pub created_at: Moment,
        /// When it was last used, to five minutes.
        pub last_used_at: Option<Moment>,
        /// When it ended.
        pub revoked_at: Option<Moment>,
        /// Its scopes: the words of [`Scope`], separated by blanks.
        pub scopes: String,
        /// When it ends by itself.
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

/// Makes a token that opens `scopes` and ends after so many days, if any are given, and returns it: it can't be had
/// again.
///
/// # Errors
/// [`Error::Refused`] when the name is taken or can't be one, or for scopes that don't go together.
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
        return Err(Error::refused("name", "There is, or was, a token with this name: choose another one."));
    }
    inserted?;
    let after = json!({
        "name": name,
        "scopes": scopes.to_string(),
        "expires_at": expires_at.map(|at| at.to_rfc3339()),
    });
    let deed = AuditEntry { action: "create token", after: Some(after.to_string()), ..AuditEntry::default() };
    audit::record_all(&transaction, [(actor, deed)]).await?;
    transaction.commit().await?;
    Ok(token)
}

/// Ends a token.
///
/// # Errors
/// [`Error::NotFound`] when there is none of this name that works.
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
    let deed = AuditEntry {
        action: "revoke token",
        before: Some(json!({ "name": name }).to_string()),
        ..AuditEntry::default()
    };
    audit::record_all(&transaction, [(actor, deed)]).await?;
    Ok(transaction.commit().await?)
}

/// All tokens, by name.
pub async fn list(database: &Database) -> Result<Vec<Token>, Error> {
    Ok(token::Entity::find().order_by_asc(token::Column::Name).all(database.reader()).await?)
}

/// The token that somebody shows, if it works, and notes that it was used.
pub async fn find(database: &Database, shown: &str) -> Result<Option<Token>, Error> {
    let found = token::Entity::find()
        .filter(token::Column::Hash.eq(hash(shown)))
        .filter(token::Column::RevokedAt.is_null())
        .filter(Condition::any().add(token::Column::ExpiresAt.is_null()).add(token::Column::ExpiresAt.gt(time::now())))
        .one(database.reader())
        .await?;
    if let Some(token) = &found
        && token.last_used_at.is_none_or(|last| last < time::now() - NOTED)
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
