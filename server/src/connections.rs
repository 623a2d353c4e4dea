//! Limits on the number of connections, and timeouts.
//!
//! Every connection takes one of the process's open files. The number of connections is therefore limited, overall and
//! for each address, and some files are reserved for the database. At the limit the oldest connection without a request
//! in progress is closed in favour of the new one: a client that hoards connections loses them, and a health check
//! always gets through. The new connection is refused only while all others are being answered.

use crate::router::GRACE_PERIOD;
use app::export::hold;
use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    response::Response,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::{
    collections::HashMap,
    convert::Infallible,
    io::{self, ErrorKind, IoSlice},
    net::{IpAddr, Ipv6Addr, SocketAddr},
    pin::{Pin, pin},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::{Instant, MissedTickBehavior, interval, sleep, sleep_until, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service as _;

/// Open files reserved for the database, its journals, the mail server and the process itself.
const RESERVED: usize = 96;
/// Upper bound of the overall limit, since each connection takes memory.
const MAX_CONNECTIONS: usize = 4_096;
/// Lower bound of the overall limit.
const MIN_CONNECTIONS: usize = 16;
/// Upper bound of the limit for an address.
const MAX_PER_ADDRESS: usize = 256;

/// Bytes of the largest head of a request, and of the buffer for an answer.
const BUFFER_SIZE: usize = 128 * 1024;
/// Timeout of a new connection for the permit of the one that is closed in its favour.
const PERMIT_TIMEOUT: Duration = Duration::from_millis(250);

/// Limits on the number of connections, and timeouts.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Timeout for the head of a request, from its first byte.
    pub head: Duration,
    /// Timeout for the next request. Longer than that of usual proxies, so that the proxy closes first and never sends
    /// a request into a connection that is being closed.
    pub idle: Duration,
    /// Timeout for a client that reads nothing of its answer.
    pub write: Duration,
    /// Connections at most.
    pub overall: usize,
    /// Connections of one address at most, or of one /64 network of IPv6.
    pub per_address: usize,
}

impl Limits {
    /// Derives the limits from the files that this process may open. Behind a proxy all connections have one address.
    #[must_use]
    pub fn of_process(behind_proxy: bool) -> Self {
        let files = getrlimit(Resource::Nofile).current.and_then(|files| usize::try_from(files).ok());
        Self::for_files(files.unwrap_or(usize::MAX), behind_proxy)
    }

    fn for_files(files: usize, behind_proxy: bool) -> Self {
        let overall = files.saturating_sub(RESERVED).clamp(MIN_CONNECTIONS, MAX_CONNECTIONS);
        Self {
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            write: Duration::from_mins(1),
            overall,
            // No single address can take all connections.
            per_address: if behind_proxy { overall } else { MAX_PER_ADDRESS.min(overall / 2) },
        }
    }

    /// Interval at which timeouts are checked.
    fn sweep(&self) -> Duration {
        let shortest = self.head.min(self.idle).min(self.write);
        (shortest / 4).clamp(Duration::from_millis(10), Duration::from_secs(1))
    }
}

/// Raises the soft limit of open files to the number that all connections need, as far as the hard limit allows.
pub fn raise_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let wanted = (MAX_CONNECTIONS + RESERVED) as u64;
    let allowed = limit.maximum.map_or(wanted, |most| most.min(wanted));
    if limit.current.is_some_and(|current| current < allowed)
        && let Err(cause) = setrlimit(Resource::Nofile, Rlimit { current: Some(allowed), maximum: limit.maximum })
    {
        tracing::warn!(%cause, "the limit of open files can't be raised");
    }
}

/// Serves until `stop` completes, then waits for running requests within the grace period.
pub async fn serve(listener: TcpListener, app: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let connections = Arc::new(Connections::new(limits));
    let (tasks, stopping) = (TaskTracker::new(), CancellationToken::new());
    let mut sweep = interval(limits.sweep());
    sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            _ = sweep.tick() => connections.close_overdue(),
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    if let Some(connection) = connections.register(peer.ip()).await {
                        tasks.spawn(serve_connection(stream, peer, connection, app.clone(), stopping.clone()));
                    }
                }
                Err(cause) => connections.failed_to_accept(&cause).await,
            },
        }
    }
    drop(listener);
    stopping.cancel();
    tasks.close();
    let end = Instant::now() + GRACE_PERIOD;
    loop {
        tokio::select! {
            () = tasks.wait() => break,
            _ = sweep.tick() => connections.close_overdue(),
            () = sleep_until(end) => {
                tracing::warn!("some requests took too long and were ended");
                break;
            }
        }
    }
}

