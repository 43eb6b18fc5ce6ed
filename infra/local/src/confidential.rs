//! Search of the logs for confidential text: everything confidential that a run creates is
//! recorded, and in the end all logs are searched for it.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use anyhow::{Context as _, bail, ensure};

use crate::logs;
use crate::stack::Stack;

/// Minimum length of text that is searched for: shorter text occurs by chance.
const SHORTEST: usize = 12;

/// Record of the confidential text of a running stack.
#[derive(Debug, Clone)]
pub struct Confidential {
    notes: PathBuf,
}

impl Confidential {
    /// Returns the record of this stack.
    #[must_use]
    pub fn of(stack: &Stack) -> Self {
        Self {
            notes: stack.logs.with_file_name("confidential.txt"),
        }
    }

    /// Records a token, a secret or a purchase key.
    ///
    /// # Errors
    /// If the record cannot be written.
    pub fn note(&self, text: &str) -> anyhow::Result<()> {
        let mut notes = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.notes)
            .with_context(|| format!("can't write {}", self.notes.display()))?;
        // One call, so that concurrent processes do not interleave their lines.
        notes.write_all(format!("{text}\n").as_bytes())?;
        Ok(())
    }

    /// Clears the record.
    ///
    /// # Errors
    /// If the old record cannot be removed.
    pub fn forget(&self) -> anyhow::Result<()> {
        match std::fs::remove_file(&self.notes) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// Searches all logs of a stack for the recorded text. Returns the number of recorded texts and the
/// number of bytes of logs.
///
/// # Errors
/// Names the log that contains something confidential; also fails if there is nothing to search or
/// to search for.
pub async fn search(stack: &Stack) -> anyhow::Result<(usize, usize)> {
    let files = logs::fetch(stack).await?;
    let notes = std::fs::read_to_string(Confidential::of(stack).notes).unwrap_or_default();
    let notes: Vec<&str> = notes
        .lines()
        .filter(|note| note.len() >= SHORTEST)
        .collect();
    ensure!(!notes.is_empty(), "nothing confidential was noted");
    let any = AhoCorasick::new(&notes)?;
    let mut searched = 0;
    let mut found = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file)?;
        ensure!(!text.is_empty(), "{} is empty", file.display());
        searched += text.len();
        let hits = any.find_iter(&text).count();
        if hits > 0 {
            found.push(format!("{hits} in {}", shown(&file)));
        }
    }
    if !found.is_empty() {
        bail!("confidential texts stand in the logs: {}", found.join(", "));
    }
    Ok((notes.len(), searched))
}

fn shown(file: &Path) -> String {
    file.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
