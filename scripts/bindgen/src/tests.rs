//! Splits small modules, which rustc makes of `tests/modules`, and compares their parts with the whole.

mod leb;
mod module;

use crate::{cut, plan};
use module::{Function, Module, validate};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

const PARTS: [&str; 4] = ["clients", "client", "names", "statistics"];
const UNUSED: [&str; 2] = ["not_needed_by_the_browser", "not_needed_either"];

/// A module, planned and cut.
struct Split {
    folder: PathBuf,
    /// The module as the linker writes it.
    linked: Vec<u8>,
    /// The planned module, as walrus writes it.
    whole: Module,
    plan: plan::Plan,
    /// By name. `app` is the main module.
    files: BTreeMap<String, Module>,
    /// Which function of which file each function of the whole module has become.
    places: HashMap<u32, (String, u32)>,
}

/// `app.rs`, which most tests are about.
static APP: LazyLock<Split> = LazyLock::new(|| split("app", &UNUSED).unwrap());

fn scratch(name: &str) -> PathBuf {
    let executable = env::current_exe().unwrap();
    let folder = executable.parent().unwrap().join("bindgen-tests").join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Compiles and links a module of `tests/modules`.
fn compiled(name: &str) -> Vec<u8> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/modules").join(format!("{name}.rs"));
    let linked = scratch("linked").join(format!("{name}.wasm"));
    let status = Command::new("rustc")
        .args(["--edition", "2024", "--crate-name", "app", "--crate-type", "cdylib", "-O", "-C", "panic=abort"])
        .args(["--target", "wasm32-unknown-unknown", "-C", "link-arg=--emit-relocs", "-o"])
        .args([&linked, &source])
        .status()
        .unwrap();
    assert!(status.success(), "rustc failed; `rustup target add wasm32-unknown-unknown` installs the target");
    fs::read(linked).unwrap()
}

fn split(name: &str, unused: &[&str]) -> anyhow::Result<Split> {
    let linked = compiled(name);
    let (planned, plan) = plan::plan(&linked, unused)?;
    validate(&planned);
    let folder = scratch(name);
    fs::remove_dir_all(&folder)?;
    fs::create_dir_all(folder.join("whole"))?;
    fs::write(folder.join("whole/app.wasm"), &planned)?;
    cut::cut(&planned, &plan, &folder, "app")?;

    let mut files = BTreeMap::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "wasm") {
            let wasm = fs::read(&path)?;
            validate(&wasm);
            files.insert(path.file_stem().unwrap().to_str().unwrap().to_owned(), Module::read(&wasm));
        }
    }
    // Walrus reorders the locals of functions, so the whole module passes through it as well.
    let whole = Module::read(&walrus::Module::from_buffer(&planned)?.emit_wasm());
    let places = joined(&whole, &files);
    Ok(Split { folder, linked, whole, plan, files, places })
}

/// The file and the index in which a function of a file is defined. An imported one is found by its table slot.
fn definition(files: &BTreeMap<String, Module>, file: &str, index: u32) -> (String, u32) {
    let slot = match &files[file].functions[index as usize] {
        Function::Imported { module, name } if module.is_empty() => name.parse().unwrap(),
        _ => return (file.to_owned(), index),
    };
    let mut found = files.iter().filter_map(|(file, module)| Some((file.clone(), *module.slots.get(&slot)?)));
    let place = found.next().unwrap_or_else(|| panic!("{file} imports slot {slot}, which is empty"));
    assert!(found.next().is_none(), "slot {slot} is in two files");
    place
}

/// Follows the calls of the whole module and of the files side by side, from exports and table slots on, and checks
/// that both do the same everywhere.
fn joined(whole: &Module, files: &BTreeMap<String, Module>) -> HashMap<u32, (String, u32)> {
    let mut open: Vec<(u32, (String, u32))> = Vec::new();
    for (name, index) in &whole.exports {
        open.push((*index, definition(files, "app", files["app"].exports[name])));
    }
    for (file, module) in files {
        for (slot, index) in &module.slots {
            // A slot beyond the whole table is of a function that only calls of other files need there.
            if let Some(original) = whole.slots.get(slot) {
                open.push((*original, definition(files, file, *index)));
            }
        }
    }
    let mut places = HashMap::new();
    while let Some((original, place)) = open.pop() {
        if let Some(known) = places.insert(original, place.clone()) {
            assert_eq!(known, place, "{} is in two places", whole.name(original));
            continue;
        }
        match (&whole.functions[original as usize], &files[&place.0].functions[place.1 as usize]) {
            (Function::Defined { code: one, calls }, Function::Defined { code: other, calls: other_calls }) => {
                assert_eq!(one, other, "{} has changed in {}", whole.name(original), place.0);
                assert_eq!(calls.len(), other_calls.len());
                for (called, other) in calls.iter().zip(other_calls) {
                    open.push((*called, definition(files, &place.0, *other)));
                }
            }
            (one, other) => assert_eq!(one, other, "{}", whole.name(original)),
        }
    }
    places
}

