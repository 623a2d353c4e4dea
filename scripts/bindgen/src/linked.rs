//! Reads a linked module that has kept its relocations.

use anyhow::{Context, Result, bail, ensure};
use std::{collections::HashMap, ops::Range};
use wasmparser::{
    BinaryReader, ConstExpr, CustomSectionReader, DataKind, DataSectionReader, ElementItems, ElementKind,
    ElementSectionReader, ExternalKind, FunctionBody, KnownCustom, Linking, Name, Operator, Parser, Payload,
    RelocationType, SymbolInfo, TypeRef,
};

/// Identifiers of sections.
pub const ELEMENT_SECTION: u8 = 9;
const CODE_SECTION: u8 = 10;
const DATA_SECTION: u8 = 11;

/// A linked module. Ranges and positions are those of bytes in its file.
#[derive(Default)]
pub struct Linked<'a> {
    pub sections: Vec<Section<'a>>,
    /// The number of imported functions, which have the first indices.
    pub imported: usize,
    /// The bodies of the other functions, in the order of their indices.
    pub bodies: Vec<Range<usize>>,
    pub names: HashMap<u32, &'a str>,
    /// Exported functions and the start function.
    pub roots: Vec<u32>,
    /// The first table slot of the element segment.
    pub first_slot: u32,
    /// The functions of the element segment.
    pub table: Vec<u32>,
    pub segments: Vec<Segment>,
    pub symbols: Vec<SymbolInfo<'a>>,
    /// Relocations of the code, by position.
    pub code: Vec<Relocation>,
    /// Relocations of data segments, by position.
    pub data: Vec<Relocation>,
    /// Callers and callees of calls without relocations. The linker itself has made them.
    pub linker_made_calls: Vec<(usize, usize)>,
}

pub struct Section<'a> {
    pub id: u8,
    pub range: Range<usize>,
    /// The name of a custom section.
    pub name: Option<&'a str>,
}

/// A data segment.
pub struct Segment {
    /// The address in the memory.
    pub address: u32,
    /// The bytes in the file.
    pub range: Range<usize>,
}

/// A reference to a symbol from the code or from data.
#[derive(Clone, Copy)]
pub struct Relocation {
    pub position: usize,
    pub ty: RelocationType,
    pub symbol: usize,
    pub addend: i64,
}

