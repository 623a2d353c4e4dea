//! Outcomes of forms, stored so that a page without JavaScript can show them, and so that a form that is sent several
//! times takes effect once. Also the one-time tokens that confirm a form's question.

use crate::{
    database::{Database, hash, new_token},
    ids::{AdministratorId, ClientId},
};
use sea_orm::{
    ActiveValue::Set, DatabaseTransaction, DbErr, TryInsertResult, entity::prelude::*, sea_query::OnConflict,
};
use values::{
    error::Error,
    form_answer::FormAnswer,
    time::{self, Moment},
};

/// Retention of answers. A form that was left open for longer counts as a new one, unless the ledger has its key.
const ANSWERS_KEPT: chrono::Duration = chrono::Duration::days(30);

/// Lifetime of a question.
const QUESTIONS_KEPT: chrono::Duration = chrono::Duration::days(1);

mod answer {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "form_answers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub idempotency_key: String,
        pub administrator_id: AdministratorId,
        pub client_id: ClientId,
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
        pub administrator_id: AdministratorId,
        pub client_id: ClientId,
        pub form: String,
        /// Subject of the question, such as the amount.
        pub subject: String,
        /// The idempotency key of the form that confirmed; empty until then.
        pub used_by: String,
        pub at: Moment,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A submitted form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The last word of the form's address, which is also its id on the page.
    pub form: &'static str,
    /// Its idempotency key.
    pub idempotency_key: String,
    /// The id of the administrator who sent it.
    pub administrator: AdministratorId,
    /// The client's id, or [`SEVERAL`].
    pub client_id: ClientId,
    /// Names and values of its fields.
    pub typed: Vec<(&'static str, String)>,
    /// The confirmed subject: that of the preceding [`Error::Unconfirmed`].
    pub confirmed: Option<String>,
}

/// Stands for the client in forms that may be about several. No client has this id.
pub const SEVERAL: ClientId = ClientId(0);

impl Submission {
    /// The outcome, as the form's page shows it.
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

/// Claims a form in the transaction of its change, and stores `message` as its outcome. Returns the first outcome if
/// the form took effect before: the caller then changes nothing.
pub async fn claim(
    transaction: &DatabaseTransaction,
    submission: &Submission,
    message: &str,
) -> Result<Option<FormAnswer>, Error> {
    let answer = submission.answer(Ok(message.to_owned()));
    // A form that was refused and then corrected has an outcome already.
    answer::Entity::delete_many()
        .filter(answer::Column::IdempotencyKey.eq(&submission.idempotency_key))
        .filter(answer::Column::AdministratorId.eq(submission.administrator))
        .filter(answer::Column::ClientId.eq(submission.client_id))
        .filter(answer::Column::Done.eq(false))
        .exec(transaction)
        .await?;
    let inserted = answer::Entity::insert_many([submission.row(&answer)?])
        .on_conflict_do_nothing()
        .exec_with_returning_keys(transaction)
        .await?;
    if matches!(inserted, TryInsertResult::Inserted(keys) if keys.len() == 1) {
        return Ok(None);
    }
    let first = answer::Entity::find_by_id(submission.idempotency_key.clone())
        .filter(answer::Column::AdministratorId.eq(submission.administrator))
        .filter(answer::Column::ClientId.eq(submission.client_id))
        .one(transaction)
        .await?;
    // Keys are unique over all forms: another person's form may have this one, and must not be shown.
    first.ok_or_else(another_form).and_then(read).map(Some)
}

/// The error for a key that belongs to a form of another administrator or client.
fn another_form() -> Error {
    let message = "Another form used this idempotency key. Reload the page.".to_owned();
    Error::Conflict { field: String::new(), message }
}

/// Stores a question about `subject` and returns the token that confirms it. Only its hash is stored.
pub async fn ask(database: &Database, submission: &Submission, subject: String) -> Result<String, Error> {
    let token = new_token()?;
    let transaction = database.write().await?;
    let row = confirmation::ActiveModel {
        token_hash: Set(hash(&token)),
        administrator_id: Set(submission.administrator),
        client_id: Set(submission.client_id),
        form: Set(submission.form.to_owned()),
        subject: Set(subject),
        used_by: Set(String::new()),
        at: Set(time::now()),
    };
    confirmation::Entity::insert(row).exec_without_returning(&transaction).await?;
    transaction.commit().await?;
    Ok(token)
}

/// The subject that a token confirms, if it was issued to this administrator for this form and client. A token confirms
/// one idempotency key, again at a retry.
pub async fn confirmed(database: &Database, submission: &Submission, token: &str) -> Result<Option<String>, Error> {
    if token.is_empty() {
        return Ok(None);
    }
    let transaction = database.write().await?;
    let used = confirmation::Entity::update_many()
        .col_expr(confirmation::Column::UsedBy, Expr::value(submission.idempotency_key.as_str()))
        .filter(confirmation::Column::TokenHash.eq(hash(token)))
        .filter(confirmation::Column::AdministratorId.eq(submission.administrator))
        .filter(confirmation::Column::ClientId.eq(submission.client_id))
        .filter(confirmation::Column::Form.eq(submission.form))
        .filter(confirmation::Column::UsedBy.is_in(["", submission.idempotency_key.as_str()]))
        .filter(confirmation::Column::At.gt(time::now() - QUESTIONS_KEPT))
        .exec_with_returning(&transaction)
        .await?;
    transaction.commit().await?;
    Ok(used.into_iter().next().map(|row| row.subject))
}

/// Stores an outcome for the form's page.
pub async fn keep(database: &Database, submission: &Submission, outcome: Result<String, Error>) -> Result<(), Error> {
    let answer = submission.answer(outcome);
    let transaction = database.write().await?;
    let replace = OnConflict::column(answer::Column::IdempotencyKey)
        .update_columns([answer::Column::Typed, answer::Column::Outcome, answer::Column::Done, answer::Column::At])
        // Nobody replaces the outcome of another person's form.
        .action_and_where(answer::Column::AdministratorId.eq(submission.administrator))
        .action_and_where(answer::Column::ClientId.eq(submission.client_id))
        .to_owned();
    answer::Entity::insert(submission.row(&answer)?).on_conflict(replace).exec_without_returning(&transaction).await?;
    Ok(transaction.commit().await?)
}

/// The outcome of the form with this key, if the administrator sent it about this client or about [`SEVERAL`]. `None`
/// for an empty key.
pub async fn find(
    database: &Database,
    administrator: AdministratorId,
    client_id: ClientId,
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

/// Deletes old answers and confirmations.
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
