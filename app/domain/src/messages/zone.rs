//! Keeps the days of roll-ups and of counts of names in one time zone. It can't change once there are any.

use super::roll_ups::roll_up;
use crate::{database::Database, names::store::count};
use sea_orm::{ActiveValue::Set, DbErr, QuerySelect, entity::prelude::*, sea_query::OnConflict};
use values::time;

/// The name of the fact.
const NAME: &str = "time zone";

/// The table `facts`.
pub(crate) mod fact {
    use super::*;

    /// A fact about the database, such as its time zone.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "facts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub value: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The reason why a database can't be used in the platform's time zone.
#[derive(Debug, thiserror::Error)]
pub enum WrongZone {
    /// Its days are counted in another time zone.
    #[error(
        "What this database has is counted in days of {counted}, and CLIENTELE_TIMEZONE says {wanted}. Set it \
         to {counted}: days can't be recounted in another time zone."
    )]
    Counted {
        /// The time zone of its days.
        counted: String,
        /// The platform's.
        wanted: String,
    },
    /// The time zone can't be read.
    #[error("The database can't be read: {0}.")]
    Database(#[from] DbErr),
}

/// Checks that the days of the database are in the platform's time zone, and stores the time zone of a new database.
pub async fn settle(database: &Database) -> Result<(), WrongZone> {
    let wanted = time::zone().name().to_owned();
    let counted = fact::Entity::find_by_id(NAME).one(database.reader()).await?.map(|fact| fact.value);
    if counted.as_ref() == Some(&wanted) {
        return Ok(());
    }
    let messages = roll_up::Entity::find().select_only().column(roll_up::Column::ClientId).limit(1);
    let names = count::Entity::find().select_only().column(count::Column::Names).limit(1);
    if let Some(counted) = counted
        && (messages.into_tuple::<i64>().one(database.reader()).await?.is_some()
            || names.into_tuple::<i64>().one(database.reader()).await?.is_some())
    {
        return Err(WrongZone::Counted { counted, wanted });
    }
    let transaction = database.begin().await?;
    fact::Entity::insert(fact::ActiveModel { name: Set(NAME.to_owned()), value: Set(wanted) })
        .on_conflict(OnConflict::column(fact::Column::Name).update_column(fact::Column::Value).to_owned())
        .exec_without_returning(&transaction)
        .await?;
    transaction.commit().await.map_err(WrongZone::Database)
}
