//! The outbox.

use super::{Text, Topic};
use crate::{clients::store::record_changes, database::Database, ids::ClientId};
use chrono::Duration;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    Condition, DatabaseTransaction, QueryOrder, QuerySelect,
    entity::prelude::*,
};
use values::{
    error::Error,
    time::{self, Moment},
};

pub use mail::Model as Mail;

values::stored_enum! {
    /// The state of a mail.
    pub enum MailState {
        /// Waits for its first or next attempt.
        Queued = "queued", "queued",
        /// Is being handed over.
        Sending = "sending", "being sent",
        /// The mail server accepted it.
        Sent = "sent", "sent",
        /// Won't be sent; the row has the reason.
        Failed = "failed", "failed",
    }
}

mod mail {
    use super::*;

    /// A mail.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox")]
    pub struct Model {
        /// Ascending.
        #[sea_orm(primary_key)]
        pub id: i64,
        /// The client who gets it.
        pub client_id: ClientId,
        /// Its topic.
        pub topic: Topic,
        /// Its Message-ID, the same in every attempt; unique.
        pub message_id: String,
        /// The recipient's address.
        pub recipient: String,
        /// Its subject.
        pub subject: String,
        /// Its body, plain text.
        pub body: String,
        /// Its state.
        pub state: MailState,
        /// The number of attempts.
        pub attempts: i32,
        /// The earliest time of the next attempt.
        pub next_attempt_at: Moment,
        /// The reason why the last attempt failed.
        pub problem: Option<String>,
        /// The time of creation.
        pub created_at: Moment,
        /// The time when its state last changed.
        pub changed_at: Moment,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl Mail {
    /// Describes its state. `sends_mail` says whether a mail server is configured. Only a customer whose mail was
    /// handed over is called notified.
    #[must_use]
    pub fn describe(&self, sends_mail: bool) -> String {
        let at = time::show(self.changed_at);
        let about = match self.topic {
            Topic::Credit => "",
            Topic::Names => " of its names",
        };
        match (self.state, &self.problem) {
            (MailState::Sent, _) => format!("Customer notified{about}: sent {at}"),
            (MailState::Queued | MailState::Sending, _) if !sends_mail => {
                format!("Mail to the customer: queued {at}, not sent, since mail isn't configured (SMTP_URL)")
            }
            (MailState::Queued, Some(problem)) => {
                format!("Mail to the customer: queued {at}, tried {} times: {problem}", self.attempts)
            }
            (MailState::Failed, Some(problem)) => format!("Mail to the customer: failed {at}: {problem}"),
            (state, _) => format!("Mail to the customer: {} {at}", state.label()),
        }
    }
}

/// A mail that is being sent for longer was left behind by a server that ended.
const LEFT_BEHIND: Duration = Duration::minutes(3);

/// Writes a mail in the transaction of the change that it reports. `key` is the idempotency key of the form.
pub async fn enqueue(
    transaction: &DatabaseTransaction,
    client_id: ClientId,
    key: &str,
    recipient: &str,
    text: Text,
) -> Result<(), Error> {
    let now = time::now();
    enqueue_until(transaction, client_id, key, recipient, text, [now, now]).await
}

/// Writes a mail that isn't handed over before a time, as [`enqueue`] does. The times are those of the change that it
/// reports, by which [`cancel`] finds it, and of its first attempt.
pub async fn enqueue_until(
    transaction: &DatabaseTransaction,
    client_id: ClientId,
    key: &str,
    recipient: &str,
    text: Text,
    [changed, due]: [Moment; 2],
) -> Result<(), Error> {
    let row = mail::ActiveModel {
        id: NotSet,
        client_id: Set(client_id),
        topic: Set(text.topic),
        message_id: Set(format!("<{key}.{client_id}@clientele>")),
        recipient: Set(recipient.to_owned()),
        subject: Set(text.subject),
        body: Set(text.body),
        state: Set(MailState::Queued),
        attempts: Set(0),
        next_attempt_at: Set(due),
        problem: Set(None),
        created_at: Set(changed),
        changed_at: Set(changed),
    };
    mail::Entity::insert(row).exec_without_returning(transaction).await?;
    Ok(())
}

/// Deletes the mail to a client about a change that is taken back, by the change's time. Returns false if it isn't
/// queued any more, so that the client may have it.
pub async fn cancel(
    transaction: &DatabaseTransaction,
    client_id: ClientId,
    topic: Topic,
    changed: Moment,
) -> Result<bool, Error> {
    let of_change = Condition::all()
        .add(mail::Column::ClientId.eq(client_id))
        .add(mail::Column::Topic.eq(topic))
        .add(mail::Column::CreatedAt.eq(changed));
    let queued = mail::Entity::delete_many().filter(of_change.clone());
    queued.filter(mail::Column::State.eq(MailState::Queued)).exec(transaction).await?;
    Ok(mail::Entity::find().filter(of_change).one(transaction).await?.is_none())
}

/// The newest mail to a client about a topic.
pub async fn newest(database: &Database, client_id: ClientId, topic: Topic) -> Result<Option<Mail>, Error> {
    let of_client = mail::Entity::find().filter(mail::Column::ClientId.eq(client_id));
    let of_client = of_client.filter(mail::Column::Topic.eq(topic));
    Ok(of_client.order_by_desc(mail::Column::Id).one(database.reader()).await?)
}

/// Mails that are due, oldest first.
pub async fn due(database: &Database) -> Result<Vec<Mail>, Error> {
    let due = mail::Entity::find()
        .filter(mail::Column::State.eq(MailState::Queued))
        .filter(mail::Column::NextAttemptAt.lte(time::now()))
        .order_by_asc(mail::Column::Id)
        .limit(50);
    Ok(due.all(database.reader()).await?)
}

/// Marks a mail as being sent. Returns false when another server was faster.
pub async fn claim(database: &Database, mail: &Mail) -> Result<bool, Error> {
    let claimed = mail::ActiveModel {
        state: Set(MailState::Sending),
        attempts: Set(mail.attempts + 1),
        changed_at: Set(time::now()),
        ..Default::default()
    };
    change(database, mail, MailState::Queued, claimed).await
}

/// Notes that the mail server accepted a mail.
pub async fn note_sent(database: &Database, mail: &Mail) -> Result<(), Error> {
    let sent = mail::ActiveModel {
        state: Set(MailState::Sent),
        problem: Set(None),
        changed_at: Set(time::now()),
        ..Default::default()
    };
    change(database, mail, MailState::Sending, sent).await.map(drop)
}

/// Notes that an attempt failed. The next one is at `again`, if any.
pub async fn note_failed(
    database: &Database,
    mail: &Mail,
    from: MailState,
    problem: &str,
    again: Option<Moment>,
) -> Result<(), Error> {
    let failed = mail::ActiveModel {
        state: Set(if again.is_some() { MailState::Queued } else { MailState::Failed }),
        next_attempt_at: again.map_or(NotSet, Set),
        problem: Set(Some(problem.chars().filter(|character| !character.is_control()).take(300).collect())),
        changed_at: Set(time::now()),
        ..Default::default()
    };
    change(database, mail, from, failed).await.map(drop)
}

/// Marks as failed the mails that a server was sending when it ended.
pub async fn give_up_left_behind(database: &Database) -> Result<(), Error> {
    let left = mail::Entity::find()
        .filter(mail::Column::State.eq(MailState::Sending))
        .filter(mail::Column::ChangedAt.lt(time::now() - LEFT_BEHIND));
    for mail in left.all(database.reader()).await? {
        let problem = "the server was stopped while it was being sent, so it may have arrived or not";
        note_failed(database, &mail, MailState::Sending, problem, None).await?;
    }
    Ok(())
}

async fn change(database: &Database, mail: &Mail, from: MailState, to: mail::ActiveModel) -> Result<bool, Error> {
    let transaction = database.write().await?;
    let changed = mail::Entity::update_many()
        .set(to)
        .filter(mail::Column::Id.eq(mail.id))
        .filter(mail::Column::State.eq(from))
        .exec(&transaction)
        .await?;
    // Open pages of the client show the mail's state.
    record_changes(&transaction, &[mail.client_id]).await?;
    transaction.commit().await?;
    Ok(changed.rows_affected == 1)
}
