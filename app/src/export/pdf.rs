//! A document in PDF: facts and a table on A4 pages, with the fonts embedded. Native only.
//!
//! Krilla is the library: it embeds subsets of fonts with their text layer, and compiles in a minute of CPU time.
//! Typst as a library would lay out by itself, with some 300 crates and several minutes more.
//! Printpdf compiles as fast, but embeds whole fonts, so each file would weigh half a megabyte.
//!
//! The layout comes first, since each page names their number; drawing follows. Text is one line of glyphs without
//! ligatures, which the scripts of the fonts (Latin, Greek, Cyrillic, Georgian) do without. A character that the fonts
//! lack is drawn as a box.

use krilla::{
    Document, SerializeSettings,
    color::luma,
    geom::{PathBuilder, Point, Rect},
    metadata::Metadata,
    page::PageSettings,
    paint::Fill,
    surface::Surface,
    text::{Font, GlyphId, KrillaGlyph},
};
use skrifa::{FontRef, MetadataProvider as _, instance::LocationRef, instance::Size};
use std::{collections::HashMap, ops::Range};
use values::error::Error;

/// The MIME type of .pdf.
pub const PDF: &str = "application/pdf";

/// The fonts. `fonts/LICENSE` says where they come from.
const REGULAR: &[u8] = include_bytes!("fonts/DejaVuSansCondensed.ttf");
const BOLD: &[u8] = include_bytes!("fonts/DejaVuSansCondensed-Bold.ttf");

/// A4, in points.
const PAGE: (f32, f32) = (595.28, 841.89);
/// The margins at the left and right, at the top, and at the bottom, where the page's number stands.
const SIDE: f32 = 40.0;
const TOP: f32 = 40.0;
const BOTTOM: f32 = 52.0;
/// Sizes of type.
const TITLE: f32 = 17.0;
const TEXT: f32 = 9.0;
const CELL: f32 = 8.0;
const SMALL: f32 = 7.0;
/// The height of a line, as a multiple of its size.
const LINE: f32 = 1.3;
/// The space above and below the text of a row, and between columns.
const PAD: f32 = 3.0;
const GAP: f32 = 10.0;
/// The narrowest column of text.
const NARROW: f32 = 80.0;
/// Shades: of text, of what explains it, and of lines.
const INK: u8 = 0;
const GREY: u8 = 90;
const HAIRLINE: u8 = 205;

/// A column of the table.
#[derive(Clone, Debug)]
pub struct Column {
    /// The header.
    pub label: String,
    /// How wide it is, and at which side its text stands.
    pub kind: ColumnKind,
}

/// How a column is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// As wide as its longest cell.
    Short,
    /// The same, with its text at the right.
    Number,
    /// As wide as the others leave room; its text is wrapped.
    Text,
}

/// A row of the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// The cells.
    pub cells: Vec<String>,
    /// Whether it is a total, in bold.
    pub total: bool,
    /// Whether it stays on one page with the next row.
    pub with_next: bool,
}

/// A document: a title, facts, a table, and a note below it.
#[derive(Clone, Debug)]
pub struct Paper {
    /// The title.
    pub title: String,
    /// Terms and their values, below the title.
    pub facts: Vec<(String, String)>,
    /// The columns of the table.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// The notes below the table.
    pub notes: Vec<String>,
    /// The line at the bottom of each page, beside its number.
    pub foot: String,
    /// The text of a page's number, with `{page}` and `{pages}` in place of the numbers.
    pub page: &'static str,
    /// The language, as in BCP 47.
    pub language: &'static str,
}

/// A font with the glyph and the width of each character.
struct Face {
    font: Font,
    glyphs: HashMap<char, (GlyphId, f32)>,
    /// The box of a missing character.
    missing: (GlyphId, f32),
}

impl Face {
    fn read(data: &'static [u8]) -> Option<Self> {
        let font = Font::new(data.into(), 0)?;
        let tables = FontRef::new(data).ok()?;
        let metrics = tables.glyph_metrics(Size::unscaled(), LocationRef::default());
        let em = font.units_per_em();
        let glyph =
            |id: skrifa::GlyphId| (GlyphId::new(id.to_u32()), metrics.advance_width(id).unwrap_or_default() / em);
        let glyphs = tables.charmap().mappings();
        let glyphs = glyphs.filter_map(|(code, id)| Some((char::from_u32(code)?, glyph(id)))).collect();
        Some(Self { font, glyphs, missing: glyph(skrifa::GlyphId::NOTDEF) })
    }

    fn glyph(&self, character: char) -> (GlyphId, f32) {
        self.glyphs.get(&character).copied().unwrap_or(self.missing)
    }

    fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|character| self.glyph(character).1).sum::<f32>() * size
    }

    fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let glyph = |(start, character): (usize, char)| {
            let (id, advance) = self.glyph(character);
            KrillaGlyph::new(id, advance, 0.0, 0.0, 0.0, start..start + character.len_utf8(), None)
        };
        text.char_indices().map(glyph).collect()
    }

    /// Breaks a text into lines, at blanks where there are any.
    fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(&longer, size) <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for character in word.chars() {
                line.push(character);
                if self.width(&line, size) > width && line.chars().nth(1).is_some() {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, character.to_string()));
                }
            }
        }
        lines.push(line);
        lines
    }
}

/// The fonts of a document.
struct Faces {
    regular: Face,
    bold: Face,
}

impl Faces {
    fn of(&self, bold: bool) -> &Face {
        if bold { &self.bold } else { &self.regular }
    }
}

/// The place of a column.
struct Place {
    left: f32,
    width: f32,
    kind: ColumnKind,
}

/// A row in lines.
struct Laid {
    /// The lines of each cell.
    cells: Vec<Vec<String>>,
    total: bool,
    with_next: bool,
    height: f32,
}

impl Paper {
    /// Writes the document.
    ///
    /// # Errors
    /// [`Error::Internal`] if the library refuses it.
    pub fn write(self) -> Result<Vec<u8>, Error> {
        let faces = Face::read(REGULAR).zip(Face::read(BOLD)).map(|(regular, bold)| Faces { regular, bold });
        let faces = faces.ok_or_else(|| Error::internal("the embedded fonts can't be read"))?;
        let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| Error::internal("A4 is no size"))?;
        let places = self.places(&faces);
        let header = lay(&faces, &places, self.columns.iter().map(|column| column.label.as_str()), true);
        let rows: Vec<Laid> = self
            .rows
            .iter()
            .map(|row| {
                let laid = lay(&faces, &places, row.cells.iter().map(String::as_str), row.total);
                Laid { with_next: row.with_next, ..laid }
            })
            .collect();
        let notes: Vec<String> =
            self.notes.iter().flat_map(|note| faces.regular.wrap(note, SMALL, PAGE.0 - 2.0 * SIDE)).collect();
        let pages = self.pages(&header, &rows, notes.len());
        let mut document =
            Document::new_with(SerializeSettings { enable_tagging: false, ..SerializeSettings::default() });
        document.set_metadata(
            Metadata::new()
                .title(format!("{} {}", self.title, self.foot))
                .language(self.language.to_owned())
                .creator("Clientele".to_owned()),
        );
        let last = pages.len() - 1;
        for (number, range) in pages.iter().cloned().enumerate() {
            let mut page = document.start_page_with(size.clone());
            let mut pen = Pen { surface: page.surface(), faces: &faces, top: TOP };
            if number == 0 {
                self.draw_head(&mut pen);
            }
            if !range.is_empty() {
                pen.row(&places, &header);
            }
            for row in &rows[range] {
                pen.row(&places, row);
            }
            if number == last {
                pen.top += 2.0 * PAD;
                for note in &notes {
                    pen.line(note, SIDE, SMALL, false, GREY);
                }
            }
            let page_of = self.page.replace("{page}", &(number + 1).to_string());
            pen.foot(&self.foot, &page_of.replace("{pages}", &pages.len().to_string()));
            drop(pen);
            page.finish();
        }
        document.finish().map_err(|cause| Error::internal(format!("{cause:?}")))
    }

    /// Lays out the columns: each is as wide as its longest cell, and the text has the rest.
    fn places(&self, faces: &Faces) -> Vec<Place> {
        let width = |index: usize, column: &Column| {
            // A long header is wrapped rather than widening its column.
            let label = faces.bold.width(&column.label, CELL);
            let words = column.label.split_whitespace().map(|word| faces.bold.width(word, CELL));
            let words = words.chain((label <= NARROW).then_some(label));
            let cells = self.rows.iter().filter_map(|row| Some((row.cells.get(index)?, row.total)));
            let cells = cells.map(|(cell, total)| faces.of(total).width(cell, CELL));
            words.chain(cells).fold(0.0, f32::max).ceil()
        };
        let widths: Vec<Option<f32>> = self
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| (column.kind != ColumnKind::Text).then(|| width(index, column)))
            .collect();
        let used: f32 = widths.iter().flatten().sum();
        #[allow(clippy::cast_precision_loss, reason = "a table has few columns")]
        let gaps = GAP * widths.len().saturating_sub(1) as f32;
        let rest = (PAGE.0 - 2.0 * SIDE - gaps - used).max(NARROW);
        let mut left = SIDE;
        let place = |(width, column): (Option<f32>, &Column)| {
            let place = Place { left, width: width.unwrap_or(rest), kind: column.kind };
            left += place.width + GAP;
            place
        };
        widths.into_iter().zip(&self.columns).map(place).collect()
    }

    /// Distributes the rows over pages.
    fn pages(&self, header: &Laid, rows: &[Laid], notes: usize) -> Vec<Range<usize>> {
        let bottom = PAGE.1 - BOTTOM;
        let mut pages = Vec::new();
        let (mut begin, mut top) = (0, TOP + self.head_height() + header.height);
        for (index, row) in rows.iter().enumerate() {
            // Rows that belong together need room for all of them.
            let group = rows[index..].iter().position(|row| !row.with_next).map_or(1, |length| length + 1);
            let needed: f32 = rows[index..index + group].iter().map(|row| row.height).sum();
            if top + needed > bottom && index > begin {
                pages.push(begin..index);
                (begin, top) = (index, TOP + header.height);
            }
            top += row.height;
        }
        pages.push(begin..rows.len());
        #[allow(clippy::cast_precision_loss, reason = "there are few notes")]
        if notes > 0 && top + 2.0 * PAD + notes as f32 * SMALL * LINE > bottom {
            pages.push(rows.len()..rows.len());
        }
        pages
    }

    fn head_height(&self) -> f32 {
        #[allow(clippy::cast_precision_loss, reason = "there are few facts")]
        let facts = self.facts.len() as f32;
        TITLE * LINE + 2.0 * PAD + facts * TEXT * (LINE + 0.15) + 4.0 * PAD
    }

    fn draw_head(&self, pen: &mut Pen<'_>) {
        let begin = pen.top;
        pen.line(&self.title, SIDE, TITLE, true, INK);
        pen.top += 2.0 * PAD;
        let terms = self.facts.iter().map(|(term, _)| pen.faces.regular.width(term, TEXT)).fold(0.0, f32::max);
        let room = PAGE.0 - 2.0 * SIDE - terms - GAP;
        for (term, value) in &self.facts {
            pen.text(term, SIDE, pen.top + TEXT, TEXT, false, GREY);
            let line = pen.faces.bold.wrap(value, TEXT, room).into_iter().next().unwrap_or_default();
            pen.text(&line, SIDE + terms + GAP, pen.top + TEXT, TEXT, true, INK);
            pen.top += TEXT * (LINE + 0.15);
        }
        pen.top = begin + self.head_height();
    }
}

