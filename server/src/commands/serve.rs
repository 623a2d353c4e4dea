//! `clientele serve`

use crate::{
    background,
    router::{AppState, STOP_WITHIN, router},
    settings::Settings,
    telemetry,
};
use app::{
    admins::{
        store,
        visitor::{Policy, Services},
    },
    database::Database,
    mail::worker::Mailer,
};
use axum::Router;
use std::{error::Error, net::SocketAddr};
use tokio::{net::TcpListener, signal::unix::SignalKind, sync::watch};

/// Runs the server until it is told to stop.
pub async fn serve(settings: &Settings, database: Database) -> Result<(), Box<dyn Error + Send + Sync>> {
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
    // It loads the clients meanwhile.
    let background = tokio::spawn(background::run(services.clone(), mailer));
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
    run(listener, app, stop).await?;
    background.abort();
    tracing::info!("stopped");
    Ok(())
}

/// Serves until `stop` is done, and then as long as running requests need, within bounds.
pub async fn run(
    listener: TcpListener,
    app: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (stopping, mut stopped) = watch::channel(false);
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        stop.await;
        let _ = stopping.send(true);
    });
    tokio::select! {
        ended = server => ended,
        () = async {
            let _ = stopped.wait_for(|stopping| *stopping).await;
            tokio::time::sleep(STOP_WITHIN).await;
        } => {
            tracing::warn!("some requests took too long and were ended");
            Ok(())
        }
    }
}

/// Done when the process is told to stop: Ctrl-C or SIGTERM.
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
