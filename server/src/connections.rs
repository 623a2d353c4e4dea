//! Connections: how many there are at once, and how long one may do nothing.
//!
//! A process has a limit of open files, and every connection is one of them. So the number of connections is bounded,
//! overall and for each address, and room is left for the database. Beyond the bound the oldest connection that isn't
//! being answered makes room for the new one: a client that only holds connections loses them, and a health check always
//! gets through. The new one is closed only when all of them are being answered.

use crate::router::STOP_WITHIN;
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

/// Files that are left for the database, its journals, the mail server and the process itself.
const RESERVED: usize = 96;
/// The most connections, however many files there may be: each takes some memory.
const MOST: usize = 4_096;
/// The fewest connections, however few files there may be.
const FEWEST: usize = 16;
/// The most connections of one address.
const MOST_OF_ONE: usize = 256;

/// The largest head of a request, in bytes, and what is kept of an answer until the client takes it.
const LARGEST_HEAD: usize = 128 * 1024;
/// How long a new connection waits for the file of the one that was closed for it.
const ROOM_WITHIN: Duration = Duration::from_millis(250);

/// How many connections there may be, and how long one may do nothing.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long the head of a request may take, from its first byte.
    pub head: Duration,
    /// How long a connection may wait for its next request. Longer than proxies keep theirs, so that the proxy closes
    /// first and never sends a request into a connection that is being closed.
    pub idle: Duration,
    /// How long a client may take nothing of its answer.
    pub write: Duration,
    /// The most connections.
    pub overall: usize,
    /// The most connections of one address, or of one /64 network of IPv6.
    pub per_address: usize,
}

impl Limits {
    /// The limits of this process, by the files that it may open. Behind a proxy all connections come from one address.
    #[must_use]
    pub fn of_process(behind_proxy: bool) -> Self {
        let files = getrlimit(Resource::Nofile).current.and_then(|files| usize::try_from(files).ok());
        Self::for_files(files.unwrap_or(usize::MAX), behind_proxy)
    }

    fn for_files(files: usize, behind_proxy: bool) -> Self {
        let overall = files.saturating_sub(RESERVED).clamp(FEWEST, MOST);
        Self {
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            write: Duration::from_mins(1),
            overall,
            // One address alone never takes all of them.
            per_address: if behind_proxy { overall } else { MOST_OF_ONE.min(overall / 2) },
        }
    }

    /// How often connections are looked at.
    fn sweep(&self) -> Duration {
        let shortest = self.head.min(self.idle).min(self.write);
        (shortest / 4).clamp(Duration::from_millis(10), Duration::from_secs(1))
    }
}

/// Lets the process open as many files as all connections need, where the operator's hard limit allows it: the usual
/// soft limit is only there for programs that know no other.
pub fn raise_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let wanted = (MOST + RESERVED) as u64;
    let allowed = limit.maximum.map_or(wanted, |most| most.min(wanted));
    if limit.current.is_some_and(|current| current < allowed)
        && let Err(cause) = setrlimit(Resource::Nofile, Rlimit { current: Some(allowed), maximum: limit.maximum })
    {
        tracing::warn!(%cause, "the limit of open files can't be raised");
    }
}

/// Serves until `stop` is done, and then as long as running requests need, within bounds.
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
                    if let Some(connection) = connections.enter(peer.ip()).await {
                        tasks.spawn(talk(stream, peer, connection, app.clone(), stopping.clone()));
                    }
                }
                Err(cause) => connections.failed_to_accept(&cause).await,
            },
        }
    }
    drop(listener);
    stopping.cancel();
    tasks.close();
    let end = Instant::now() + STOP_WITHIN;
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
async fn talk(stream: TcpStream, peer: SocketAddr, entered: Entered, app: Router, stopping: CancellationToken) {
    let (connection, limits) = (entered.connection.clone(), entered.connections.limits);
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
    let mut conversation = pin!(http1::Builder::new().max_buf_size(LARGEST_HEAD).serve_connection(io, service));
    let mut stopped = false;
    loop {
        tokio::select! {
            // Requests that make no sense and connections that break are answered or given up by hyper.
            _ = conversation.as_mut() => break,
            () = connection.told.notified() => {
                // Asked here, where no request can begin in between: one that has begun is answered.
                if connection.may_close(&limits) {
                    break;
                }
            }
            () = stopping.cancelled(), if !stopped => {
                stopped = true;
                conversation.as_mut().graceful_shutdown();
            }
        }
    }
}

/// All open connections.
#[derive(Debug)]
struct Connections {
    limits: Limits,
    places: Arc<Semaphore>,
    open: Mutex<HashMap<u64, Arc<Connection>>>,
    last: AtomicU64,
    /// How many were refused since it was last written to the log.
    refused: AtomicU64,
}

