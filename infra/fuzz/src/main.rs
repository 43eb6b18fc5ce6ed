//! Any bytes into the parser that `FUZZED` names: none may panic, hang or take memory without bound.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

static PARSER: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let wanted = std::env::var("FUZZED").unwrap_or_default();
    match stores::fuzzed().iter().find(|(name, _)| *name == wanted) {
        Some((_, parser)) => *parser,
        None => panic!("FUZZED names no parser"),
    }
});

fuzz_target!(|bytes: &[u8]| PARSER(bytes));
