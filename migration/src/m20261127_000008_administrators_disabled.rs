//! Adds the time of disabling and the last sign-in of administrators.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Administrators {
    Table,
    DisabledAt,
    LastSignInAt,
}

/// Takes earlier sign-ins from the audit record.
const EARLIER_SIGN_INS: &str = "UPDATE administrators SET last_sign_in_at = (SELECT MAX(at) FROM audit \
                                WHERE administrator_id = administrators.id AND action = 'sign in')";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [Administrators::DisabledAt, Administrators::LastSignInAt] {
            manager
                .alter_table(
                    Table::alter()
                        .table(Administrators::Table)
                        .add_column(timestamp_with_time_zone_null(column))
                        .to_owned(),
                )
                .await?;
        }
        manager.get_connection().execute_unprepared(EARLIER_SIGN_INS).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [Administrators::LastSignInAt, Administrators::DisabledAt] {
            manager.alter_table(Table::alter().table(Administrators::Table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
