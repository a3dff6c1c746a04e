//! Runs the service until the process is told to stop.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use model::{AsOf, Day};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::clock::Clock;
use crate::config::Settings;
use crate::models::{Models, is_old};
use crate::routes::router;

const PAUSE_AFTER_REFUSAL: Duration = Duration::from_millis(100);

/// Why the server cannot run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {listen}; choose another address with --listen, for example 127.0.0.1:0")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// What the operating system reported.
        source: io::Error,
    },
    /// The operating system does not report signals.
    #[error("cannot wait for the signal to stop; check the limits of this user")]
    Signal(#[source] io::Error),
}

/// Serves until SIGTERM or Ctrl-C. It then takes no new requests and finishes those under way within the drain time.
///
/// `ready` is called once, with the address that the server listens on.
///
/// # Errors
/// [`ServeError`] if the address cannot be listened on, or signals cannot be waited for.
pub async fn serve(
    models: Models,
    settings: Settings,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let stop = stop_signal().map_err(ServeError::Signal)?;
    let not_listening = |source| ServeError::Listen { listen: settings.listen, source };
    let listener = TcpListener::bind(settings.listen).await.map_err(not_listening)?;
    ready(listener.local_addr().map_err(not_listening)?);
    let clock = Clock::system();
    warn_of_old_models(&models, settings.default_as_of.map_or_else(|| clock.today(), AsOf::day));
    let drain = settings.drain_timeout;
    let connections = accept(&listener, models, settings, clock, stop).await;
    drop(listener);
    tracing::info!("stopping: finishing the requests under way");
    // A caller that never finishes its request must not keep the process alive.
    if tokio::time::timeout(drain, connections.shutdown()).await.is_err() {
        tracing::warn!("stopped with requests under way: the drain time is over");
    }
    Ok(())
}

/// Warns the operator, who can retrain. Applicants read the same in a note beside each estimate.
fn warn_of_old_models(models: &Models, on: Day) {
    for loaded in models.iter() {
        let trained = loaded.model.training().as_of;
        if is_old(trained, on) {
            let days = on.since(trained.day());
            tracing::warn!(
                form = loaded.model.form().name(),
                trained_as_of = %trained,
                days,
                "this model is old: retrain it"
            );
        }
    }
}

/// Takes connections until it is time to stop.
///
/// The loop of axum sets no time limit for a request's head: a caller that sends nothing would keep its connection forever.
async fn accept(
    listener: &TcpListener,
    models: Models,
    settings: Settings,
    clock: Clock,
    stop: impl Future<Output = ()>,
) -> GracefulShutdown {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(settings.request_timeout);
    let room = Arc::new(Semaphore::new(settings.max_connections.clamp(1, Semaphore::MAX_PERMITS)));
    let app = router(models, settings, clock);
    let connections = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => return connections,
            accepted = listener.accept() => accepted,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // The usual reason is too many open files, which passes as connections end.
                tracing::warn!(%error, "cannot take a connection");
                tokio::time::sleep(PAUSE_AFTER_REFUSAL).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&room).try_acquire_owned() else { continue };
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(app.clone());
        let connection = connections.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            let _ = connection.await;
            drop(place);
        });
    }
}

/// Ends when the process is told to stop. Signals are caught as soon as this returns.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => (),
            _ = interrupt.recv() => (),
        }
    })
}

/// Ends when the process is told to stop.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
