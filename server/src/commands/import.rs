//! `clientele import`: imports a file into the database.
//!
//! One thread reads and parses lines, and sends them in batches to a task that writes them. Each batch is a
//! transaction, so a program that is killed leaves no half batch.

use domain::{
    actor::Actor,
    clients,
    database::Database,
    imports,
    intake::{
        Counts, LineError, Outcome,
        reader::{Reader, Unreadable},
        record::Record,
        writer::{Line, Writer},
    },
    kannel::{
        log::{Entry, Log},
        store as kannel_store,
    },
    messages, names,
    operators::{record as operator_record, store as number_store},
};
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    ffi::OsString,
    fmt,
    fs::File,
    io::{self, Read},
    path::PathBuf,
    process::ExitCode,
    thread,
};
use tokio::sync::mpsc;
use values::error::Error;

/// The source of the lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// `-`
    StandardInput,
    /// Any other path.
    File(PathBuf),
}

/// An error that ends an import early.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0} can't be opened: {1}")]
    Unopened(Source, io::Error),
    #[error("{0} can't be read: {1}")]
    Unreadable(Source, Unreadable),
    #[error("the database failed, as the log says: put it right and import the whole file again")]
    Database(#[from] Error),
    #[error("reading {0} failed by a fault of the program")]
    Fault(Source),
}

/// Lines that are written in one transaction.
struct Batch<L> {
    lines: Vec<L>,
    refusals: Vec<LineError>,
    /// Bytes of the source that are read so far.
    position: u64,
    /// Number of lines so far that carry nothing new.
    skipped: u64,
}

/// Bytes after which a batch ends, also with fewer lines.
const BATCH_BYTES: u64 = 4 * 1024 * 1024;

/// Parsed lines of a source.
trait Input<L> {
    fn next(&mut self) -> io::Result<Option<Result<L, LineError>>>;

    /// Bytes of the lines so far.
    fn consumed(&self) -> u64;

    /// Number of lines so far that carry nothing new.
    fn skipped(&self) -> u64;
}

/// Records of CSV or NDJSON, with the parser of each.
struct Records<L> {
    reader: Reader<Bytes>,
    parse: fn(Record) -> Result<L, LineError>,
}

type Bytes = Box<dyn Read + Send>;

impl<L> Input<L> for Records<L> {
    fn next(&mut self) -> io::Result<Option<Result<L, LineError>>> {
        Ok(self.reader.next().transpose()?.map(|record| record.and_then(self.parse)))
    }

    fn consumed(&self) -> u64 {
        self.reader.consumed()
    }

    fn skipped(&self) -> u64 {
        0
    }
}

impl Input<Entry> for Log<Bytes> {
    fn next(&mut self) -> io::Result<Option<Result<Entry, LineError>>> {
        Iterator::next(self).transpose()
    }

    fn consumed(&self) -> u64 {
        Log::consumed(self)
    }

    fn skipped(&self) -> u64 {
        Log::skipped(self)
    }
}

/// A file format: opens an input, and has the number of lines in a batch.
struct Format<O> {
    open: O,
    batch: usize,
}

fn records<L>(
    fields: &'static [&'static str],
    parse: fn(Record) -> Result<L, LineError>,
    batch: usize,
) -> Format<impl FnOnce(Bytes) -> Result<Records<L>, Unreadable>> {
    Format { open: move |bytes| Ok(Records { reader: Reader::open(bytes, fields)?, parse }), batch }
}

/// Imports clients. Refused lines and warnings go to standard error, the counts to standard output.
///
/// The exit code is 0 without refused lines, 1 with some, and 2 after an error of reading or writing.
pub async fn import_clients(database: &Database, source: &Source, dry_run: bool) -> ExitCode {
    let format = records(clients::fields::FIELDS, clients::fields::parse, imports::clients::BATCH);
    import(database, source, dry_run, format).await
}

/// Imports messages and their statuses in the same way.
pub async fn import_messages(database: &Database, source: &Source, dry_run: bool) -> ExitCode {
    let format = records(messages::record::FIELDS, messages::record::parse, messages::store::BATCH);
    import(database, source, dry_run, format).await
}

/// Imports names in the same way.
pub async fn import_names(database: &Database, source: &Source, dry_run: bool) -> ExitCode {
    import(database, source, dry_run, records(names::record::FIELDS, names::record::parse, imports::names::BATCH)).await
}

/// Imports operators in the same way.
pub async fn import_operators(database: &Database, source: &Source, dry_run: bool) -> ExitCode {
    let format = records(operator_record::FIELDS, operator_record::parse, number_store::BATCH);
    import(database, source, dry_run, format).await
}

/// Imports the access log of Kannel's bearerbox in the same way. Its times are local times of `zone`.
///
/// # Errors
/// The database can't be read.
pub async fn import_kannel_log(
    database: &Database,
    source: &Source,
    dry_run: bool,
    zone: chrono_tz::Tz,
) -> Result<ExitCode, Error> {
    let key = kannel_store::key(database, dry_run).await?;
    let numbers = number_store::read(database).await?;
    let open = move |bytes| Ok(Log::open(bytes, zone, key, numbers)?);
    Ok(import(database, source, dry_run, Format { open, batch: kannel_store::BATCH }).await)
}

