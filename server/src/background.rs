//! Periodic work beside requests.

use domain::{
    administrators::store as admins, clients::store as clients, form_answers as answers, mail::worker::Mailer,
    services::Services,
};
use metrics_exporter_prometheus::PrometheusHandle;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use values::error::Error;

/// Interval at which the index of clients applies changes, so that the next search has few left to apply.
const CATCH_UP: Duration = Duration::from_secs(1);
/// Interval at which expired rows are deleted.
const PRUNE: Duration = Duration::from_hours(1);
/// Interval at which the outbox is polled.
const MAIL: Duration = Duration::from_secs(1);
/// Interval at which measurements are aggregated. Until then each takes memory, also where nothing scrapes `/metrics`.
const AGGREGATE: Duration = Duration::from_secs(5);

/// Runs all periodic work until it is dropped.
pub async fn run(services: Services, mailer: Option<Mailer>, metrics: PrometheusHandle) {
    tokio::join!(
        aggregate(metrics, AGGREGATE),
        repeat(CATCH_UP, || async {
            // Loads at the start, and once more after the machine has slept for too long. A failed load is retried.
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

async fn aggregate(metrics: PrometheusHandle, every: Duration) {
    repeat(every, async || {
        metrics.run_upkeep();
        Ok(())
    })
    .await;
}

/// Runs `turn` at an interval. Errors are logged where they arise, and the next turn is the retry.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry;
    use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};

    /// Resident memory of this process, in bytes.
    fn memory() -> usize {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn measurements_that_nobody_asks_for_do_not_pile_up() {
        let name = Matcher::Full(telemetry::DURATION.to_owned());
        let recorder = PrometheusBuilder::new().set_buckets_for_metric(name, &[1.0]).unwrap().build_recorder();
        let aggregating = tokio::spawn(aggregate(recorder.handle(), Duration::from_millis(5)));
        let before = memory();
        let mut grown = 0;
        for _ in 0..80 {
            metrics::with_local_recorder(&recorder, || {
                let histogram = metrics::histogram!(telemetry::DURATION);
                (0..100_000).for_each(|_| histogram.record(0.5));
            });
            tokio::time::sleep(Duration::from_millis(10)).await;
            grown = memory().saturating_sub(before);
        }
        aggregating.abort();
        // All measurements would take 200 MB.
        assert!(grown < 60_000_000, "{grown} bytes");
        // The library may lose measurements that are recorded while it aggregates.
        let text = recorder.handle().render();
        let (_, count) = text.split_once("http_request_duration_seconds_count ").unwrap();
        let count: u32 = count.lines().next().unwrap().parse().unwrap();
        assert!((7_500_000..=8_000_000).contains(&count), "{count}");
    }
}