impl Split {
    /// The only function of the whole module with a piece of a name.
    fn named(&self, piece: &str) -> u32 {
        let mut found = (0..self.whole.functions.len() as u32).filter(|index| self.whole.name(*index).contains(piece));
        let index = found.next().unwrap_or_else(|| panic!("no function {piece}"));
        assert!(found.next().is_none(), "two functions {piece}");
        index
    }

    fn file_of(&self, piece: &str) -> &str {
        &self.places[&self.named(piece)].0
    }

    /// The files whose contents of the memory have the first number of a table of `tests/modules`.
    fn files_with(&self, number: u32) -> Vec<&str> {
        let has = |module: &Module| {
            module.memory.iter().any(|(_, bytes)| bytes.windows(4).any(|window| window == number.to_le_bytes()))
        };
        self.files.iter().filter(|(_, module)| has(module)).map(|(file, _)| file.as_str()).collect()
    }

    /// Runs the module in a folder with JavaScript.
    fn run(&self, folder: &str, calls: &str) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/run.mjs");
        let output =
            Command::new("node").arg(script).arg(self.folder.join(folder)).args(["app", calls]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

#[test]
fn each_part_has_a_file_and_parts_json_names_those_it_needs() {
    let files: Vec<&str> = APP.files.keys().map(String::as_str).collect();
    assert_eq!(files, ["app", "app-client", "app-clients", "app-names", "app-shared", "app-statistics"]);
    assert_eq!(APP.plan.parts.iter().collect::<BTreeSet<_>>().len(), PARTS.len());
    let list = fs::read_to_string(APP.folder.join("parts.json")).unwrap();
    let entries: BTreeSet<String> =
        list.trim_matches(['{', '}']).split("],").map(|part| part.replace([']', ' '], "")).collect();
    let expected = [
        r#""client":["app-client""#,
        r#""clients":["app-clients""#,
        r#""names":["app-shared","app-names""#,
        r#""statistics":["app-shared","app-statistics""#,
    ];
    assert_eq!(entries, expected.map(str::to_owned).into());
}

#[test]
fn every_function_is_in_one_file_and_calls_what_it_called_before() {
    // `joined` has compared the calls. It doesn't reach functions that only emptied ones call.
    for (index, function) in APP.whole.functions.iter().enumerate() {
        let name = APP.whole.name(index as u32);
        let unreachable = name.contains("needed_by_unused_functions");
        assert_eq!(APP.places.contains_key(&(index as u32)), !unreachable, "{name}: {function:?}");
    }
    let mut reached = HashSet::new();
    for (original, place) in &APP.places {
        assert!(reached.insert(place), "{} is in the place of another function", APP.whole.name(*original));
    }
    for (file, module) in &APP.files {
        for (index, function) in module.functions.iter().enumerate() {
            if let Function::Defined { .. } = function {
                assert!(reached.contains(&(file.clone(), index as u32)), "function {index} of {file} is new");
            }
        }
    }
}

#[test]
fn functions_are_in_the_files_of_those_who_need_them() {
    for (name, file) in [
        ("5parts7clients4page", "app-clients"),
        ("5parts6client4page", "app-client"),
        ("5parts5names3tab", "app-names"),
        ("5parts5names5queue", "app-names"),
        ("5parts10statistics4page", "app-statistics"),
        ("app14needed_by_main17h", "app"),
        ("25needed_by_main_and_client", "app"),
        ("17needed_by_clients17h", "app-clients"),
        // The page that is opened first loads as few files as possible.
        ("27needed_by_clients_and_names", "app"),
        ("16needed_by_client17h", "app-client"),
        ("15needed_by_names17h", "app-names"),
        ("30needed_by_names_and_statistics", "app-shared"),
        ("20needed_by_statistics", "app-statistics"),
    ] {
        assert_eq!(APP.file_of(name), file, "{name}");
    }
}

#[test]
fn data_is_in_the_files_of_those_who_need_it() {
    for (number, files) in [
        (0x1111_1111, vec!["app"]),
        (0x2222_2221, vec!["app"]),
        (0x3333_3333, vec!["app-clients"]),
        (0x4444_4443, vec!["app"]),
        (0x5555_5555, vec!["app-client"]),
        (0x6666_6665, vec!["app-names"]),
        (0x7777_7777, vec!["app-shared"]),
        (0x8888_8887, vec!["app-statistics"]),
        // Only emptied functions need it.
        (0x9999_9999, vec![]),
    ] {
        assert_eq!(APP.files_with(number), files, "{number:x}");
    }
}

#[test]
fn the_files_fill_every_table_slot_once() {
    let mut filled = BTreeSet::new();
    for (file, module) in &APP.files {
        for slot in module.slots.keys() {
            assert!(filled.insert(*slot), "{file} fills slot {slot} again");
        }
    }
    // The first slot stays empty, so that no function has the address 0.
    assert_eq!(filled, (1..=filled.len() as u32).collect());
    assert!(APP.whole.slots.keys().all(|slot| filled.contains(slot)));
    for (file, module) in &APP.files {
        assert!(module.table_size as usize > filled.len(), "the table of {file} is too small");
    }
}

#[test]
fn a_function_of_another_file_is_imported_by_its_table_slot() {
    // Files that are loaded earlier.
    let earlier = |file: &str| match file {
        "app" => vec![],
        "app-shared" => vec!["app"],
        _ => vec!["app", "app-shared"],
    };
    for (file, module) in &APP.files {
        for (index, function) in module.functions.iter().enumerate() {
            let Function::Imported { module: from, name } = function else { continue };
            if file == "app" {
                assert_eq!((from.as_str(), name.as_str()), ("env", "twice"));
            } else {
                assert_eq!(from, "", "{file} imports {name}");
                let (other, _) = definition(&APP.files, file, index as u32);
                assert!(earlier(file).contains(&other.as_str()), "{file} imports from {other}");
            }
        }
    }
    let imports = |file: &str, function: &str| {
        let slot = APP.places[&APP.named(function)].clone();
        let indices = 0..APP.files[file].functions.len() as u32;
        indices.map(|index| definition(&APP.files, file, index)).any(|place| place == slot)
    };
    assert!(imports("app-names", "27needed_by_clients_and_names"));
    assert!(imports("app-names", "30needed_by_names_and_statistics"));
    assert!(imports("app-client", "app14needed_by_main17h"));
    assert!(imports("app-client", "twice"), "a function of JavaScript");
}

/// The memory as a module fills it, by address. Bytes that are 0 are left out.
fn filled<'a>(modules: impl IntoIterator<Item = &'a Module>) -> BTreeMap<u32, u8> {
    let mut memory = BTreeMap::new();
    for (begin, bytes) in modules.into_iter().flat_map(|module| &module.memory) {
        for (address, byte) in (*begin..).zip(bytes).filter(|(_, byte)| **byte != 0) {
            assert!(memory.insert(address, *byte).is_none(), "address {address} is filled twice");
        }
    }
    memory
}

#[test]
fn the_files_fill_the_memory_like_the_whole_module() {
    let mut whole = filled([&APP.whole]);
    let parts = filled(APP.files.values());
    // Unused data is left out.
    for (from, to, needed) in &APP.plan.data {
        if *needed == 0 {
            whole.retain(|address, _| !(*from..*to).contains(address));
        }
    }
    assert!(whole.len() > 500);
    assert!(whole == parts);
}

#[test]
fn calls_through_parts_return_what_they_did_before() {
    let loads = ["clients", "client", "names", "statistics"].map(|part| format!(r#"["load","{part}"]"#)).join(",");
    let mut calls = vec![loads];
    for page in 0..6 {
        calls.extend([0, 7, 14, 15, 16].map(|number| format!(r#"["open",{page},{number}]"#)));
    }
    calls.push(r#"["panics"],["last_line"],["open_former",0,1]"#.to_owned());
    let calls = format!("[{}]", calls.join(","));
    let parts = APP.run("", &calls);
    assert_eq!(parts, APP.run("whole", &calls));
    // Numbers beyond a table trap, in six pages and one that calls for the number after.
    assert_eq!(parts.matches("null").count(), 6 + 1 + 1, "{parts}");
    // All panics name the same line.
    assert!(parts.ends_with(",7,1,null]"), "{parts}");
}

#[test]
fn a_part_traps_before_it_is_loaded_and_needs_no_other_part() {
    let calls = |part: &str, page: u32| format!(r#"[["open",{page},3],["load","{part}"],["open",{page},3]]"#);
    for (page, part) in ["clients", "client", "names", "names", "statistics"].into_iter().enumerate() {
        let results = APP.run("", &calls(part, page as u32));
        assert!(results.starts_with("[null,0,") && !results.ends_with("null]"), "{part}: {results}");
    }
}

#[test]
fn data_of_two_parts_is_shared_even_if_no_function_is() {
    let split = split("shared_data", &[]).unwrap();
    assert_eq!(split.files_with(225), ["app-shared"]);
    let calls = r#"[["load","statistics"],["open",1,15],["load","names"],["open",0,4]]"#;
    assert_eq!(split.run("", calls), "[0,258,0,26]");
}

fn error<T>(outcome: anyhow::Result<T>) -> String {
    format!("{:#}", outcome.err().expect("an error"))
}

#[test]
fn a_piece_of_a_name_that_matches_no_function_is_an_error() {
    let error = error(plan::plan(&APP.linked, &["4page", "16renamed_function"]));
    assert!(error.contains("16renamed_function") && !error.contains("4page"), "{error}");
}

#[test]
fn a_module_without_relocations_is_an_error() {
    let planned = fs::read(APP.folder.join("whole/app.wasm")).unwrap();
    let error = error(plan::plan(&planned, &[]));
    assert!(error.contains("--emit-relocs"), "{error}");
}

#[test]
fn a_part_that_is_called_directly_is_an_error() {
    let error = error(split("direct", &[]));
    assert!(error.contains("5parts5names4page") && error.contains("open"), "{error}");
}

#[test]
fn a_part_that_is_not_called_through_the_table_is_an_error() {
    let error = error(split("no_pointer", &[]));
    assert!(error.contains("5parts5names4page"), "{error}");
}

#[test]
fn a_plan_is_read_as_it_was_written() {
    let read = plan::Plan::read(&APP.plan.write()).unwrap();
    assert_eq!((&read.parts, &read.slots, &read.data), (&APP.plan.parts, &APP.plan.slots, &APP.plan.data));
    let empty = plan::Plan::read(&plan::Plan::default().write()).unwrap();
    assert!(empty.parts.is_empty() && empty.slots.is_empty() && empty.data.is_empty());
    let most = plan::Plan { parts: vec!["a".into()], slots: vec![u32::MAX, 0], data: vec![(0, u32::MAX, 1 << 31)] };
    let read = plan::Plan::read(&most.write()).unwrap();
    assert_eq!((read.slots, read.data), (most.slots, most.data));
}

#[test]
fn a_plan_that_is_not_whole_is_an_error() {
    for text in ["", "clients", "clients\n1 2", "clients\n1 x\n", "clients\n1\n0 1", "clients\n1\n0 4294967296 1\n"] {
        assert!(plan::Plan::read(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_function_begins_a_part_and_what_is_within_it_does_not() {
    use plan::part_begun_by;
    assert_eq!(part_begun_by("_ZN3app5parts7clients4page17h0123456789abcdefE"), Some("clients"));
    assert_eq!(part_begun_by("_RNvNtNtCs1234_3app5parts7clients4page"), Some("clients"));
    assert_eq!(part_begun_by("_ZN3app5parts7clients4page28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE"), None);
    assert_eq!(part_begun_by("_RNCNvNtNtCs1234_3app5parts7clients4page0B7_"), None);
    assert_eq!(part_begun_by("_ZN3app5parts5fetch17h0123456789abcdefE"), None);
    assert_eq!(part_begun_by("_ZN3app7clients4page17h0123456789abcdefE"), None);
    for cut_short in ["", "_ZN3app5parts", "_ZN3app5parts7", "_ZN3app5parts7cli", "_ZN3app5parts7clients99page"] {
        assert_eq!(part_begun_by(cut_short), None, "{cut_short}");
    }
}
