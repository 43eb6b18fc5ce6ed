//! The connectors have the same files, so that whoever knows one finds everything in the others.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use domain::Store;

/// Files that every connector has.
const ALWAYS: [&str; 8] = [
    "client.rs",
    "config.rs",
    "fuzzing.rs",
    "look_up.rs",
    "mod.rs",
    "snapshot.rs",
    "submission.rs",
    "wire.rs",
];

/// Files that a connector has if its store has the feature.
const IF_NEEDED: [&str; 3] = [
    "credential_check.rs",
    "notification.rs",
    "notification_history.rs",
];

fn folder(store: Store) -> PathBuf {
    let module = store.slug().replace('-', "_");
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/stores/src/connectors");
    sources.join(module)
}

fn names(folder: &Path) -> BTreeSet<String> {
    std::fs::read_dir(folder)
        .expect("the folder of a connector")
        .map(|entry| entry.expect("an entry of it").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

#[test]
fn every_connector_has_the_same_files() {
    for store in Store::ALL {
        let mut files = names(&folder(store));
        files.retain(|name| Path::new(name).extension().is_some());
        for name in ALWAYS {
            assert!(files.remove(name), "{store} has no {name}");
        }
        files.retain(|name| !IF_NEEDED.contains(&name.as_str()));
        assert!(files.is_empty(), "{store} has further files: {files:?}");
    }
}

#[test]
fn what_is_more_lies_in_a_folder_of_its_file_or_is_a_module_of_its_own() {
    for store in Store::ALL {
        let names = names(&folder(store));
        for name in names.iter().filter(|name| !name.contains('.')) {
            let beside = names.contains(&format!("{name}.rs"));
            let own = folder(store).join(name).join("mod.rs").exists();
            assert!(beside != own, "{store}: {name}");
        }
    }
}
