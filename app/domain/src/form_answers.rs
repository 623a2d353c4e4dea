//! The outcomes of forms, kept so that a page without JavaScript can show them, and so that a form takes effect once
//! however often it is sent. Also the one-time values that confirm a form's question. Native only.

use crate::database::{Database, hash, new_token};
use sea_orm::{
    ActiveValue::Set, DatabaseTransaction, DbErr, TryInsertResult, entity::prelude::*, sea_query::OnConflict,
};
use values::{
    error::Error,
    form_answer::FormAnswer,
    time::{self, Moment},
};

/// How long answers are kept. A form that was left open for longer is taken for a new one where the ledger doesn't
/// know better.
const ANSWERS_KEPT: chrono::Duration = chrono::Duration::days(30);

/// How long a question can be answered.
const QUESTIONS_KEPT: chrono::Duration = chrono::Duration::days(1);

mod answer {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "form_answers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub idempotency_key: String,
        pub administrator_id: i64,
        pub client_id: i64,
        pub form: String,
        pub typed: String,
        pub outcome: String,
        pub done: bool,
        pub at: Moment,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod confirmation {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "form_confirmations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        pub administrator_id: i64,
        pub client_id: i64,
        pub form: String,
        /// The subject of the question, such as the amount.
        pub subject: String,
        /// The idempotency key of the form that confirmed; empty until then.
        pub used_by: String,
        pub at: Moment,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A form that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The last word of the form's address, which is also its id on the page.
    pub form: &'static str,
    /// Its idempotency key.
    pub idempotency_key: String,
    /// The number of the administrator who sent it.
    pub administrator: i64,
    /// The client that it is about, or [`SEVERAL`].
    pub client_id: i64,
    /// Names and values of its fields.
    pub typed: Vec<(&'static str, String)>,
    /// The confirmed subject: that of the [`Error::Unconfirmed`] before.
    pub confirmed: Option<String>,
}

/// Stands for the client in forms that may be about several; no client has this number.
pub const SEVERAL: i64 = 0;

impl Submission {
    /// The outcome as the form's page shows it.
    fn answer(&self, outcome: Result<String, Error>) -> FormAnswer {
        let typed = self.typed.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        FormAnswer { form: self.form.to_owned(), typed, outcome }
    }

    fn row(&self, answer: &FormAnswer) -> Result<answer::ActiveModel, DbErr> {
        let json = |cause: serde_json::Error| DbErr::Custom(cause.to_string());
        Ok(answer::ActiveModel {
            idempotency_key: Set(self.idempotency_key.clone()),
            administrator_id: Set(self.administrator),
            client_id: Set(self.client_id),
            form: Set(answer.form.clone()),
            typed: Set(serde_json::to_string(&answer.typed).map_err(json)?),
            outcome: Set(serde_json::to_string(&answer.outcome).map_err(json)?),
            done: Set(answer.outcome.is_ok()),
            at: Set(time::now()),
        })
    }
}

/// A new idempotency key: 128 random bits, as 32 hexadecimal digits.
pub fn new_key() -> Result<String, Error> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(hex::encode(bytes))
}

/// Claims a form in the transaction that makes its change, with the message that it was done. Returns the first
/// outcome if the form was done before: then nothing may be changed.
pub async fn claim(
    transaction: &DatabaseTransaction,
    sent: &Submission,
    message: &str,
) -> Result<Option<FormAnswer>, Error> {
    let answer = sent.answer(Ok(message.to_owned()));
    // What was refused before and is right now has a note that says so.
    answer::Entity::delete_many()
        .filter(answer::Column::IdempotencyKey.eq(&sent.idempotency_key))
        .filter(answer::Column::AdministratorId.eq(sent.administrator))
        .filter(answer::Column::ClientId.eq(sent.client_id))
        .filter(answer::Column::Done.eq(false))
        .exec(transaction)
        .await?;
    let inserted = answer::Entity::insert_many([sent.row(&answer)?])
        .on_conflict_do_nothing()
        .exec_with_returning_keys(transaction)
        .await?;
    if matches!(inserted, TryInsertResult::Inserted(keys) if keys.len() == 1) {
        return Ok(None);
    }
    let first = answer::Entity::find_by_id(sent.idempotency_key.clone())
        .filter(answer::Column::AdministratorId.eq(sent.administrator))
        .filter(answer::Column::ClientId.eq(sent.client_id))
        .one(transaction)
        .await?;
    // The key alone is unique: another form may have it, which is nobody else's business.
    first.ok_or_else(another_form).and_then(read).map(Some)
}

/// The error for a key that belongs to a form of another administrator or client.
fn another_form() -> Error {
    let message = "The form's idempotency key was used by another form. Load the page again.".to_owned();
    Error::Conflict { field: String::new(), message }
}

/// Keeps a question about `subject` and returns the value that confirms it, the only copy.
pub async fn ask(database: &Database, sent: &Submission, subject: String) -> Result<String, Error> {
    let token = new_token()?;
    let transaction = database.write().await?;
    let row = confirmation::ActiveModel {
        token_hash: Set(hash(&token)),
        administrator_id: Set(sent.administrator),
        client_id: Set(sent.client_id),
        form: Set(sent.form.to_owned()),
        subject: Set(subject),
        used_by: Set(String::new()),
        at: Set(time::now()),
    };
    confirmation::Entity::insert(row).exec_without_returning(&transaction).await?;
    transaction.commit().await?;
    Ok(token)
}

/// The subject that a value confirms, if it was handed out to this administrator for this form and client. It serves
/// one form: sent again with the same idempotency key it still counts, so that a retry isn't asked once more.
pub async fn confirmed(database: &Database, sent: &Submission, token: &str) -> Result<Option<String>, Error> {
    if token.is_empty() {
        return Ok(None);
    }
    let transaction = database.write().await?;
    let used = confirmation::Entity::update_many()
        .col_expr(confirmation::Column::UsedBy, Expr::value(sent.idempotency_key.as_str()))
        .filter(confirmation::Column::TokenHash.eq(hash(token)))
        .filter(confirmation::Column::AdministratorId.eq(sent.administrator))
        .filter(confirmation::Column::ClientId.eq(sent.client_id))
        .filter(confirmation::Column::Form.eq(sent.form))
        .filter(confirmation::Column::UsedBy.is_in(["", sent.idempotency_key.as_str()]))
        .filter(confirmation::Column::At.gt(time::now() - QUESTIONS_KEPT))
        .exec_with_returning(&transaction)
        .await?;
    transaction.commit().await?;
    Ok(used.into_iter().next().map(|row| row.subject))
}

/// Keeps an outcome for the form's page.
pub async fn keep(database: &Database, sent: &Submission, outcome: Result<String, Error>) -> Result<(), Error> {
    let answer = sent.answer(outcome);
    let transaction = database.write().await?;
    let replace = OnConflict::column(answer::Column::IdempotencyKey)
        .update_columns([answer::Column::Typed, answer::Column::Outcome, answer::Column::Done, answer::Column::At])
        // A key is the business of the administrator who opened the form.
        .action_and_where(answer::Column::AdministratorId.eq(sent.administrator))
        .action_and_where(answer::Column::ClientId.eq(sent.client_id))
        .to_owned();
    answer::Entity::insert(sent.row(&answer)?).on_conflict(replace).exec_without_returning(&transaction).await?;
    Ok(transaction.commit().await?)
}

/// The outcome of the form with this key, if the administrator sent it about this client, or about [`SEVERAL`]. An
/// empty key is none.
pub async fn find(
    database: &Database,
    administrator: i64,
    client_id: i64,
    key: String,
) -> Result<Option<FormAnswer>, Error> {
    if key.is_empty() || key.contains('\0') {
        return Ok(None);
    }
    let row = answer::Entity::find_by_id(key)
        .filter(answer::Column::AdministratorId.eq(administrator))
        .filter(answer::Column::ClientId.is_in([client_id, SEVERAL]))
        .one(database.reader())
        .await?;
    row.map(read).transpose()
}

fn read(row: answer::Model) -> Result<FormAnswer, Error> {
    Ok(FormAnswer {
        form: row.form,
        typed: serde_json::from_str(&row.typed).map_err(Error::internal)?,
        outcome: serde_json::from_str(&row.outcome).map_err(Error::internal)?,
    })
}

/// Deletes answers that nobody asks for any more.
pub async fn prune(database: &Database) -> Result<(), Error> {
    let transaction = database.write().await?;
    let now = time::now();
    answer::Entity::delete_many().filter(answer::Column::At.lt(now - ANSWERS_KEPT)).exec(&transaction).await?;
    confirmation::Entity::delete_many()
        .filter(confirmation::Column::At.lt(now - QUESTIONS_KEPT))
        .exec(&transaction)
        .await?;
    Ok(transaction.commit().await?)
}
