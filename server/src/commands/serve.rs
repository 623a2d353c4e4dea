//! `clientele serve`: runs the server.

use crate::{
    background,
    connections::{self, Limits},
    router::router,
    settings::Settings,
    state::AppState,
    telemetry,
};
use domain::{
    administrators::store,
    database::Database,
    mail::worker::Mailer,
    services::{Policy, Services},
};
use std::error::Error;
use tokio::{net::TcpListener, signal::unix::SignalKind};

/// Runs the server until a signal stops it.
pub async fn serve(settings: &Settings, database: Database) -> Result<(), Box<dyn Error + Send + Sync>> {
    connections::raise_open_files();
    let metrics = telemetry::start_metrics()?;
    let policy = Policy { confirm_above: settings.confirm_above, sends_mail: settings.smtp_url.is_some() };
    let services = Services::new(database, policy);
    let mailer = settings
        .smtp_url
        .as_ref()
        .map(|url| Mailer::new(services.database.clone(), url, settings.mail_from.clone()))
        .transpose()
        .map_err(|cause| format!("SMTP_URL can't be used: {cause}. It is like smtp://user:password@host:587."))?;
    if let Some(file) = services.database.file_open_to_others() {
        let file = file.display();
        tracing::warn!("others on this machine may read the database: chmod 600 '{file}' '{file}'-wal '{file}'-shm");
    }
    let listener = TcpListener::bind(settings.address).await.map_err(|cause| {
        format!("{} can't be listened on: {cause}. Set CLIENTELE_ADDR to another.", settings.address)
    })?;
    let address = listener.local_addr()?;
    // Loads the index of clients while the server already answers.
    let background = tokio::spawn(background::run(services.clone(), mailer, metrics.clone()));
    println!("Clientele is at http://{address}");
    match store::create_setup_token(&services.database).await? {
        Some(token) => println!("Create the first administrator at http://{address}/setup?token={token}"),
        None => println!("Sign in at http://{address}/login"),
    }
    let app = router(AppState::new(services.clone(), metrics, settings.behind_proxy));
    let stopping = services.stopping.clone();
    let stop = async move {
        stop_signal().await;
        stopping.cancel();
    };
    connections::serve(listener, app, Limits::of_process(settings.behind_proxy), stop).await;
    background.abort();
    tracing::info!("stopped");
    Ok(())
}

/// Completes at Ctrl-C or SIGTERM.
async fn stop_signal() {
    let terminate = async {
        match tokio::signal::unix::signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
    tracing::info!("stopping, as soon as running requests have ended");
}
