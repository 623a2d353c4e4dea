//! How a bench begins and ends.

use crate::Failure;
use std::{process::ExitCode, time::Duration};

/// Runs a bench on two threads, until it is done or told to stop: Ctrl-C or SIGTERM.
pub fn run(bench: impl Future<Output = Result<(), Failure>>) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(cause) => {
            eprintln!("bench: {cause}");
            return ExitCode::FAILURE;
        }
    };
    // Whatever ends it, what it started and made is dropped with the future, and so stopped and removed.
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
