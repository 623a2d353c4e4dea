//! `clientele import`: a file into the database.
//!
//! One thread reads and understands the lines while the other writes what the first has understood, batch by
//! batch. A batch is in the database as a whole or not at all, whenever the program is stopped.

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

/// Where the lines come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// `-`
    StandardInput,
    /// Any other path.
    File(PathBuf),
}

/// Why an import came to an end before its source did.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0} can't be opened: {1}")]
    Closed(Source, io::Error),
    #[error("{0} can't be read: {1}")]
    Unreadable(Source, Unreadable),
    #[error("the database failed, as the log says: put it right and import the whole file again")]
    Database(#[from] Error),
    #[error("reading {0} failed by a fault of the program")]
    Fault(Source),
}

/// As many lines as are written at once.
struct Batch<L> {
    lines: Vec<L>,
    refusals: Vec<LineError>,
    /// How far the source is read.
    position: u64,
    /// How many lines so far say nothing new.
    skipped: u64,
}

/// A batch of long lines ends after so many bytes.
const BATCH_BYTES: u64 = 4 * 1024 * 1024;

/// Lines that come out of a source.
trait Input<L> {
    fn next(&mut self) -> io::Result<Option<Result<L, LineError>>>;

    /// How many bytes the lines so far took.
    fn consumed(&self) -> u64;

    /// How many lines so far say nothing new.
    fn skipped(&self) -> u64;
}

/// Records, and what each means.
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

/// How a kind of file is opened, and how many of its lines are written at once.
struct Grammar<O> {
    open: O,
    batch: usize,
}

fn records<L>(
    fields: &'static [&'static str],
    parse: fn(Record) -> Result<L, LineError>,
    batch: usize,
) -> Grammar<impl FnOnce(Bytes) -> Result<Records<L>, Unreadable>> {
    Grammar { open: move |bytes| Ok(Records { reader: Reader::open(bytes, fields)?, parse }), batch }
}

/// Imports clients. Names every refused line, and every one to look at, on standard error and counts all of them on standard output.
///
/// The exit code is 0 when nothing was refused, 1 when lines were, 2 when it couldn't be read or written.
pub async fn import_clients(database: &Database, source: &Source, dry_run: bool) -> ExitCode {
    let grammar = records(clients::record::FIELDS, clients::record::parse, imports::clients::BATCH);
    import(database, source, dry_run, grammar).await
}

/// Imports messages, and what became of them, in the same way.
pub async fn import_messages(database: &Database, source: &Source, dry_run: bool) -> ExitCode {
    let grammar = records(messages::record::FIELDS, messages::record::parse, messages::store::BATCH);
    import(database, source, dry_run, grammar).await
}

/// Imports names in the same way.
pub async fn import_names(database: &Database, source: &Source, dry_run: bool) -> ExitCode {
    import(database, source, dry_run, records(names::record::FIELDS, names::record::parse, imports::names::BATCH)).await
}

/// Imports operators in the same way.
pub async fn import_operators(database: &Database, source: &Source, dry_run: bool) -> ExitCode {
    let grammar = records(operator_record::FIELDS, operator_record::parse, number_store::BATCH);
    import(database, source, dry_run, grammar).await
}

/// Imports the access log of Kannel's bearerbox, whose times are those of `zone`, in the same way.
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
    Ok(import(database, source, dry_run, Grammar { open, batch: kannel_store::BATCH }).await)
}

async fn import<L, I, O>(database: &Database, source: &Source, dry_run: bool, grammar: Grammar<O>) -> ExitCode
where
    L: Line,
    I: Input<L>,
    O: FnOnce(Bytes) -> Result<I, Unreadable> + Send + 'static,
{
    let mut counts = Counts::default();
    let mut skipped = 0;
    let result = run(database, source, dry_run, grammar, &mut counts, &mut skipped).await;
    let code = match &result {
        Ok(()) if counts.refused == 0 => 0,
        Ok(()) => 1,
        Err(failure) => {
            tell(io::stderr(), &format!("{failure}\n"));
            2
        }
    };
    if result.is_ok() || counts != Counts::default() {
        let skipped = if skipped == 0 { String::new() } else { format!(", skipped {skipped}") };
        tell(io::stdout(), &format!("{counts}{skipped}\n"));
    }
    ExitCode::from(code)
}

async fn run<L, I, O>(
    database: &Database,
    source: &Source,
    dry_run: bool,
    grammar: Grammar<O>,
    counts: &mut Counts,
    skipped: &mut u64,
) -> Result<(), Failure>
where
    L: Line,
    I: Input<L>,
    O: FnOnce(Bytes) -> Result<I, Unreadable> + Send + 'static,
{
    let (input, size) = source.open().map_err(|cause| Failure::Closed(source.clone(), cause))?;
    let (sender, mut batches) = mpsc::channel(2);
    // Not one of the runtime's threads: those are waited for at the end, and this one may wait for a keyboard.
    let reading = thread::spawn(move || read_all(input, grammar, &sender));

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
        let told: String = refused.chain(warned).collect();
        bar.suspend(|| tell(io::stderr(), &told));
        bar.set_position(batch.position);
        bar.set_message(counts.to_string());
    }
    bar.finish_and_clear();
    reading.join().map_err(|_| Failure::Fault(source.clone()))?;
    Ok(writer.finish().await?)
}

/// Reads until the source ends, or nobody wants the batches any more.
fn read_all<L, I: Input<L>>(
    bytes: Bytes,
    grammar: Grammar<impl FnOnce(Bytes) -> Result<I, Unreadable>>,
    batches: &mpsc::Sender<Result<Batch<L>, Unreadable>>,
) {
    let Grammar { open, batch: size } = grammar;
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
        // Nobody may be there to hear it.
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

/// Shows itself on a terminal only.
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

/// Writes, even when nobody reads any more.
fn tell(mut stream: impl io::Write, text: &str) {
    let _ = stream.write_all(text.as_bytes());
}

impl Source {
    /// The bytes, and how many they are if that is known.
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
