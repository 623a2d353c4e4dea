//! Request bodies, decompressed and parsed on blocking threads, within limits. Native only.

use super::api_client::{ApiClient, ApiError, Opens};
use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Request},
};
use domain::{administrators::rate_limit::RateLimiter, ids::TokenId};
use flate2::read::MultiGzDecoder;
use http::{StatusCode, header};
use std::io::{self, Read};
use values::error::Error;

/// A request body of at most `MOST` bytes, compressed and uncompressed. `MOST` is a multiple of a MiB.
#[derive(Debug)]
pub struct Sent<const MOST: usize> {
    bytes: Bytes,
    compressed: bool,
}

impl<const MOST: usize, R: Send + Sync> FromRequest<R> for Sent<MOST> {
    type Rejection = ApiError;

    async fn from_request(mut request: Request, state: &R) -> Result<Self, ApiError> {
        let encoding =
            request.headers().get(header::CONTENT_ENCODING).map(|encoding| encoding.as_bytes().to_ascii_lowercase());
        let compressed = match encoding.as_deref() {
            None | Some(b"identity") => false,
            Some(b"gzip" | b"x-gzip") => true,
            Some(_) => return Err(Error::UnknownEncoding.into()),
        };
        DefaultBodyLimit::max(MOST).apply(&mut request);
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => too_large::<MOST>(),
            _ => incomplete(),
        })?;
        Ok(Self { bytes, compressed })
    }
}

impl<const MOST: usize> Sent<MOST> {
    /// Parses the body: `read` gets it uncompressed, as a stream. Few bodies are read at once; the others wait.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if it is too large uncompressed, [`Error::TooManyAttempts`] if the token has sent too many
    /// bytes, and those of `read`.
    pub async fn read<S: Opens, T: Send + 'static>(
        self,
        api_client: &ApiClient<S>,
        read: impl FnOnce(&mut dyn Read) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (calls, token) = (api_client.services.limiter.clone(), api_client.token());
        calls.count_bytes(token, self.bytes.len())?;
        let place = calls.reading().acquire_owned().await.map_err(Error::internal)?;
        let work = move || {
            // Held until the work is done, even if the client has disconnected.
            let _place = place;
            if self.compressed {
                let decoder = MultiGzDecoder::new(&self.bytes[..]);
                read(&mut Unpacked::<MOST> { decoder, bytes: 0, uncounted: 0, calls, token })
            } else {
                read(&mut &self.bytes[..])
            }
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
    }
}

/// The application's error inside an error of reading, otherwise [`Error::Internal`].
pub fn cause_of(failure: io::Error) -> Error {
    failure.downcast::<Error>().unwrap_or_else(Error::internal)
}

/// Uncompressed bytes are counted in steps of this size.
const COUNTED: usize = 64 * 1024;

/// A decompressing reader that fails when the body is too large. It keeps nothing of what was read.
struct Unpacked<'a, const MOST: usize> {
    decoder: MultiGzDecoder<&'a [u8]>,
    bytes: usize,
    uncounted: usize,
    calls: RateLimiter,
    token: TokenId,
}

impl<const MOST: usize> Read for Unpacked<'_, MOST> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.decoder.read(buffer).map_err(|_| io::Error::other(incomplete()))?;
        self.bytes += read;
        if self.bytes > MOST {
            return Err(io::Error::other(too_large::<MOST>()));
        }
        self.uncounted += read;
        if self.uncounted >= COUNTED || read == 0 {
            self.calls.count_bytes(self.token, self.uncounted).map_err(io::Error::other)?;
            self.uncounted = 0;
        }
        Ok(read)
    }
}

fn too_large<const MOST: usize>() -> Error {
    Error::TooLarge { most: format!("{} MiB, uncompressed,", MOST >> 20) }
}

fn incomplete() -> Error {
    Error::bad_address("", "The body came in incomplete, or isn't compressed as its headers say. Send it again.")
}
