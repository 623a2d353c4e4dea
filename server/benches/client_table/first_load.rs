//! The size of a browser's first visit to the client table.

use crate::{Failure, program::Server, report};

/// Target, in bytes.
const TARGET: usize = 200_000;

/// Fetches all files in brotli, and prints their size.
pub fn weigh(server: &Server, session: &str) -> Result<(), Failure> {
    let mut connection = server.connect(session)?;
    let page = connection.get("/clients", "identity")?;
    let mut files: Vec<String> = page.text()?.split("<link ").skip(1).filter_map(address).collect();
    files.insert(0, "/clients".to_owned());
    files.dedup();

    println!("\nFirst load, in brotli");
    let mut sum = 0;
    for file in files {
        let answer = connection.get(&file, "br")?;
        let encoding = answer.header("content-encoding").unwrap_or("as it is");
        println!("{:>10}  {file} ({encoding})", report::count(answer.body.len() as u64));
        sum += answer.body.len();
    }
    let verdict = if sum <= TARGET {
        "reached".to_owned()
    } else {
        format!("missed by {}", report::count((sum - TARGET) as u64))
    };
    println!("{:>10}  bytes in all; at most {}: {verdict}", report::count(sum as u64), report::count(TARGET as u64));
    Ok(())
}

/// The target of a link in the document's head.
fn address(link: &str) -> Option<String> {
    let tag = link.split('>').next()?;
    Some(tag.split_once("href=\"")?.1.split('"').next()?.to_owned())
}