/// Breaks the cells of a row into lines.
fn lay<'a>(faces: &Faces, places: &[Place], cells: impl Iterator<Item = &'a str>, bold: bool) -> Laid {
    let face = faces.of(bold);
    let cells: Vec<Vec<String>> =
        cells.zip(places).map(|(cell, place)| face.wrap(cell, CELL, place.width + 0.5)).collect();
    let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
    #[allow(clippy::cast_precision_loss, reason = "a cell has few lines")]
    let height = lines as f32 * CELL * LINE + 2.0 * PAD;
    Laid { cells, total: bold, with_next: false, height }
}

/// Draws on a page, from the top down.
struct Pen<'a> {
    surface: Surface<'a>,
    faces: &'a Faces,
    /// The upper edge of what comes next.
    top: f32,
}

impl Pen<'_> {
    /// Draws a text at its baseline.
    fn text(&mut self, text: &str, left: f32, baseline: f32, size: f32, bold: bool, shade: u8) {
        let face = self.faces.of(bold);
        self.surface.set_fill(Some(fill(shade)));
        let glyphs = face.glyphs(text);
        self.surface.draw_glyphs(Point::from_xy(left, baseline), &glyphs, face.font.clone(), text, size, false);
    }

    /// Draws a line of text, and goes on below it.
    fn line(&mut self, text: &str, left: f32, size: f32, bold: bool, shade: u8) {
        self.text(text, left, self.top + size, size, bold, shade);
        self.top += size * LINE;
    }

    fn rule(&mut self, top: f32, thickness: f32, shade: u8) {
        let mut path = PathBuilder::new();
        let Some(rect) = Rect::from_xywh(SIDE, top, PAGE.0 - 2.0 * SIDE, thickness) else { return };
        path.push_rect(rect);
        let Some(path) = path.finish() else { return };
        self.surface.set_fill(Some(fill(shade)));
        self.surface.draw_path(&path);
    }

    fn row(&mut self, places: &[Place], row: &Laid) {
        for (place, lines) in places.iter().zip(&row.cells) {
            let mut baseline = self.top + PAD + CELL;
            for line in lines.iter().filter(|line| !line.is_empty()) {
                let width = self.faces.of(row.total).width(line, CELL);
                let left = if place.kind == ColumnKind::Number { place.left + place.width - width } else { place.left };
                self.text(line, left, baseline, CELL, row.total, INK);
                baseline += CELL * LINE;
            }
        }
        self.top += row.height;
        let (thickness, shade) = if row.total { (0.8, GREY) } else { (0.4, HAIRLINE) };
        self.rule(self.top - thickness, thickness, shade);
    }

    fn foot(&mut self, foot: &str, page: &str) {
        let baseline = PAGE.1 - BOTTOM + 24.0;
        let width = self.faces.regular.width(page, SMALL);
        let room = PAGE.0 - 2.0 * SIDE - width - GAP;
        let foot = self.faces.regular.wrap(foot, SMALL, room).into_iter().next().unwrap_or_default();
        self.text(&foot, SIDE, baseline, SMALL, false, GREY);
        self.text(page, PAGE.0 - SIDE - width, baseline, SMALL, false, GREY);
    }
}

