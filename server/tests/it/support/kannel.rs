//! Debian's Kannel: a bearerbox with a fake operator that delivers everything, and a smsbox to send through.
//!
//! As with PostgreSQL, a shell starts the programs, waits for the end of its standard input, and stops them.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A running gateway, which is stopped on drop.
pub struct Kannel {
    folder: PathBuf,
    port: u16,
    stdin: Option<ChildStdin>,
    shell: Child,
}

/// Timeout for all waiting.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Each program exits when the one it depends on isn't ready, so it is restarted until it stays. At the end it gets
/// some seconds to shut down.
const SHELL: &str = r#"
    trap '' PIPE
    cd "$FOLDER" || exit
    persist() {
        (trap exit TERM; until timeout --foreground --kill-after=5 1h "$@"; do sleep 0.1; done) >>log 2>&1 &
        programs="$programs $!"
    }
    persist bearerbox -v 4 kannel.conf
    persist /usr/lib/kannel/test/fakesmsc -H 127.0.0.1 -r "$OPERATOR" -m 0 '1 2 text x'
    persist smsbox -v 4 kannel.conf
    echo started
    read -r _
    trap : TERM
    kill -TERM 0
    wait $programs
    rm -rf "$FOLDER"
"#;

impl Kannel {
    /// Starts a gateway on free ports, and waits until it accepts messages.
    pub fn start() -> Self {
        assert!(
            PathBuf::from("/usr/lib/kannel/test/fakesmsc").exists(),
            "Kannel: install Debian's packages `kannel` and `kannel-extras`"
        );
        let free: Vec<TcpListener> = (0..4).map(|_| TcpListener::bind("127.0.0.1:0").expect("a free port")).collect();
        let ports: Vec<u16> = free.iter().map(|free| free.local_addr().expect("its address").port()).collect();
        drop(free);
        let &[admin, boxes, operator, port] = ports.as_slice() else { panic!("four ports") };
        let folder = tempfile::Builder::new().prefix("clientele-kannel-").tempdir().expect("a folder").keep();
        fs::write(folder.join("kannel.conf"), settings(admin, boxes, operator, port)).expect("a file");
        let mut shell = Command::new("sh");
        shell.args(["-c", SHELL]).env("FOLDER", &folder).env("OPERATOR", operator.to_string()).env("TZ", "UTC");
        shell.env("PATH", format!("/usr/sbin:{}", std::env::var("PATH").unwrap_or_default()));
        shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let mut shell = shell.spawn().expect("a shell");
        let stdin = shell.stdin.take();
        let mut line = String::new();
        BufReader::new(shell.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        assert_eq!(line, "started\n");
        let kannel = Self { folder, port, stdin, shell };
        let status = format!("http://127.0.0.1:{admin}/status.txt?password=status");
        kannel.wait_until("it is ready", || {
            get(&status).is_some_and(|status| status.contains("(online") && status.contains("smsbox:"))
                && get(&format!("http://127.0.0.1:{port}/")).is_some()
        });
        kannel
    }

    /// Sends a message, which must be accepted.
    pub fn send(&self, fields: &[(&str, &str)]) {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("username", "tests"), ("password", "tests")])
            .extend_pairs(fields)
            .finish();
        let answer = get(&format!("http://127.0.0.1:{}/cgi-bin/sendsms?{query}", self.port));
        assert_eq!(answer.as_deref(), Some("0: Accepted for delivery"), "{query}\n{}", self.log());
    }

    /// Waits for a number of lines with a text in the bearerbox's access log, and returns the log.
    pub fn access_log(&self, lines: usize, text: &str) -> Vec<u8> {
        let read = || fs::read(self.folder.join("access.log")).unwrap_or_default();
        self.wait_until("the access log is whole", || String::from_utf8_lossy(&read()).matches(text).count() >= lines);
        read()
    }

    fn wait_until(&self, what: &str, done: impl Fn() -> bool) {
        let begun = Instant::now();
        while !done() {
            assert!(begun.elapsed() < TIMEOUT, "Kannel: {what}: waited for too long\n{}", self.log());
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Kannel {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.shell.wait();
    }
}

fn settings(admin: u16, boxes: u16, operator: u16, port: u16) -> String {
    format!(
        r"
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = admin
status-password = status
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
access-log = access.log
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = one
host = 127.0.0.1
port = {operator}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
sendsms-port = {port}
sendsms-interface = 127.0.0.1

group = sendsms-user
username = tests
password = tests
max-messages = 10
concatenation = true
"
    )
}

/// The body of an answer with any status.
fn get(address: &str) -> Option<String> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(10)))
        .proxy(None)
        .build()
        .into();
    agent.get(address).call().ok()?.body_mut().read_to_string().ok()
}
