//! The tests' temporary PostgreSQL server, with settings that survive a power cut.

use crate::Failure;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use std::{
    fs,
    os::unix::{fs::MetadataExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::Command,
};

/// Restarts the server at this address, as the user that runs it. The tests' helper still stops it at the end.
pub async fn restart(url: &str) -> Result<(), Failure> {
    let connection = Database::connect(url).await?;
    let data: PathBuf = setting(&connection, "data_directory").await?.into();
    let port = setting(&connection, "port").await?;
    connection.close().await?;

    let server = fs::read_to_string(data.join("postmaster.pid"))?;
    let server = server.lines().next().ok_or("no process id")?;
    let control = fs::read_link(format!("/proc/{server}/exe"))?.with_file_name("pg_ctl");
    let options = format!(
        "-h 127.0.0.1 -p {port} -c unix_socket_directories= -c max_connections=100 -c shared_buffers=512MB \
         -c max_wal_size=4GB -c fsync=on -c full_page_writes=on -c synchronous_commit=on"
    );
    run(&control, &data, &["--mode=fast", "stop"])?;
    run(&control, &data, &["--log=log", "--options", &options, "start"])
}

async fn setting(connection: &impl ConnectionTrait, name: &str) -> Result<String, Failure> {
    let statement = Statement::from_string(DbBackend::Postgres, format!("SHOW {name}"));
    let row = connection.query_one_raw(statement).await?.ok_or("no answer")?;
    Ok(row.try_get_by_index(0)?)
}

fn run(control: &Path, data: &Path, arguments: &[&str]) -> Result<(), Failure> {
    let owner = fs::metadata(data)?;
    let mut command = Command::new(control);
    command.arg("--silent").arg("--wait").arg("--pgdata").arg(data).args(arguments);
    command.current_dir(data.parent().ok_or("no folder")?);
    if fs::metadata("/proc/self")?.uid() != owner.uid() {
        command.uid(owner.uid()).gid(owner.gid());
    }
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(format!("pg_ctl {}: {status}", arguments.join(" ")).into()) }
}
