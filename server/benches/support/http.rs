//! A small blocking HTTP/1.1 client: one keep-alive connection, one request at a time.
//!
//! Hyper's client would enable another feature of a crate that the program uses, and everything that depends on it
//! would be compiled twice.

use crate::Failure;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

/// The encodings that browsers accept.
pub const AS_BROWSERS: &str = "gzip, deflate, br, zstd";

/// A connection for consecutive requests.
pub struct Connection {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
    session: String,
}

/// The answer to a request.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// Its body, without HTTP's chunks but still compressed.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of this name (in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> Result<&str, Failure> {
        Ok(std::str::from_utf8(&self.body)?)
    }
}

impl Connection {
    /// Connects. `session` is the cookie, or empty.
    pub fn open(address: SocketAddr, session: &str) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_mins(2)))?;
        Ok(Self { stream: BufReader::with_capacity(64 * 1024, stream), address, session: session.to_owned() })
    }

    /// Sends `GET`. An answer other than 200 is an error.
    pub fn get(&mut self, path: &str, accept_encoding: &str) -> Result<Answer, Failure> {
        let head = format!(
            "GET {path} HTTP/1.1\r\nhost: {}\r\naccept: */*\r\naccept-encoding: {accept_encoding}\r\n\
             cookie: {}\r\n\r\n",
            self.address, self.session
        );
        self.stream.get_mut().write_all(head.as_bytes())?;
        let answer = self.read()?;
        if answer.status != 200 {
            return Err(format!("{path}: status {}: {}", answer.status, String::from_utf8_lossy(&answer.body)).into());
        }
        Ok(answer)
    }

    /// Sends a form by `POST`, as the hydrated page does.
    pub fn post(&mut self, path: &str, form: &str) -> Result<Answer, Failure> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             accept: application/json\r\ncookie: {}\r\ncontent-length: {}\r\n\r\n{form}",
            self.address,
            self.session,
            form.len()
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.read()
    }

    /// Sends a request of a program by `POST`.
    pub fn send(&mut self, path: &str, token: &str, body: &str) -> Result<Answer, Failure> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        self.stream.get_mut().write_all(head.as_bytes())?;
        self.stream.get_mut().write_all(body.as_bytes())?;
        self.read()
    }

    /// Downloads a file and discards it. Returns the time of its first byte and the number of bytes.
    pub fn download(&mut self, path: &str) -> Result<(Duration, u64), Failure> {
        let head =
            format!("GET {path} HTTP/1.1\r\nhost: {}\r\naccept: */*\r\ncookie: {}\r\n\r\n", self.address, self.session);
        let sent = Instant::now();
        self.stream.get_mut().write_all(head.as_bytes())?;
        let status = self.line()?;
        if status.split(' ').nth(1) != Some("200") {
            return Err(format!("{path}: {status}").into());
        }
        while !self.line()?.is_empty() {}
        let (mut first, mut bytes, mut chunk) = (None, 0, Vec::new());
        loop {
            let size = usize::from_str_radix(self.line()?.trim(), 16)?;
            chunk.clear();
            self.read_into(&mut chunk, size)?;
            self.line()?;
            if size == 0 {
                return Ok((first.unwrap_or_default(), bytes));
            }
            first.get_or_insert_with(|| sent.elapsed());
            bytes += size as u64;
        }
    }

    fn read(&mut self) -> Result<Answer, Failure> {
        let line = self.line()?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or("no status")?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut answer = Answer { status, headers, body: Vec::new() };
        if answer.header("transfer-encoding") == Some("chunked") {
            loop {
                let size = usize::from_str_radix(self.line()?.trim(), 16)?;
                self.read_into(&mut answer.body, size)?;
                self.line()?;
                if size == 0 {
                    break;
                }
            }
        } else {
            let size = answer.header("content-length").map_or(Ok(0), str::parse)?;
            self.read_into(&mut answer.body, size)?;
        }
        Ok(answer)
    }

    fn read_into(&mut self, body: &mut Vec<u8>, size: usize) -> Result<(), Failure> {
        let start = body.len();
        body.resize(start + size, 0);
        Ok(self.stream.read_exact(&mut body[start..])?)
    }

    /// A line without its line break; empty at the end of the head.
    fn line(&mut self) -> Result<String, Failure> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err("the server closed the connection".into());
        }
        Ok(line.trim_end().to_owned())
    }
}