impl<'a> Linked<'a> {
    /// # Errors
    /// If the module is linked without `--emit-relocs`, or contains what Rust's linker doesn't make.
    pub fn read(wasm: &'a [u8]) -> Result<Self> {
        let mut linked = Self::default();
        let mut relocations = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload?;
            if let Some((id, range)) = payload.as_section() {
                let name = if let Payload::CustomSection(custom) = &payload { Some(custom.name()) } else { None };
                linked.sections.push(Section { id, range, name });
            }
            match payload {
                Payload::CustomSection(custom) => linked.read_custom_section(&custom, &mut relocations)?,
                payload => linked.read_section(payload)?,
            }
        }
        ensure!(!linked.symbols.is_empty(), "no relocations: the file has to be linked with --emit-relocs");
        for (section, mut entries) in relocations {
            let section = linked.sections.get(section).context("relocations of no section")?;
            for entry in &mut entries {
                entry.position += section.range.start;
            }
            entries.sort_by_key(|entry| entry.position);
            match section.id {
                CODE_SECTION => linked.code = entries,
                DATA_SECTION => linked.data = entries,
                _ => {}
            }
        }
        linked.read_linker_made_calls(wasm)?;
        Ok(linked)
    }

    fn read_section(&mut self, payload: Payload<'a>) -> Result<()> {
        match payload {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    self.imported += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export?;
                    if export.kind == ExternalKind::Func {
                        self.roots.push(export.index);
                    }
                }
            }
            Payload::StartSection { func, .. } => self.roots.push(func),
            Payload::ElementSection(elements) => self.read_table(elements)?,
            Payload::CodeSectionEntry(body) => self.bodies.push(body.range()),
            Payload::DataSection(segments) => self.read_segments(segments)?,
            _ => {}
        }
        Ok(())
    }

    fn read_table(&mut self, elements: ElementSectionReader) -> Result<()> {
        for element in elements {
            let element = element?;
            let ElementKind::Active { offset_expr, .. } = element.kind else { bail!("an element segment for later") };
            let ElementItems::Functions(functions) = element.items else { bail!("an element segment of expressions") };
            ensure!(self.table.is_empty(), "more than one element segment");
            self.first_slot = constant(&offset_expr)?;
            self.table = functions.into_iter().collect::<Result<_, _>>()?;
        }
        Ok(())
    }

    fn read_segments(&mut self, segments: DataSectionReader) -> Result<()> {
        for segment in segments {
            let segment = segment?;
            let DataKind::Active { offset_expr, .. } = segment.kind else { bail!("a data segment for later") };
            let end = segment.range.end;
            let range = end - segment.data.len()..end;
            self.segments.push(Segment { address: constant(&offset_expr)?, range });
        }
        Ok(())
    }

    /// Reads names and symbols. Relocations go into `relocations` with the index of the section that they are of, and
    /// their positions count from its beginning.
    fn read_custom_section(
        &mut self,
        custom: &CustomSectionReader<'a>,
        relocations: &mut Vec<(usize, Vec<Relocation>)>,
    ) -> Result<()> {
        match custom.as_known() {
            KnownCustom::Name(names) => {
                for name in names {
                    let Name::Function(functions) = name? else { continue };
                    for function in functions {
                        let function = function?;
                        self.names.insert(function.index, function.name);
                    }
                }
            }
            KnownCustom::Linking(linking) => {
                for subsection in linking.subsections() {
                    if let Linking::SymbolTable(symbols) = subsection? {
                        self.symbols = symbols.into_iter().collect::<Result<_, _>>()?;
                    }
                }
            }
            KnownCustom::Reloc(section) => {
                let mut entries = Vec::new();
                for entry in section.entries() {
                    let entry = entry?;
                    let (position, symbol) = (entry.offset as usize, entry.index as usize);
                    entries.push(Relocation { position, ty: entry.ty, symbol, addend: entry.addend });
                }
                relocations.push((section.section_index() as usize, entries));
            }
            _ => {}
        }
        Ok(())
    }

    /// Reads the calls of functions without relocations from their code.
    fn read_linker_made_calls(&mut self, wasm: &[u8]) -> Result<()> {
        let mut has_relocations = vec![false; self.bodies.len()];
        for relocation in &self.code {
            if let Some(body) = has_relocations.get_mut(self.body_at(relocation.position)) {
                *body = true;
            }
        }
        for (index, range) in self.bodies.iter().enumerate().filter(|(index, _)| !has_relocations[*index]) {
            let body = FunctionBody::new(BinaryReader::new(&wasm[range.clone()], range.start));
            for operator in body.get_operators_reader()? {
                match operator? {
                    Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                        self.linker_made_calls.push((self.imported + index, function_index as usize));
                    }
                    Operator::CallIndirect { .. } | Operator::RefFunc { .. } => {
                        bail!("a function without relocations uses the table")
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// The number of functions, with the imported ones.
    pub fn functions(&self) -> usize {
        self.imported + self.bodies.len()
    }

    pub fn name(&self, function: usize) -> &'a str {
        self.names.get(&(function as u32)).copied().unwrap_or_default()
    }

    /// The index in `bodies` of the body at a position of the code section.
    pub fn body_at(&self, position: usize) -> usize {
        self.bodies.partition_point(|body| body.end <= position)
    }

    /// The bytes of a symbol that is data and isn't imported.
    pub fn data_range(&self, symbol: usize) -> Option<Range<usize>> {
        let Some(SymbolInfo::Data { symbol: Some(data), .. }) = self.symbols.get(symbol) else { return None };
        let start = self.segments.get(data.index as usize)?.range.start + data.offset as usize;
        Some(start..start + data.size as usize)
    }

    /// The address in the memory of a symbol that is data and isn't imported.
    pub fn data_address(&self, symbol: usize) -> Option<u32> {
        let Some(SymbolInfo::Data { symbol: Some(data), .. }) = self.symbols.get(symbol) else { return None };
        Some(self.segments.get(data.index as usize)?.address + data.offset)
    }
}

fn constant(expression: &ConstExpr) -> Result<u32> {
    match expression.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(value as u32),
        other => bail!("an offset that isn't constant: {other:?}"),
    }
}
