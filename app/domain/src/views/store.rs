//! The table of saved views.

use super::place::{Place, address_of, usual_period, with_relative};
use crate::{
    actor::Actor,
    audit::{self, AuditEntry},
    database::Database,
    form_answers::{Submission, claim},
    ids::{AdministratorId, ViewId},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    Condition, DatabaseTransaction, DbErr, IntoActiveModel, QueryOrder, QuerySelect, SqlErr,
    entity::prelude::*,
};
use serde_json::json;
use values::error::Error;

/// The longest name of a view, in characters.
pub const NAME: usize = 40;

/// The most views that an administrator saves of a page.
pub const MOST: u64 = 30;

/// The table `saved_views`.
pub mod view {
    use super::*;

    /// A saved view.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "saved_views")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key)]
        pub id: ViewId,
        /// Its author.
        pub administrator_id: AdministratorId,
        /// The word of its page.
        pub place: String,
        /// Its name, unique for author and page.
        pub name: String,
        /// The query string of its page, whose period may be relative.
        pub query: String,
        /// Whether everybody sees it.
        pub shared: bool,
        /// Whether the menu opens it, for its author, or for everybody if it is shared.
        pub is_default: bool,
    }

    /// Views belong to nothing that is deleted.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The administrator who saves or changes a view.
#[derive(Clone, Debug)]
pub struct Author {
    /// The id.
    pub id: AdministratorId,
    /// The author in the audit record.
    pub actor: Actor,
    /// Whether the role may share views, and change those of others.
    pub shares: bool,
}

/// A view to be saved.
#[derive(Clone, Debug)]
pub struct NewView {
    /// Its page.
    pub place: Place,
    /// The query string of the page.
    pub query: String,
    /// Its name.
    pub name: String,
    /// Whether everybody sees it.
    pub shared: bool,
    /// Whether the menu opens it.
    pub is_default: bool,
    /// Whether it keeps the name of a usual period instead of its days.
    pub relative: bool,
}

/// The views that an administrator sees of pages, by name.
pub async fn of_places(
    database: &Database,
    administrator: AdministratorId,
    places: Vec<String>,
) -> Result<Vec<view::Model>, Error> {
    let visible =
        Condition::any().add(view::Column::AdministratorId.eq(administrator)).add(view::Column::Shared.eq(true));
    let views = view::Entity::find().filter(view::Column::Place.is_in(places)).filter(visible);
    let mut views = views.order_by_asc(view::Column::Id).all(database.reader()).await?;
    views.sort_by_cached_key(|view| values::fold::fold(&view.name));
    Ok(views)
}

/// The address of the default view of a page without a client: the administrator's own, or else the shared one.
pub async fn default_address(
    database: &Database,
    administrator: AdministratorId,
    place: Place,
) -> Result<String, Error> {
    let views = of_places(database, administrator, vec![place.word()]).await?;
    let mut defaults: Vec<&view::Model> = views.iter().filter(|view| view.is_default).collect();
    defaults.sort_by_key(|view| view.administrator_id != administrator);
    Ok(defaults.first().map_or_else(|| place.path(None), |view| address_of(place, None, &view.query)))
}

/// Saves a view. One with the same name is replaced.
///
/// # Errors
/// [`Error::Refused`] for an invalid name, too many views, or sharing without the permission.
pub async fn save(database: &Database, author: &Author, sent: &Submission, new: NewView) -> Result<String, Error> {
    let name = name(&new.name)?;
    if new.shared && !author.shares {
        return Err(Error::refused("shared", "Only managers and owners share views."));
    }
    let query = new.place.kept(&new.query).map_err(|error| Error::refused("", error.to_string()))?;
    let query = match usual_period(&query).filter(|_| new.relative) {
        Some(period) => with_relative(&query, period),
        None => query,
    };
    let transaction = database.write().await?;
    let message = format!("Saved the view {name}.");
    if claim(&transaction, sent, &message).await?.is_some() {
        return Ok("Already saved. Nothing was changed again.".to_owned());
    }
    let place = new.place.word();
    let own =
        view::Entity::find().filter(view::Column::AdministratorId.eq(author.id)).filter(view::Column::Place.eq(&place));
    let before = own.clone().filter(view::Column::Name.eq(&name)).one(&transaction).await?;
    if before.is_none() && own.count(&transaction).await? >= MOST {
        return Err(Error::refused("name", format!("You have {MOST} views of this page. Delete one first.")));
    }
    if new.is_default {
        clear_default(&transaction, author.id, &place).await?;
    }
    let row = view::ActiveModel {
        id: before.as_ref().map_or(NotSet, |before| Set(before.id)),
        administrator_id: Set(author.id),
        place: Set(place),
        name: Set(name.clone()),
        query: Set(query),
        shared: Set(new.shared),
        is_default: Set(new.is_default),
    };
    if let Some(before) = before {
        view::Entity::update(row).exec(&transaction).await?;
        record(&transaction, author, "change view", before.shared || new.shared, &name).await?;
    } else {
        view::Entity::insert(row).exec_without_returning(&transaction).await?;
        record(&transaction, author, "share view", new.shared, &name).await?;
    }
    transaction.commit().await?;
    Ok(message)
}