async fn import<L, I, O>(database: &Database, source: &Source, dry_run: bool, format: Format<O>) -> ExitCode
where
    L: Line,
    I: Input<L>,
    O: FnOnce(Bytes) -> Result<I, Unreadable> + Send + 'static,
{
    let mut counts = Counts::default();
    let mut skipped = 0;
    let result = run(database, source, dry_run, format, &mut counts, &mut skipped).await;
    let code = match &result {
        Ok(()) if counts.refused == 0 => 0,
        Ok(()) => 1,
        Err(failure) => {
            print(io::stderr(), &format!("{failure}\n"));
            2
        }
    };
    if result.is_ok() || counts != Counts::default() {
        let skipped = if skipped == 0 { String::new() } else { format!(", skipped {skipped}") };
        print(io::stdout(), &format!("{counts}{skipped}\n"));
    }
    ExitCode::from(code)
}

async fn run<L, I, O>(
    database: &Database,
    source: &Source,
    dry_run: bool,
    format: Format<O>,
    counts: &mut Counts,
    skipped: &mut u64,
) -> Result<(), Failure>
where
    L: Line,
    I: Input<L>,
    O: FnOnce(Bytes) -> Result<I, Unreadable> + Send + 'static,
{
    let (input, size) = source.open().map_err(|cause| Failure::Unopened(source.clone(), cause))?;
    let (sender, mut batches) = mpsc::channel(2);
    // A thread outside of the runtime, which would wait for it at the end: it may be blocked on a terminal.
    let reading = thread::spawn(move || read_all(input, format, &sender));

    let author = Actor::command_line();
    let writer = if dry_run { Writer::rehearse(database, author).await? } else { Writer::new(database, author) };
    let bar = progress_bar(size);
    while let Some(batch) = batches.recv().await {
        let mut batch: Batch<L> = batch.map_err(|cause| Failure::Unreadable(source.clone(), cause))?;
        let mut outcome = if batch.lines.is_empty() { Outcome::default() } else { writer.write(&batch.lines).await? };
        outcome.refusals.append(&mut batch.refusals);
        outcome.refusals.sort_unstable_by_key(|refusal| refusal.line);
        counts.add(&outcome);
        *skipped = batch.skipped;
        let refused = outcome.refusals.iter().map(|refusal| format!("{refusal}\n"));
        let warned = outcome.warnings.iter().map(|warning| format!("warning: {warning}\n"));
        let report: String = refused.chain(warned).collect();
        bar.suspend(|| print(io::stderr(), &report));
        bar.set_position(batch.position);
        bar.set_message(counts.to_string());
    }
    bar.finish_and_clear();
    reading.join().map_err(|_| Failure::Fault(source.clone()))?;
    Ok(writer.finish().await?)
}

/// Reads until the source ends or the receiver is gone.
fn read_all<L, I: Input<L>>(
    bytes: Bytes,
    format: Format<impl FnOnce(Bytes) -> Result<I, Unreadable>>,
    batches: &mpsc::Sender<Result<Batch<L>, Unreadable>>,
) {
    let Format { open, batch: size } = format;
    let send_all = || {
        let mut input = open(bytes)?;
        while let Some(batch) = next_batch(&mut input, size)? {
            if batches.blocking_send(Ok(batch)).is_err() {
                break;
            }
        }
        Ok(())
    };
    if let Err(cause) = send_all() {
        // Fails where the receiver is gone, which then has an error of its own.
        let _ = batches.blocking_send(Err(cause));
    }
}

/// Up to `size` lines; `None` at the end.
fn next_batch<L, I: Input<L>>(input: &mut I, size: usize) -> Result<Option<Batch<L>>, Unreadable> {
    let start = input.consumed();
    let (mut lines, mut refusals) = (Vec::with_capacity(size), Vec::new());
    while lines.len() + refusals.len() < size && input.consumed() - start < BATCH_BYTES {
        match input.next()? {
            None => break,
            Some(Ok(line)) => lines.push(line),
            Some(Err(refusal)) => refusals.push(refusal),
        }
    }
    let (position, skipped) = (input.consumed(), input.skipped());
    Ok((position > start).then_some(Batch { lines, refusals, position, skipped }))
}

/// Progress of the import, which indicatif draws on terminals only.
fn progress_bar(size: Option<u64>) -> ProgressBar {
    let (bar, template) = match size {
        Some(size) => (ProgressBar::new(size), "{wide_bar} {bytes} of {total_bytes}, {eta} left: {msg}"),
        None => (ProgressBar::no_length(), "{spinner} {bytes}, {elapsed}: {msg}"),
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Prints to a stream. Unlike `println!` it doesn't panic on a closed pipe.
fn print(mut stream: impl io::Write, text: &str) {
    let _ = stream.write_all(text.as_bytes());
}

impl Source {
    /// Opens the source. Returns its bytes, and their number where it is known.
    fn open(&self) -> io::Result<(Bytes, Option<u64>)> {
        match self {
            Self::StandardInput => Ok((Box::new(io::stdin()), None)),
            Self::File(path) => {
                let file = File::open(path)?;
                let metadata = file.metadata()?;
                let size = metadata.is_file().then_some(metadata.len());
                Ok((Box::new(file), size))
            }
        }
    }
}

impl From<OsString> for Source {
    fn from(path: OsString) -> Self {
        if path == "-" { Self::StandardInput } else { Self::File(path.into()) }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StandardInput => f.write_str("standard input"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}
