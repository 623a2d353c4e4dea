//! The browser's files: the compiled frontend, the style sheet and what stands in `public/`.
//!
//! The program carries them inside, compressed when it was built, so that it is one file. Each has two addresses:
//! one with a hash of its content, which a browser may keep for good and which [`url`] gives, and its plain one,
//! which a browser has to ask about each time.
//!
//! Under `cargo leptos watch` they come from the folder in `LEPTOS_SITE_ROOT` instead, at their plain addresses.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::Response,
};
use std::{
    env,
    path::{Component, Path, PathBuf},
    sync::LazyLock,
};

/// A file that the program carries.
pub struct File {
    /// Where it is in the site, such as `pkg/clientele.js`.
    pub path: &'static str,
    /// Its address with the hash of its content, such as `/pkg/clientele.0123456789abcdef.js`.
    pub address: &'static str,
    /// What tells its versions apart. Weak, since it is the same for every encoding.
    pub etag: &'static str,
    /// The content as it is.
    pub plain: &'static [u8],
    /// The content in brotli, where that is worth it.
    pub brotli: Option<&'static [u8]>,
    /// The content in gzip, where that is worth it.
    pub gzip: Option<&'static [u8]>,
}

/// Written by `build.rs`. Empty when the site wasn't built before the program.
static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

static FOLDER: LazyLock<Option<PathBuf>> = LazyLock::new(|| env::var_os("LEPTOS_SITE_ROOT").map(PathBuf::from));

const KEEP_FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("no-cache");

/// The address that a page should use for a file of the site, such as `pkg/clientele.js`.
pub fn url(path: &str) -> String {
    let carried = FILES.iter().find(|file| file.path == path);
    match carried {
        Some(file) if FOLDER.is_none() => file.address.to_owned(),
        _ => format!("/{path}"),
    }
}

/// Answers a request for a file of the site; nothing if there is no such file.
pub async fn respond(method: &Method, path: &str, headers: &HeaderMap) -> Option<Response> {
    if method != Method::GET && method != Method::HEAD {
        return None;
    }
    match FOLDER.as_deref() {
        Some(folder) => from_folder(folder, path).await,
        None => from_table(FILES, method, path, headers),
    }
}

async fn from_folder(folder: &Path, path: &str) -> Option<Response> {
    let relative = Path::new(path.strip_prefix('/')?);
    let stays_inside = relative.components().all(|part| matches!(part, Component::Normal(_)));
    if !stays_inside {
        return None;
    }
    let content = tokio::fs::read(folder.join(relative)).await.ok()?;
    let mut response = Response::new(Body::from(content));
    describe(response.headers_mut(), path, ASK_EACH_TIME);
    Some(response)
}

fn from_table(files: &'static [File], method: &Method, path: &str, request: &HeaderMap) -> Option<Response> {
    let file = files.iter().find(|file| path == file.address || path.strip_prefix('/') == Some(file.path))?;
    let cache = if path == file.address { KEEP_FOR_GOOD } else { ASK_EACH_TIME };

    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    describe(headers, file.path, cache);
    headers.insert(header::ETAG, HeaderValue::from_static(file.etag));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if is_known(file, request) {
        headers.remove(header::CONTENT_TYPE);
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Some(response);
    }

    let (coding, content) = best_encoding(file, request);
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(content.len()));
    if method == Method::GET {
        *response.body_mut() = Body::from(content);
    }
    Some(response)
}

fn describe(headers: &mut HeaderMap, path: &str, cache: HeaderValue) {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime(path)));
    headers.insert(header::CACHE_CONTROL, cache);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

fn mime(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("ico") => "image/x-icon",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("webmanifest") => "application/manifest+json",
        Some("webp") => "image/webp",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// Whether the browser has this version already. Weak comparison, as `If-None-Match` asks for.
fn is_known(file: &File, request: &HeaderMap) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    items(request, &header::IF_NONE_MATCH).any(|tag| tag.trim() == "*" || opaque(tag) == opaque(file.etag))
}

/// The content in the encoding that the browser likes best; the smaller one where it doesn't mind.
fn best_encoding(file: &File, request: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
    let mut best = (None, file.plain);
    let mut best_quality = quality(request, "identity");
    for (coding, content) in [("gzip", file.gzip), ("br", file.brotli)] {
        let quality = quality(request, coding);
        if let Some(content) = content
            && quality > 0.0
            && quality >= best_quality
        {
            best = (Some(coding), content);
            best_quality = quality;
        }
    }
    best
}

/// How welcome a coding is, from 0 to 1. What isn't named is as welcome as `*`, or not at all.
fn quality(request: &HeaderMap, coding: &str) -> f32 {
    let mut of_any = 0.0;
    for item in items(request, &header::ACCEPT_ENCODING) {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let weight = parts
            .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
            .map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
        if name.eq_ignore_ascii_case(coding) {
            return weight;
        }
        if name == "*" {
            of_any = weight;
        }
    }
    of_any
}

/// The items of a header that is a list, however many lines it came in.
fn items<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','))
}

#[cfg(test)]
mod tests {
    use super::*;

    static SAMPLE: &[File] = &[
        File {
            path: "pkg/clientele.js",
            address: "/pkg/clientele.0123456789abcdef.js",
            etag: "W/\"0123456789abcdef\"",
            plain: b"plain",
            brotli: Some(b"br"),
            gzip: Some(b"gzip"),
        },
        File {
            path: "logo.png",
            address: "/logo.fedcba9876543210.png",
            etag: "W/\"fedcba9876543210\"",
            plain: b"picture",
            brotli: None,
            gzip: None,
        },
    ];