fn fill(shade: u8) -> Fill {
    Fill { paint: luma::Color::new(shade).into(), ..Fill::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper(rows: usize, purpose: &str) -> Paper {
        let column = |label: &str, kind| Column { label: label.to_owned(), kind };
        let row = |number: usize, with_next| Row {
            cells: vec![number.to_string(), purpose.to_owned(), "1.0000".to_owned()],
            total: with_next,
            with_next,
        };
        Paper {
            title: "Paper".to_owned(),
            facts: vec![("Client".to_owned(), "7".to_owned())],
            columns: vec![
                column("No.", ColumnKind::Short),
                column("Purpose", ColumnKind::Text),
                column("Balance, EUR", ColumnKind::Number),
            ],
            rows: (0..rows).map(|number| row(number, number + 2 >= rows && number + 1 < rows)).collect(),
            notes: Vec::new(),
            foot: "7".to_owned(),
            page: "{page}/{pages}",
            language: "en",
        }
    }

    fn faces() -> Faces {
        Faces { regular: Face::read(REGULAR).unwrap(), bold: Face::read(BOLD).unwrap() }
    }

    fn pages(paper: &Paper) -> Vec<Range<usize>> {
        let faces = faces();
        let places = paper.places(&faces);
        let header = lay(&faces, &places, paper.columns.iter().map(|column| column.label.as_str()), true);
        let rows: Vec<Laid> = paper
            .rows
            .iter()
            .map(|row| Laid {
                with_next: row.with_next,
                ..lay(&faces, &places, row.cells.iter().map(String::as_str), row.total)
            })
            .collect();
        paper.pages(&header, &rows, 0)
    }

    #[test]
    fn the_fonts_have_the_letters_of_the_clients_languages() {
        let Faces { regular, bold } = faces();
        for text in [
            "Zażółć gęślą jaźń",
            "Příliš žluťoučký",
            "țară Ñandú Straße",
            "Ґанок їжака",
            "Съёмка",
            "Әңгіме өңүұқһі",
            "ანგარიში",
            "Ωδή",
            "€ ₴ ₸ zł № – “”",
        ] {
            for character in text.chars() {
                assert!(regular.glyphs.contains_key(&character) && bold.glyphs.contains_key(&character), "{character}");
            }
        }
        assert!((regular.width("0", 10.0) - regular.width("1", 10.0)).abs() < f32::EPSILON, "digits align");
    }

    #[test]
    fn each_row_is_on_one_page_and_totals_are_not_alone() {
        for rows in 0..200 {
            let pages = pages(&paper(rows, "x"));
            assert_eq!(pages.iter().map(ExactSizeIterator::len).sum::<usize>(), rows);
            assert!(rows < 2 || pages.last().unwrap().len() > 1, "{pages:?}");
            assert!(pages.windows(2).all(|pair| pair[0].end == pair[1].start && !pair[0].is_empty()), "{pages:?}");
        }
        assert!(pages(&paper(200, "x")).len() > 2);
    }

    #[test]
    fn long_text_is_wrapped_without_losing_a_character() {
        let face = faces().regular;
        for text in ["one two three four five", &"ю".repeat(90), "a b", "", "  x  "] {
            let lines = face.wrap(text, CELL, 40.0);
            let joined: String = lines.concat();
            assert_eq!(joined.replace(' ', ""), text.replace(' ', ""), "{lines:?}");
            assert!(lines.iter().all(|line| face.width(line, CELL) <= 40.0), "{lines:?}");
        }
    }

    #[test]
    fn an_amount_of_any_length_keeps_its_digits_on_one_line() {
        let mut paper = paper(1, "x");
        paper.rows[0].cells[2] = "-922,337,203,685,477.5807".to_owned();
        let faces = faces();
        let places = paper.places(&faces);
        let row = lay(&faces, &places, paper.rows[0].cells.iter().map(String::as_str), false);
        assert_eq!(row.cells[2], [paper.rows[0].cells[2].clone()]);
        let last = places.last().unwrap();
        assert!(last.left + last.width <= PAGE.0 - SIDE + 1.0);
    }
}
