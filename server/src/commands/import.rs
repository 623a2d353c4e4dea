//! `clientele import`: a file into the database.
//!
//! One thread reads and understands the lines while the other writes what the first has understood, batch by
//! batch. A batch is in the database as a whole or not at all, whenever the program is stopped.

use app::{
    client::finance::booking::Author,
    database::Database,
    error::Error,
    gateway::{
        Counts, Refusal, client_record, client_store,
        field::Record,
        message_record, message_store,
        reader::{Reader, Unreadable},
        writer::{Line, Writer},
    },
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
    refusals: Vec<Refusal>,
    /// How far the source is read.
    position: u64,
}

/// A batch of long lines ends after so many bytes.
const BATCH_BYTES: u64 = 4 * 1024 * 1024;

/// How a kind of file is read.
#[derive(Clone, Copy)]
struct Grammar<L> {
    /// The fields that it knows.
    fields: &'static [&'static str],
    /// What a record means.
    parse: fn(Record) -> Result<L, Refusal>,
    /// How many records are written at once.
    batch: usize,
}

/// Imports clients. Names every refused line on standard error and counts all of them on standard output.
///
/// The exit code is 0 when nothing was refused, 1 when lines were, 2 when it couldn't be read or written.
pub async fn import_clients(database: &Database, source: &Source, dry_run: bool) -> ExitCode {
    let parse = |record: Record| Ok((record.line(), client_record::parse(record)?));
    let grammar = Grammar { fields: client_record::FIELDS, parse, batch: client_store::BATCH };
    import(database, source, dry_run, grammar).await
}

/// Imports messages, and what became of them, in the same way.
pub async fn import_messages(database: &Database, source: &Source, dry_run: bool) -> ExitCode {
    let grammar = Grammar { fields: message_record::FIELDS, parse: message_record::parse, batch: message_store::BATCH };
    import(database, source, dry_run, grammar).await
}

async fn import<L: Line>(database: &Database, source: &Source, dry_run: bool, grammar: Grammar<L>) -> ExitCode {
    let mut counts = Counts::default();
    let result = run(database, source, dry_run, grammar, &mut counts).await;
    let code = match &result {
        Ok(()) if counts.refused == 0 => 0,
        Ok(()) => 1,
        Err(failure) => {
            tell(io::stderr(), &format!("{failure}\n"));
            2
        }
    };
    if result.is_ok() || counts != Counts::default() {
        tell(io::stdout(), &format!("{counts}\n"));
    }
    ExitCode::from(code)
}

async fn run<L: Line>(
    database: &Database,
    source: &Source,
    dry_run: bool,
    grammar: Grammar<L>,
    counts: &mut Counts,
) -> Result<(), Failure> {
    let (input, size) = source.open().map_err(|cause| Failure::Closed(source.clone(), cause))?;
    let (sender, mut batches) = mpsc::channel(2);
    // Not one of the runtime's threads: those are waited for at the end, and this one may wait for a keyboard.
    let reading = thread::spawn(move || read_all(input, grammar, &sender));

    let author = Author::command_line();
    let writer = if dry_run { Writer::rehearse(database, author).await? } else { Writer::new(database, author) };
    let bar = progress_bar(size);
    while let Some(batch) = batches.recv().await {
        let mut batch: Batch<L> = batch.map_err(|cause| Failure::Unreadable(source.clone(), cause))?;
        let mut outcome = writer.write(&batch.lines).await?;
        outcome.refusals.append(&mut batch.refusals);
        outcome.refusals.sort_unstable_by_key(|refusal| refusal.line);
        counts.add(&outcome);
        let refused: Vec<_> = outcome.refusals.iter().map(|refusal| format!("{refusal}\n")).collect();
        bar.suspend(|| tell(io::stderr(), &refused.concat()));
        bar.set_position(batch.position);
        bar.set_message(counts.to_string());
    }
    bar.finish_and_clear();
    reading.join().map_err(|_| Failure::Fault(source.clone()))?;
    Ok(writer.finish().await?)
}

/// Reads until the source ends, or nobody wants the batches any more.
fn read_all<L>(input: impl Read, grammar: Grammar<L>, batches: &mpsc::Sender<Result<Batch<L>, Unreadable>>) {
    let send_all = || {
        let mut reader = Reader::open(input, grammar.fields)?;
        while let Some(batch) = next_batch(&mut reader, &grammar)? {
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

fn next_batch<L, R: Read>(reader: &mut Reader<R>, grammar: &Grammar<L>) -> Result<Option<Batch<L>>, Unreadable> {
    let start = reader.consumed();
    let mut batch = Batch { lines: Vec::with_capacity(grammar.batch), refusals: Vec::new(), position: start };
    while batch.lines.len() + batch.refusals.len() < grammar.batch && reader.consumed() - start < BATCH_BYTES {
        let Some(record) = reader.next().transpose()? else { break };
        match record.and_then(grammar.parse) {
            Ok(line) => batch.lines.push(line),
            Err(refusal) => batch.refusals.push(refusal),
        }
    }
    batch.position = reader.consumed();
    let empty = batch.lines.is_empty() && batch.refusals.is_empty();
    Ok(if empty { None } else { Some(batch) })
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
    fn open(&self) -> io::Result<(Box<dyn Read + Send>, Option<u64>)> {
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