/// Answers the requests of one connection.
async fn serve_connection(
    stream: TcpStream,
    peer: SocketAddr,
    registration: Registration,
    app: Router,
    stopping: CancellationToken,
) {
    let (connection, limits) = (registration.connection.clone(), registration.connections.limits);
    let service = service_fn(|request: hyper::Request<Incoming>| {
        let answering = Answering::begin(&connection);
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = app.clone().call(request);
        async move {
            let response: Response = answer.await?;
            Ok::<_, Infallible>(response.map(|body| hold(body, answering)))
        }
    });
    let io = TokioIo::new(Watched { stream, connection: connection.clone() });
    let mut http = pin!(http1::Builder::new().max_buf_size(BUFFER_SIZE).serve_connection(io, service));
    let mut shutting_down = false;
    loop {
        tokio::select! {
            // Malformed requests and broken connections are left to hyper.
            _ = http.as_mut() => break,
            () = connection.close.notified() => {
                // Checked on this task, where no request can begin in between. One that has begun is answered.
                if connection.may_close(&limits) {
                    break;
                }
            }
            () = stopping.cancelled(), if !shutting_down => {
                shutting_down = true;
                http.as_mut().graceful_shutdown();
            }
        }
    }
}

/// All open connections.
#[derive(Debug)]
struct Connections {
    limits: Limits,
    permits: Arc<Semaphore>,
    open: Mutex<HashMap<u64, Arc<Connection>>>,
    next_id: AtomicU64,
    /// Number of connections refused since the last log line about it.
    refused: AtomicU64,
}

impl Connections {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            permits: Arc::new(Semaphore::new(limits.overall)),
            open: Mutex::default(),
            next_id: AtomicU64::default(),
            refused: AtomicU64::default(),
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Arc<Connection>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers a new connection, or refuses it.
    async fn register(self: &Arc<Self>, address: IpAddr) -> Option<Registration> {
        let network = network(address);
        let Some(permit) = self.acquire(network).await else {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return None;
        };
        let connection = Arc::new(Connection::new(network));
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        self.open().insert(id, connection.clone());
        Some(Registration { connections: self.clone(), id, connection, _permit: permit })
    }

    /// Acquires a permit for a connection from this network, and closes another connection where that is needed.
    async fn acquire(&self, network: IpAddr) -> Option<OwnedSemaphorePermit> {
        let of_network = |connection: &Connection| connection.network == network;
        let others = self.open().values().filter(|other| of_network(other) && !other.state().closing).count();
        if others >= self.limits.per_address && !self.close_oldest(of_network) {
            return None;
        }
        let permits = self.permits.clone();
        if let Ok(permit) = permits.clone().try_acquire_owned() {
            return Some(permit);
        }
        if !self.close_oldest(|_| true) {
            return None;
        }
        timeout(PERMIT_TIMEOUT, permits.acquire_owned()).await.ok()?.ok()
    }

    /// Closes the connection that has been unused for the longest time, if any of these is unused.
    fn close_oldest(&self, among: impl Fn(&Connection) -> bool) -> bool {
        let open = self.open();
        let unused = open.values().filter(|connection| among(connection)).filter_map(|connection| {
            let state = connection.state();
            (state.is_unused() && !state.closing).then_some((state.since, connection))
        });
        let oldest = unused.min_by_key(|(since, _)| *since).map(|(_, connection)| connection);
        if let Some(oldest) = oldest {
            oldest.request_close();
        }
        oldest.is_some()
    }

    /// Closes connections whose timeout has passed, and logs how many were refused.
    fn close_overdue(&self) {
        for connection in self.open().values() {
            // A variable of its own, so that the lock is released before `request_close` takes it.
            let overdue = connection.state().is_overdue(&self.limits);
            if overdue {
                connection.request_close();
            }
        }
        let refused = self.refused.swap(0, Ordering::Relaxed);
        if refused > 0 {
            tracing::warn!(refused, "connections were refused: there were as many as there may be, all in use");
        }
    }