/// Renames a view.
///
/// # Errors
/// [`Error::Refused`] for an invalid or taken name, [`Error::NotFound`] for a view that the author may not change.
pub async fn rename(
    database: &Database,
    author: &Author,
    sent: &Submission,
    id: ViewId,
    to: &str,
) -> Result<String, Error> {
    let to = name(to)?;
    let transaction = database.write().await?;
    let message = format!("Renamed the view to {to}.");
    if claim(&transaction, sent, &message).await?.is_some() {
        return Ok("Already saved. Nothing was changed again.".to_owned());
    }
    let before = find(&transaction, author, id).await?;
    let mut row = before.clone().into_active_model();
    row.name = Set(to.clone());
    match view::Entity::update(row).exec(&transaction).await {
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            return Err(Error::refused("name", "A view of this page has this name. Choose another."));
        }
        outcome => outcome?,
    };
    record(&transaction, author, "rename view", before.shared, &to).await?;
    transaction.commit().await?;
    Ok(message)
}

/// Deletes a view.
///
/// # Errors
/// [`Error::NotFound`] for a view that the author may not change.
pub async fn delete(database: &Database, author: &Author, sent: &Submission, id: ViewId) -> Result<String, Error> {
    let transaction = database.write().await?;
    if claim(&transaction, sent, "Deleted the view.").await?.is_some() {
        return Ok("Already deleted. Nothing was changed again.".to_owned());
    }
    let before = find(&transaction, author, id).await?;
    view::Entity::delete_by_id(id).exec(&transaction).await?;
    record(&transaction, author, "delete view", before.shared, &before.name).await?;
    transaction.commit().await?;
    Ok(format!("Deleted the view {}.", before.name))
}

/// Whether the author may change a view.
#[must_use]
pub fn may_change(author: &Author, view: &view::Model) -> bool {
    view.administrator_id == author.id || view.shared && author.shares
}

async fn find(transaction: &DatabaseTransaction, author: &Author, id: ViewId) -> Result<view::Model, Error> {
    let view = view::Entity::find_by_id(id).lock_exclusive().one(transaction).await?;
    view.filter(|view| may_change(author, view)).ok_or_else(|| Error::NotFound("There is no such view.".to_owned()))
}

async fn clear_default(
    transaction: &DatabaseTransaction,
    administrator: AdministratorId,
    place: &str,
) -> Result<(), DbErr> {
    view::Entity::update_many()
        .col_expr(view::Column::IsDefault, Expr::value(false))
        .filter(view::Column::AdministratorId.eq(administrator))
        .filter(view::Column::Place.eq(place))
        .exec(transaction)
        .await
        .map(drop)
}

/// Records a change that others see. Private views are their author's business alone.
async fn record(
    transaction: &DatabaseTransaction,
    author: &Author,
    action: &'static str,
    shared: bool,
    name: &str,
) -> Result<(), Error> {
    if !shared {
        return Ok(());
    }
    let entry = AuditEntry { action, after: Some(json!({ "view": name }).to_string()), ..AuditEntry::default() };
    audit::record(transaction, &author.actor, entry).await
}

fn name(typed: &str) -> Result<String, Error> {
    let name = typed.trim();
    let length = name.chars().count();
    match length {
        0 => Err(Error::refused("name", "Enter a name.")),
        _ if length > NAME => Err(Error::refused("name", format!("Use at most {NAME} characters. This has {length}."))),
        _ if name.chars().any(char::is_control) => {
            Err(Error::refused("name", "Use one line without control characters."))
        }
        _ => Ok(name.to_owned()),
    }
}
