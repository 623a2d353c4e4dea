//! The event stream of an open page.

use super::server::{Browser, TestServer};
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

/// A listener to the events of a client.
pub struct Listening {
    stream: TcpStream,
    /// Everything received so far.
    pub heard: String,
}

impl Listening {
    /// Subscribes to a client, and returns once no event can be missed.
    pub async fn start(server: &TestServer, browser: &Browser, client: i64) -> Self {
        server.services.directory.catch_up().await.expect("the index");
        let mut stream = TcpStream::connect(server.address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a time-out");
        let session = browser.cookie("session").expect("a session");
        let address = &browser.address;
        write!(
            stream,
            "GET /clients/{client}/events HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\
             Cookie: session={session}\r\nX-Forwarded-For: {address}\r\n\r\n"
        )
        .expect("a request");
        let mut listening = Self { stream, heard: String::new() };
        listening.until("event: following");
        listening
    }

    /// Waits for an event.
    pub fn until(&mut self, awaited: &str) {
        let mut buffer = [0; 1024];
        tokio::task::block_in_place(|| {
            while !self.heard.contains(awaited) {
                let count = self.stream.read(&mut buffer).expect("an event in time");
                assert!(count > 0, "the connection ended: {}", self.heard);
                self.heard.push_str(&String::from_utf8_lossy(&buffer[..count]));
            }
        });
    }

    /// Waits for the end of the stream.
    pub fn until_it_ends(&mut self) {
        self.until("\r\n0\r\n");
    }
}
