//! The names of all clients that begin with a text, by the index `names_by_key`.

use super::{
    NameStatus,
    name::{self, NameId},
    rules, store,
};
use crate::database::Database;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};
use values::error::Error;

/// The first `most` names that begin with a text, without regard to case, by name. Retired ones are included.
pub async fn with(database: &Database, text: &str, most: u64) -> Result<Vec<name::Model>, Error> {
    let key = rules::key(text);
    if !key.bytes().all(|byte| (b' '..=b'~').contains(&byte)) || key.is_empty() {
        return Ok(Vec::new());
    }
    // Keys are printable ASCII, so this is the end of those that begin with the text.
    let end = format!("{key}\u{7f}");
    // The order of bytes, in which a beginning is a range.
    let column = match database.backend() {
        DbBackend::Postgres => "name_key COLLATE \"C\"",
        _ => "name_key",
    };
    let statement = Statement::from_sql_and_values(
        database.backend(),
        format!(
            "SELECT client_id, name_key FROM names
             WHERE {column} >= $1 AND {column} < $2 AND status <> $3
             ORDER BY {column}, client_id LIMIT {most}"
        ),
        [key.into(), end.into(), NameStatus::Removed.word().into()],
    );
    let rows = database.reader().query_all_raw(statement).await?;
    let id =
        |row: &QueryResult| Ok(NameId { client_id: row.try_get("", "client_id")?, key: row.try_get("", "name_key")? });
    let ids = rows.iter().map(id).collect::<Result<Vec<_>, DbErr>>()?;
    Ok(store::in_order(database.reader(), &ids).await?)
}
