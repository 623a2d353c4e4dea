//! Prints the results.

use crate::{
    measure::{CONNECTIONS, Measured},
    times::{Times, load_average, milliseconds},
    writer::Written,
};
use std::time::Duration;
use values::money::group_thousands;

/// Target for the 99th percentile of all requests.
const TARGET: Duration = Duration::from_millis(10);

/// Prints the heading of a database.
pub fn title(version: &str, clients: u32) {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("\n{version}, {} clients, {cores} cores, load average {}", count(clients.into()), load_average());
}

/// Prints all cases and their targets.
pub fn table(measured: &[Measured], written: &Written) {
    println!("\nWhole requests in ms, {CONNECTIONS} connections at once, answers compressed as for browsers, while");
    println!(
        "{} clients were written in {}, {} a second, the slowest in {} ms; load average {}",
        count(written.writes),
        seconds(written.within),
        rate(written.writes, written.within),
        milliseconds(written.longest),
        load_average()
    );
    println!(
        "{:<32} {:>17} {:>5} {:>7} {:>7} {:>7}  {:>7}   {:>14}   {:>14}",
        "", "clients found", "asked", "p50", "p99", "most", "server", "bare SQL", "from memory"
    );
    println!("{:<80}  {:>7}   {:>6}  {:>6}   {:>6}  {:>6}", "", "busy", "p50", "p99", "p50", "p99");
    for Measured { case, requests, computed, sql, memory } in measured {
        let (least, most) = (count(case.found.0 as u64), count(case.found.1 as u64));
        let found = if least == most { least } else { format!("{least} to {most}") };
        println!(
            "{:<32} {found:>17} {:>5} {:>7} {:>7} {:>7}  {:>7}   {}   {}",
            case.name,
            requests.count(),
            milliseconds(requests.percentile(50)),
            milliseconds(requests.percentile(99)),
            milliseconds(requests.percentile(100)),
            milliseconds(*computed),
            floor(sql.as_ref()),
            floor(Some(memory)),
        );
    }
    println!();
    for Measured { case, requests, .. } in measured {
        verdict(&format!("p99 of {}", case.name), requests.percentile(99), TARGET);
    }
    for far in measured {
        if let Some(near) = far.case.near.map(|near| &measured[near]) {
            let within = near.requests.percentile(50) * 3 / 2;
            let name = format!("p50 of {}, 1.5 times {}", far.case.name, near.case.name);
            verdict(&name, far.requests.percentile(50), within);
        }
    }
    println!();
}

fn floor(times: Option<&Times>) -> String {
    let (p50, p99) = match times {
        Some(times) => (milliseconds(times.percentile(50)), milliseconds(times.percentile(99))),
        None => ("-".to_owned(), "-".to_owned()),
    };
    format!("{p50:>6}  {p99:>6}")
}

fn verdict(name: &str, took: Duration, target: Duration) {
    let verdict = match took.checked_sub(target) {
        None | Some(Duration::ZERO) => "reached".to_owned(),
        Some(over) => format!("missed by {} ms", milliseconds(over)),
    };
    println!("{name:<64} {:>7}, at most {:>6} ms: {verdict}", milliseconds(took), milliseconds(target));
}

/// Formats `1,234`.
pub fn count(number: u64) -> String {
    group_thousands(number)
}

/// Formats `12.3 s`.
pub fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// Formats `512 MB`.
pub fn megabytes(bytes: u64) -> String {
    format!("{} MB", count(bytes / 1_000_000))
}

/// Formats a rate per second.
pub fn rate(number: u64, within: Duration) -> String {
    let milliseconds = u64::try_from(within.as_millis()).unwrap_or(u64::MAX).max(1);
    count(number * 1000 / milliseconds)
}
