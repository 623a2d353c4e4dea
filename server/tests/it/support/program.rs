//! `clientele serve` as a process.

use super::{PROGRAM, TestDatabase, server::Browser};
use std::{
    io::{BufRead as _, BufReader, Lines, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::{Child, ChildStdout, Command, ExitStatus},
    thread,
    time::{Duration, Instant},
};

/// A running `clientele serve`, which is killed on drop.
pub struct Serving {
    /// Address and port that it listens on.
    pub address: SocketAddr,
    /// The line of its output with the link to sign in or set up.
    pub way_in: String,
    child: Child,
    _stdout: Lines<BufReader<ChildStdout>>,
}

impl Serving {
    /// Starts the server on a free port, and waits until it is ready.
    pub fn start(test: &TestDatabase, settings: &[(&str, &str)]) -> Self {
        Self::begin(test.command(&["serve"]), settings)
    }

    /// Starts the server with a limit of open files.
    pub fn start_with_files(test: &TestDatabase, files: u32) -> Self {
        let script = format!("ulimit -n {files} && exec \"$0\" serve");
        Self::begin(test.command_of("sh", &["-c", &script, PROGRAM]), &[])
    }

    fn begin(mut command: Command, settings: &[(&str, &str)]) -> Self {
        command.env("CLIENTELE_ADDR", "127.0.0.1:0").envs(settings.iter().copied());
        let mut child = command.spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its standard output")).lines();
        let mut line = || lines.next().expect("a line").expect("text");
        let (where_it_is, way_in) = (line(), line());
        let address = where_it_is.strip_prefix("Clientele is at http://").expect(&where_it_is);
        let serving = Self { address: address.parse().expect("an address"), way_in, child, _stdout: lines };
        let begun = Instant::now();
        while !serving.is_ready() {
            assert!(begun.elapsed() < Duration::from_mins(1), "it isn't ready");
            thread::sleep(Duration::from_millis(10));
        }
        serving
    }

    fn is_ready(&self) -> bool {
        let mut answer = String::new();
        TcpStream::connect(self.address).is_ok_and(|mut stream| {
            stream.write_all(b"GET /readyz HTTP/1.0\r\n\r\n").is_ok() && stream.read_to_string(&mut answer).is_ok()
        }) && answer.lines().next().is_some_and(|status| status.contains(" 200 "))
    }

    /// The token of the printed set-up link, if there is one.
    pub fn setup_token(&self) -> Option<String> {
        let link = format!("Create the first administrator at http://{}/setup?token=", self.address);
        self.way_in.strip_prefix(&link).map(str::to_owned)
    }

    /// A browser without a session.
    pub fn browser(&self) -> Browser {
        Browser::new(self.address)
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        let status = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(status.expect("kill runs").success());
    }

    /// Sends SIGKILL, which is like a power cut.
    pub fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Kills the server and returns its log.
    pub fn log(mut self) -> Vec<String> {
        self.kill();
        let log = self.child.stderr.take().expect("its standard error");
        BufReader::new(log).lines().map(|line| line.expect("text")).collect()
    }

    /// Its exit status, once it has exited.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("its state")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Fails where it has exited already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