    fn get(path: &str, request: &[(header::HeaderName, &'static str)]) -> Option<Response> {
        let mut headers = HeaderMap::new();
        for (name, value) in request {
            headers.append(name, HeaderValue::from_static(value));
        }
        from_table(SAMPLE, &Method::GET, path, &headers)
    }

    fn header_of<'a>(response: &'a Response, name: &header::HeaderName) -> &'a str {
        response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    async fn content(response: Response) -> Vec<u8> {
        axum::body::to_bytes(response.into_body(), 1024).await.unwrap().to_vec()
    }

    fn encoding_for(accepted: &'static str) -> String {
        let response = get("/pkg/clientele.js", &[(header::ACCEPT_ENCODING, accepted)]).unwrap();
        header_of(&response, &header::CONTENT_ENCODING).to_owned()
    }

    #[tokio::test]
    async fn a_hashed_address_may_be_kept_for_good() {
        let response = get("/pkg/clientele.0123456789abcdef.js", &[]).unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header_of(&response, &header::CACHE_CONTROL), "public, max-age=31536000, immutable");
        assert_eq!(header_of(&response, &header::CONTENT_TYPE), "text/javascript; charset=utf-8");
        assert_eq!(header_of(&response, &header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(content(response).await, b"plain");
    }

    #[test]
    fn a_plain_address_has_to_be_asked_about_each_time() {
        let response = get("/logo.png", &[]).unwrap();
        assert_eq!(header_of(&response, &header::CACHE_CONTROL), "no-cache");
        assert_eq!(header_of(&response, &header::ETAG), "W/\"fedcba9876543210\"");
    }

    #[test]
    fn what_is_not_in_the_table_is_left_to_others() {
        for path in ["/", "", "/pkg", "/pkg/", "/pkg/clientele.0000000000000000.js", "pkg/clientele.js"] {
            assert!(get(path, &[]).is_none(), "{path}");
        }
    }

    #[tokio::test]
    async fn only_reading_is_answered() {
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            assert!(respond(&method, "/pkg/clientele.js", &HeaderMap::new()).await.is_none());
        }
    }

    #[tokio::test]
    async fn the_head_of_a_file_has_its_length_and_no_body() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        let response = from_table(SAMPLE, &Method::HEAD, "/pkg/clientele.js", &headers).unwrap();
        assert_eq!(header_of(&response, &header::CONTENT_LENGTH), "4");
        assert_eq!(header_of(&response, &header::CONTENT_ENCODING), "gzip");
        assert!(content(response).await.is_empty());
    }

    #[test]
    fn brotli_is_taken_where_the_browser_does_not_mind() {
        assert_eq!(encoding_for("gzip, deflate, br, zstd"), "br");
        assert_eq!(encoding_for("*"), "br");
        assert_eq!(encoding_for("BR"), "br");
    }

    #[test]
    fn the_browsers_preference_counts() {
        assert_eq!(encoding_for("gzip"), "gzip");
        assert_eq!(encoding_for("br;q=0.5, gzip;q=0.8"), "gzip");
        assert_eq!(encoding_for("br; q=0, *"), "gzip");
        assert_eq!(encoding_for("identity, br;q=0.5"), "");
        assert_eq!(encoding_for("br;q=0, gzip;q=0"), "");
        assert_eq!(encoding_for("br;q=nonsense"), "");
        assert_eq!(encoding_for("zstd"), "");
        assert_eq!(encoding_for(""), "");
    }

    #[tokio::test]
    async fn a_file_that_does_not_compress_comes_as_it_is() {
        let response = get("/logo.png", &[(header::ACCEPT_ENCODING, "br, gzip")]).unwrap();
        assert_eq!(header_of(&response, &header::CONTENT_ENCODING), "");
        assert_eq!(header_of(&response, &header::VARY), "accept-encoding");
        assert_eq!(content(response).await, b"picture");
    }

    #[tokio::test]
    async fn a_version_that_the_browser_has_is_not_sent_again() {
        for known in ["W/\"0123456789abcdef\"", "\"0123456789abcdef\"", "\"other\", W/\"0123456789abcdef\"", "*"] {
            let response = get("/pkg/clientele.js", &[(header::IF_NONE_MATCH, known)]).unwrap();
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(header_of(&response, &header::ETAG), "W/\"0123456789abcdef\"");
            assert!(content(response).await.is_empty());
        }
        let response = get("/pkg/clientele.js", &[(header::IF_NONE_MATCH, "\"other\"")]).unwrap();
        assert_eq!(response.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn a_folder_gives_its_files_and_nothing_from_outside() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        std::fs::create_dir_all(site.join("pkg")).unwrap();
        std::fs::write(site.join("pkg/clientele.css"), "body {}").unwrap();
        std::fs::write(folder.path().join("secret.txt"), "secret").unwrap();

        let response = from_folder(&site, "/pkg/clientele.css").await.unwrap();
        assert_eq!(header_of(&response, &header::CONTENT_TYPE), "text/css; charset=utf-8");
        assert_eq!(content(response).await, b"body {}");
        for path in ["/../secret.txt", "/pkg/../../secret.txt", "//etc/passwd", "/pkg", "/", ""] {
            assert!(from_folder(&site, path).await.is_none(), "{path}");
        }
    }

    #[test]
    fn a_file_that_was_not_built_still_has_an_address() {
        assert_eq!(url("pkg/not-there.js"), "/pkg/not-there.js");
    }

    #[test]
    fn every_file_that_the_program_carries_is_found_at_its_address() {
        for file in FILES {
            let response = from_table(FILES, &Method::GET, file.address, &HeaderMap::new());
            assert_eq!(response.map(|response| response.status()), Some(StatusCode::OK), "{}", file.path);
        }
    }
}
