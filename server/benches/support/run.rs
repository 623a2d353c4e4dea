//! Start and end of a benchmark.

use crate::Failure;
use std::{process::ExitCode, time::Duration};

/// Runs a benchmark on two threads, until it is done or stopped by Ctrl-C or SIGTERM.
pub fn run(bench: impl Future<Output = Result<(), Failure>>) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(cause) => {
            eprintln!("bench: {cause}");
            return ExitCode::FAILURE;
        }
    };
    // Dropping the future stops its processes and removes its files, also after a signal.
    let result = runtime.block_on(async {
        tokio::select! {
            result = bench => result,
            () = stop_signal() => Err("stopped".into()),
        }
    });
    runtime.shutdown_timeout(Duration::from_secs(2));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            eprintln!("bench: {cause}");
            ExitCode::FAILURE
        }
    }
}

async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        Err(_) => std::future::pending().await,
    }
}
