//! Inputs that once broke a parser, and samples of what it reads: it takes them all.

mod stored_before;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

#[test]
fn every_parser_takes_the_inputs_that_are_kept_for_it() {
    let inputs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/fuzz/inputs");
    let mut folders: Vec<_> = fs::read_dir(&inputs)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    let mut parsers: Vec<_> = stores::fuzzed().into_iter().map(|(name, _)| name).collect();
    parsers.sort_unstable();
    assert_eq!(
        folders, parsers,
        "each parser has a folder, and each folder a parser"
    );
    for (name, parse) in stores::fuzzed() {
        let mut taken = 0;
        for entry in fs::read_dir(inputs.join(&name)).unwrap() {
            let bytes = fs::read(entry.unwrap().path()).unwrap();
            let began = Instant::now();
            parse(&bytes);
            assert!(
                began.elapsed() < Duration::from_secs(5),
                "{name} takes too long"
            );
            taken += 1;
        }
        assert!(taken > 0, "{name} has no input");
    }
}

#[test]
fn every_parser_takes_whatever_is_not_of_its_form() {
    let deep = "[".repeat(100_000);
    let texts = [
        "",
        "\0",
        "{}",
        "[]",
        "null",
        "\"\"",
        "a.b.c",
        "...",
        deep.as_str(),
    ];
    for (name, parse) in stores::fuzzed() {
        for text in texts {
            let began = Instant::now();
            parse(text.as_bytes());
            parse(&[text.as_bytes(), &[0xFF, 0xFE]].concat());
            assert!(
                began.elapsed() < Duration::from_secs(5),
                "{name} takes too long"
            );
        }
    }
}
