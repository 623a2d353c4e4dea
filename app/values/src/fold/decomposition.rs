//! The canonical decomposition of a character: `ü` is `u` and a diaeresis. The browser brings its own tables, which
//! would weigh tens of kilobytes here.

/// The first Hangul syllable. They decompose into the parts of a letter. The scripts behind them have no diacritics that
/// people leave out, and browsers of different ages decompose them differently.
const HANGUL: char = '\u{ac00}';

/// Calls `part` for each character of the decomposition.
pub fn each(character: char, part: impl FnMut(char)) {
    if character < HANGUL {
        decompose(character, part);
    } else {
        std::iter::once(character).for_each(part);
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn decompose(character: char, part: impl FnMut(char)) {
    unicode_normalization::char::decompose_canonical(character, part);
}

#[cfg(target_arch = "wasm32")]
fn decompose(character: char, part: impl FnMut(char)) {
    let mut bytes = [0; 4];
    let text: &str = character.encode_utf8(&mut bytes);
    String::from(js_sys::JsString::from(text).normalize("NFD")).chars().for_each(part);
}
