//! What is done beside requests.

use app::{
    admins::{store as admins, visitor::Services},
    client::store as answers,
    clients::store as clients,
    error::Error,
    mail::worker::Mailer,
};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// How often the index of clients takes in changes that nobody has asked for yet, so that whoever asks next
/// finds little left to do.
const CATCH_UP: Duration = Duration::from_secs(1);
/// How often what is no longer needed is deleted.
const PRUNE: Duration = Duration::from_hours(1);

/// How often the outbox is looked at.
const MAIL: Duration = Duration::from_secs(1);

/// Runs until it is dropped.
pub async fn run(services: Services, mailer: Option<Mailer>) {
    tokio::join!(
        repeat(CATCH_UP, || async {
            // When the server starts, and anew after it has slept for too long. A load that fails is tried again.
            services.directory.load().await?;
            services.directory.catch_up().await
        }),
        repeat(PRUNE, || async {
            admins::prune(&services.database).await?;
            answers::prune(&services.database).await?;
            clients::prune_changes(&services.database).await.map(drop)
        }),
        async {
            if let Some(mailer) = mailer {
                repeat(MAIL, || mailer.turn()).await;
            }
        }
    );
}

/// Errors are logged where they arise; the next turn tries again.
async fn repeat<Turn>(every: Duration, turn: impl Fn() -> Turn)
where
    Turn: Future<Output = Result<(), Error>>,
{
    let mut interval = interval(every);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        let _ = turn().await;
    }
}