impl Connections {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            places: Arc::new(Semaphore::new(limits.overall)),
            open: Mutex::default(),
            last: AtomicU64::default(),
            refused: AtomicU64::default(),
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Arc<Connection>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a new connection in, or refuses it.
    async fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Entered> {
        let network = network(address);
        let Some(place) = self.place(network).await else {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return None;
        };
        let connection = Arc::new(Connection::new(network));
        let id = self.last.fetch_add(1, Ordering::Relaxed);
        self.open().insert(id, connection.clone());
        Some(Entered { connections: self.clone(), id, connection, _place: place })
    }

    /// A place for a connection from this network, by closing another one where that is needed.
    async fn place(&self, network: IpAddr) -> Option<OwnedSemaphorePermit> {
        let of_network = |connection: &Connection| connection.network == network;
        let others = self.open().values().filter(|other| of_network(other) && !other.state().told).count();
        if others >= self.limits.per_address && !self.close_oldest(of_network) {
            return None;
        }
        let places = self.places.clone();
        if let Ok(place) = places.clone().try_acquire_owned() {
            return Some(place);
        }
        if !self.close_oldest(|_| true) {
            return None;
        }
        timeout(ROOM_WITHIN, places.acquire_owned()).await.ok()?.ok()
    }

    /// Closes the connection that has been without a request for the longest time, if there is one among these.
    fn close_oldest(&self, among: impl Fn(&Connection) -> bool) -> bool {
        let open = self.open();
        let unused = open.values().filter(|connection| among(connection)).filter_map(|connection| {
            let state = connection.state();
            (state.is_unused() && !state.told).then_some((state.since, connection))
        });
        let oldest = unused.min_by_key(|(since, _)| *since).map(|(_, connection)| connection);
        if let Some(oldest) = oldest {
            oldest.tell();
        }
        oldest.is_some()
    }

    /// Closes what has done nothing for too long.
    fn close_overdue(&self) {
        for connection in self.open().values() {
            // The lock is given back before the connection is told.
            let overdue = connection.state().is_overdue(&self.limits);
            if overdue {
                connection.tell();
            }
        }
        let refused = self.refused.swap(0, Ordering::Relaxed);
        if refused > 0 {
            tracing::warn!(refused, "connections were refused: there were as many as there may be, all in use");
        }
    }

    async fn failed_to_accept(&self, cause: &io::Error) {
        // The visitor's own affair.
        let theirs = [ErrorKind::ConnectionRefused, ErrorKind::ConnectionAborted, ErrorKind::ConnectionReset];
        if theirs.contains(&cause.kind()) {
            return;
        }
        // Other files of the process were more than expected.
        tracing::error!(%cause, "a connection can't be accepted");
        self.close_oldest(|_| true);
        sleep(ROOM_WITHIN).await;
    }
}

/// The network that counts as one address: an IPv6 subscriber has all of a /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address @ IpAddr::V4(_) => address,
    }
}

/// An open connection's place, until it is dropped.
#[derive(Debug)]
struct Entered {
    connections: Arc<Connections>,
    id: u64,
    connection: Arc<Connection>,
    _place: OwnedSemaphorePermit,
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.connections.open().remove(&self.id);
    }
}

/// An open connection.
#[derive(Debug)]
struct Connection {
    network: IpAddr,
    state: Mutex<State>,
    /// Tells its task to see whether to close it.
    told: Notify,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// Since when it is in this phase.
    since: Instant,
    /// Since when the client takes nothing of what is there for it.
    stuck: Option<Instant>,
    /// Whether it is about to be closed.
    told: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing of the next request is there.
    Idle,
    /// The head of a request is on its way.
    Head,
    /// A request is being answered.
    Answering,
}

impl State {
    /// Whether closing it disturbs no request.
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
        let state = State { phase: Phase::Idle, since: Instant::now(), stuck: None, told: false };
        Self { network, state: Mutex::new(state), told: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self) {
        self.state().told = true;
        self.told.notify_one();
    }

    fn may_close(&self, limits: &Limits) -> bool {
        let mut state = self.state();
        let may = state.is_unused() || state.is_overdue(limits);
        state.told = may;
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

/// A request that is being answered, until its answer is handed over as a whole.
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

/// A connection whose reading and writing is noted.
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
        assert_eq!(limits(usize::MAX, false), (MOST, 256));
        assert_eq!(limits(1_024, true), (928, 928));
        assert_eq!(limits(64, false), (FEWEST, FEWEST / 2));
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
