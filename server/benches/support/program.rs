//! The program under test: its commands and its server.

use crate::{
    Failure,
    http::{Answer, Connection},
};
use std::{
    fs::{self, File},
    io::Write,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const LOGIN: &str = "bench";
const PASSWORD: &str = "a password for the bench";

/// The program on a database.
pub struct Program {
    /// The database's address.
    pub database_url: String,
    /// The working directory, which has the log.
    pub folder: PathBuf,
}

/// Measurements of a command.
pub struct Ran {
    /// Elapsed time.
    pub took: Duration,
    /// CPU time. On a busy machine the rest of the elapsed time is waiting.
    pub computed: Duration,
}

/// Index of a process's own CPU time in `/proc/PID/stat`, counted after its name.
const ITSELF: usize = 11;
/// Index of the CPU time of its children that have exited.
const ENDED_CHILDREN: usize = 13;

/// The CPU time of a process, in user mode and in the kernel.
fn computed(process: &str, place: usize) -> Result<Duration, Failure> {
    // In hundredths of a second on every kernel.
    const TICK: Duration = Duration::from_millis(10);
    let line = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let behind_name = line.rsplit_once(") ").ok_or("no name")?.1;
    let ticks: Vec<u32> = behind_name.split(' ').skip(place).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(TICK * ticks.iter().sum())
}

/// The CPU time of this process so far.
pub fn computed_here() -> Result<Duration, Failure> {
    computed("self", ITSELF)
}

/// A process that is killed on drop.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Fails where it has exited already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Program {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_clientele"));
        command.args(arguments).env("DATABASE_URL", &self.database_url).current_dir(&self.folder);
        for setting in ["RUST_LOG", "LEPTOS_SITE_ROOT", "CLIENTELE_TIMEZONE", "CLIENTELE_BEHIND_PROXY"] {
            command.env_remove(setting);
        }
        command
    }

    /// Runs a command to its end.
    pub async fn run(&self, arguments: &[&str], input: &str) -> Result<Ran, Failure> {
        let (begun, computed_before) = (Instant::now(), computed("self", ENDED_CHILDREN)?);
        let mut running =
            Running(self.command(arguments).stdin(Stdio::piped()).stdout(File::create(self.output())?).spawn()?);
        running.0.stdin.take().ok_or("no standard input")?.write_all(input.as_bytes())?;
        let status = loop {
            if let Some(status) = running.0.try_wait()? {
                break status;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        if !status.success() {
            return Err(format!("clientele {} ended with {status}", arguments.join(" ")).into());
        }
        Ok(Ran { took: begun.elapsed(), computed: computed("self", ENDED_CHILDREN)?.saturating_sub(computed_before) })
    }

    /// The standard output of the last command.
    pub fn said(&self) -> Result<String, Failure> {
        Ok(fs::read_to_string(self.output())?)
    }

    fn output(&self) -> PathBuf {
        self.folder.join("output")
    }

    /// Creates the administrator that [`Server::sign_in`] signs in.
    pub async fn create_administrator(&self) -> Result<(), Failure> {
        self.run(&["admin", "create", "--login", LOGIN, "--role", "manager"], PASSWORD).await.map(drop)
    }
}

/// `clientele serve` on a free port, which is stopped on drop.
pub struct Server {
    running: Running,
    /// Address and port that it listens on.
    pub address: SocketAddr,
    begun: Instant,
}

impl Server {
    /// Starts the server, and waits until it is ready. Its log goes to a file, as on a real server.
    pub async fn start(program: &Program) -> Result<Self, Failure> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let log = program.folder.join("log");
        let mut command = program.command(&["serve"]);
        command.env("CLIENTELE_ADDR", address.to_string()).stdout(Stdio::null()).stderr(File::create(&log)?);
        let begun = Instant::now();
        let mut server = Self { running: Running(command.spawn()?), address, begun };
        while !server.is_ready() {
            if let Some(status) = server.running.0.try_wait()? {
                return Err(format!("the server ended with {status}:\n{}", fs::read_to_string(&log)?).into());
            }
            if begun.elapsed() > Duration::from_mins(1) {
                return Err("the server isn't ready after a minute".into());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(server)
    }

    fn is_ready(&self) -> bool {
        Connection::open(self.address, "").and_then(|mut connection| connection.get("/readyz", "identity")).is_ok()
    }

    /// Time since its start.
    pub fn running(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Signs in. Returns the session's cookie.
    pub fn sign_in(&self) -> Result<String, Failure> {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("login", LOGIN)
            .append_pair("password", PASSWORD)
            .finish();
        let answer = Connection::open(self.address, "")?.post("/login", &form)?;
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        Ok(cookie.ok_or_else(|| format!("signing in: status {}, no cookie", answer.status))?.to_owned())
    }

    /// Opens a connection with a session.
    pub fn connect(&self, session: &str) -> Result<Connection, Failure> {
        Connection::open(self.address, session)
    }

    /// Sends one request on a connection of its own.
    pub fn get(&self, session: &str, path: &str) -> Result<Answer, Failure> {
        self.connect(session)?.get(path, "identity")
    }

    /// Its CPU time so far.
    pub fn computed(&self) -> Result<Duration, Failure> {
        computed(&self.running.0.id().to_string(), ITSELF)
    }

    /// A line of `/proc/PID/status`, in bytes: `VmRSS` is the memory in use, `VmHWM` its maximum.
    pub fn memory(&self, name: &str) -> Result<u64, Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.running.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let kibibytes: u64 = line.ok_or("no such line")?.trim().trim_end_matches(" kB").parse()?;
        Ok(kibibytes * 1024)
    }
}
