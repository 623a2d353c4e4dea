//! A temporary PostgreSQL server for a run of the tests, from Debian's server programs.
//!
//! A shell starts the server, waits for the end of its standard input, and then stops the server and removes its
//! folder. The input ends with the process of the tests, also when that is killed.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    os::unix::{
        fs::{MetadataExt as _, chown},
        process::CommandExt as _,
    },
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

/// The address of a fresh, empty database. The first call starts the server.
pub fn database_url() -> String {
    static SERVER: LazyLock<Server> = LazyLock::new(Server::start);
    static DATABASES: AtomicU32 = AtomicU32::new(0);

    let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let output = Command::new(SERVER.programs.join("createdb"))
        .args(["--host=127.0.0.1", &format!("--port={}", SERVER.port), "--username=tests", &name])
        .output()
        .expect("createdb runs");
    assert!(output.status.success(), "createdb: {}", String::from_utf8_lossy(&output.stderr));
    format!("postgres://tests@127.0.0.1:{}/{name}", SERVER.port)
}

struct Server {
    programs: PathBuf,
    port: u16,
    /// Its end tells the shell to stop the server.
    _shell: Child,
}

/// The data needn't survive a power cut, so nothing waits for the disk. PIPE: when the tests are killed while the
/// server starts, the shell's output is closed, and the server must still be stopped.
const SHELL: &str = r#"
    trap '' PIPE
    cd "$FOLDER" || exit
    initdb --pgdata=data --username=tests --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >log 2>&1 &&
    pg_ctl --pgdata=data --log=log --wait start --options="-h 127.0.0.1 -p $PORT -c unix_socket_directories= \
        -c max_connections=300 -c fsync=off -c synchronous_commit=off -c full_page_writes=off" >>log 2>&1 &&
    echo started || cat log
    read -r _
    pg_ctl --pgdata=data --mode=immediate stop >>log 2>&1
    rm -rf "$FOLDER"
"#;

impl Server {
    fn start() -> Self {
        let programs = newest_programs();
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let folder = tempfile::Builder::new().prefix("clientele-postgres-").tempdir().expect("a folder").keep();
        let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
        let mut shell = Command::new("sh");
        shell.args(["-c", SHELL]).env("FOLDER", &folder).env("PORT", port.to_string()).env("PATH", path);
        // A process group of its own, since Ctrl-C would otherwise kill the shell before it cleans up.
        shell.stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
        if let Some((user, group)) = other_than_root() {
            chown(&folder, Some(user), Some(group)).expect("the folder can be given away");
            shell.uid(user).gid(group);
        }
        let mut shell = shell.spawn().expect("a shell");
        let output = BufReader::new(shell.stdout.take().expect("its standard output"));
        let mut lines = output.lines().map_while(Result::ok);
        let first = lines.next().unwrap_or_default();
        if first != "started" {
            drop(shell.stdin.take());
            let log: Vec<_> = lines.collect();
            let _ = shell.wait();
            panic!("PostgreSQL doesn't start:\n{first}\n{}", log.join("\n"));
        }
        Self { programs, port, _shell: shell }
    }
}

fn newest_programs() -> PathBuf {
    let version = |path: &PathBuf| -> Option<u32> { path.parent()?.file_name()?.to_str()?.parse().ok() };
    fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|path| path.join("initdb").exists())
        .max_by_key(version)
        .expect("PostgreSQL's server programs: install Debian's package `postgresql`")
}

/// The user that runs PostgreSQL where the tests run as root, which it refuses: `postgres` or `nobody`.
fn other_than_root() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").ok()?;
    ["postgres", "nobody"].iter().find_map(|name| {
        let mut user = users.lines().map(|line| line.split(':')).find(|user| user.clone().next() == Some(*name))?;
        Some((user.nth(2)?.parse().ok()?, user.next()?.parse().ok()?))
    })
}