    async fn failed_to_accept(&self, cause: &io::Error) {
        // Errors of the client's side.
        let of_client = [ErrorKind::ConnectionRefused, ErrorKind::ConnectionAborted, ErrorKind::ConnectionReset];
        if of_client.contains(&cause.kind()) {
            return;
        }
        // The process has run out of open files: more than the reserved ones are in use.
        tracing::error!(%cause, "a connection can't be accepted");
        self.close_oldest(|_| true);
        sleep(PERMIT_TIMEOUT).await;
    }
}

/// The network that counts as one address: an IPv6 subscriber owns a whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address @ IpAddr::V4(_) => address,
    }
}

/// Registration of an open connection, until it is dropped.
#[derive(Debug)]
struct Registration {
    connections: Arc<Connections>,
    id: u64,
    connection: Arc<Connection>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.connections.open().remove(&self.id);
    }
}

/// An open connection.
#[derive(Debug)]
struct Connection {
    network: IpAddr,
    state: Mutex<State>,
    /// Asks the connection's task to close it.
    close: Notify,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// Start of the phase.
    since: Instant,
    /// Time since which the client reads nothing of what is written to it.
    stuck: Option<Instant>,
    /// Whether it is being closed.
    closing: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing of the next request has arrived.
    Idle,
    /// A part of the head of a request has arrived.
    Head,
    /// A request is being answered.
    Answering,
}

impl State {
    /// Whether it can be closed without harm to a request.
    fn is_unused(&self) -> bool {
        self.phase != Phase::Answering && self.stuck.is_none()
    }

    fn is_overdue(&self, limits: &Limits) -> bool {
        let stuck = self.stuck.is_some_and(|stuck| stuck.elapsed() >= limits.write);
        stuck
            || match self.phase {
                Phase::Idle => self.stuck.is_none() && self.since.elapsed() >= limits.idle,
                Phase::Head => self.since.elapsed() >= limits.head,
                Phase::Answering => false,
            }
    }
}

impl Connection {
    fn new(network: IpAddr) -> Self {
        let state = State { phase: Phase::Idle, since: Instant::now(), stuck: None, closing: false };
        Self { network, state: Mutex::new(state), close: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn request_close(&self) {
        self.state().closing = true;
        self.close.notify_one();
    }

    fn may_close(&self, limits: &Limits) -> bool {
        let mut state = self.state();
        let may = state.is_unused() || state.is_overdue(limits);
        state.closing = may;
        may
    }

    fn enter(&self, phase: Phase) {
        let mut state = self.state();
        state.phase = phase;
        state.since = Instant::now();
    }

    fn has_read(&self) {
        if self.state().phase == Phase::Idle {
            self.enter(Phase::Head);
        }
    }

    fn has_written(&self, written: &Poll<io::Result<usize>>) {
        let mut state = self.state();
        if written.is_pending() {
            state.stuck.get_or_insert_with(Instant::now);
        } else {
            state.stuck = None;
        }
    }
}

/// Marks a connection as answering a request, until the whole answer is handed to hyper.
#[derive(Debug)]
struct Answering(Arc<Connection>);

impl Answering {
    fn begin(connection: &Arc<Connection>) -> Self {
        connection.enter(Phase::Answering);
        Self(connection.clone())
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.enter(Phase::Idle);
    }
}

/// A stream that records reads and writes in its connection.
struct Watched {
    stream: TcpStream,
    connection: Arc<Connection>,
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buf);
        if buf.filled().len() > before {
            self.connection.has_read();
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, buf);
        self.connection.has_written(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bufs);
        self.connection.has_written(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_left_for_the_database_however_few_files_there_are() {
        let limits = |files, behind_proxy| {
            let Limits { overall, per_address, .. } = Limits::for_files(files, behind_proxy);
            (overall, per_address)
        };
        assert_eq!(limits(256, false), (160, 80));
        assert_eq!(limits(1_024, false), (928, 256));
        assert_eq!(limits(usize::MAX, false), (MAX_CONNECTIONS, 256));
        assert_eq!(limits(1_024, true), (928, 928));
        assert_eq!(limits(64, false), (MIN_CONNECTIONS, MIN_CONNECTIONS / 2));
    }

    #[test]
    fn all_addresses_of_an_ipv6_network_count_as_one() {
        let same = |a: &str, b: &str| network(a.parse().unwrap()) == network(b.parse().unwrap());
        assert!(same("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"));
        assert!(!same("2001:db8:1:2::1", "2001:db8:1:3::1"));
        assert!(same("::ffff:192.0.2.1", "192.0.2.1"));
        assert!(!same("192.0.2.1", "192.0.2.2"));
    }
}
