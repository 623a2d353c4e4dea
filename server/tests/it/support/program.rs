//! `clientele serve`, as a process of its own.

use super::{PROGRAM, TestDatabase, server::Browser};
use std::{
    io::{BufRead as _, BufReader, Lines, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::{Child, ChildStdout, Command, ExitStatus},
    thread,
    time::{Duration, Instant},
};

/// A running `clientele serve`, which ends with its value.
pub struct Serving {
    /// Where it listens.
    pub address: SocketAddr,
    /// The line that says how to get in.
    pub way_in: String,
    child: Child,
    _stdout: Lines<BufReader<ChildStdout>>,
}

impl Serving {
    /// Starts it on a free port, and waits until it is ready.
    pub fn start(test: &TestDatabase, settings: &[(&str, &str)]) -> Self {
        Self::begin(test.command(&["serve"]), settings)
    }

    /// Starts it as [`Self::start`] does, with a limit of open files.
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

    /// The token of the set-up link that was printed, if one was.
    pub fn setup_token(&self) -> Option<String> {
        let link = format!("Create the first administrator at http://{}/setup?token=", self.address);
        self.way_in.strip_prefix(&link).map(str::to_owned)
    }

    /// A browser that nobody has signed in with.
    pub fn browser(&self) -> Browser {
        Browser::new(self.address)
    }

    /// Tells it to stop.
    pub fn terminate(&self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(told.expect("kill runs").success());
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Ends it at once, and says what it has written to the log.
    pub fn log(mut self) -> Vec<String> {
        self.kill();
        let log = self.child.stderr.take().expect("its standard error");
        BufReader::new(log).lines().map(|line| line.expect("text")).collect()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("its state")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
