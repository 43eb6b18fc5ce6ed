//! Programs of the stack: started in the background, ended only by their recorded ids.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// Time that a program may take to end before it is killed.
const GRACE: Duration = Duration::from_secs(5);

/// Text that the command line of each program contains: an id may since have been reused for
/// another program.
const MARKS: [(&str, &str); 3] = [
    ("localAws", "local_aws.py"),
    ("simulator", "store-simulator"),
    ("endpoint", "sample-endpoint"),
];

/// Programs that were started, by name. Every start is recorded at once.
#[derive(Debug)]
pub struct Processes<'a> {
    record: &'a Path,
    ids: BTreeMap<String, u32>,
}

impl<'a> Processes<'a> {
    /// Creates an empty set of programs.
    #[must_use]
    pub fn new(record: &'a Path) -> Self {
        Self {
            record,
            ids: BTreeMap::new(),
        }
    }

    /// Reads the recorded programs; none if nothing was recorded.
    #[must_use]
    pub fn recorded(record: &'a Path) -> Self {
        let ids = std::fs::read_to_string(record)
            .ok()
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        Self { record, ids }
    }

    /// Starts a program that outlives this one, with its output in the file `log`.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(&mut self, name: &str, command: &mut Command, log: &Path) -> anyhow::Result<()> {
        let file = File::create(log).with_context(|| format!("can't write {}", log.display()))?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            // A separate process group: Ctrl-C in the terminal must not end it.
            .process_group(0)
            .spawn()
            .with_context(|| format!("{name} can't be started"))?;
        self.ids.insert(name.to_owned(), child.id());
        std::fs::write(self.record, serde_json::to_string(&self.ids)?)?;
        // A program that has only just started does not show its command line yet.
        let deadline = Instant::now() + GRACE;
        while !is_running(name, child.id()) && child.try_wait()?.is_none() {
            if Instant::now() > deadline {
                bail!("{name} is not what was started");
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// Returns the ids, by name.
    #[must_use]
    pub fn ids(&self) -> &BTreeMap<String, u32> {
        &self.ids
    }

    /// Checks that a program is still running.
    ///
    /// # Errors
    /// If the program has ended.
    pub fn check(&self, name: &str) -> anyhow::Result<()> {
        if !self.ids.get(name).is_some_and(|id| is_running(name, *id)) {
            bail!("{name} has ended");
        }
        Ok(())
    }

    /// Ends all programs. Returns how many were running.
    ///
    /// # Errors
    /// If one cannot be ended.
    pub fn stop(&mut self) -> anyhow::Result<usize> {
        let running: Vec<_> = std::mem::take(&mut self.ids)
            .into_iter()
            .filter(|(name, id)| is_running(name, *id))
            .collect();
        for (_, id) in &running {
            signal(*id, "TERM")?;
        }
        let deadline = Instant::now() + GRACE;
        for (name, id) in &running {
            while is_running(name, *id) {
                if Instant::now() > deadline {
                    signal(*id, "KILL")?;
                    break;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        if self.record.exists() {
            std::fs::remove_file(self.record)?;
        }
        Ok(running.len())
    }
}

/// Returns whether the process exists and is the program that was started under that name.
fn is_running(name: &str, id: u32) -> bool {
    let mark = MARKS.iter().find(|(known, _)| *known == name);
    mark.is_some_and(|(_, mark)| command_line(id).is_some_and(|line| line.contains(mark)))
}

/// Returns the command line of a process, unless it has ended. A zombie process has none.
fn command_line(id: u32) -> Option<String> {
    let line = if Path::new("/proc/self/cmdline").exists() {
        std::fs::read(format!("/proc/{id}/cmdline")).ok()?
    } else {
        let id = id.to_string();
        let ps = Command::new("ps")
            .args(["-o", "command=", "-p", &id])
            .output();
        ps.ok()?.stdout
    };
    Some(String::from_utf8_lossy(&line).into_owned()).filter(|line| !line.trim().is_empty())
}

/// Sends a signal with the shell's `kill`.
fn signal(id: u32, signal: &str) -> anyhow::Result<()> {
    let id = id.to_string();
    let kill = [
        "-c",
        "kill -s \"$0\" \"$1\" 2>/dev/null || true",
        signal,
        &id,
    ];
    Command::new("sh").args(kill).status()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> anyhow::Result<std::path::PathBuf> {
        let folder = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    #[test]
    fn a_recorded_program_is_ended() -> anyhow::Result<()> {
        let folder = folder("process-ended")?;
        let record = folder.join("processes.json");
        let mut started = Processes::new(&record);
        // The marker is in its command line, as in that of the simulator.
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 5; true", "store-simulator"]);
        started.start("simulator", &mut command, &folder.join("log"))?;
        started.check("simulator")?;

        let mut recorded = Processes::recorded(&record);
        assert_eq!(recorded.stop()?, 1);
        assert!(started.check("simulator").is_err());
        assert!(!record.exists());
        std::fs::remove_dir_all(&folder)?;
        Ok(())
    }

    #[test]
    fn an_id_that_went_to_another_program_is_left_alone() -> anyhow::Result<()> {
        let folder = folder("process-other")?;
        let record = folder.join("processes.json");
        let mut other = Command::new("sleep").arg("30").spawn()?;
        std::fs::write(&record, format!("{{\"simulator\":{}}}", other.id()))?;
        assert_eq!(Processes::recorded(&record).stop()?, 0);
        assert!(other.try_wait()?.is_none(), "still running");
        other.kill()?;
        other.wait()?;
        std::fs::remove_dir_all(&folder)?;
        Ok(())
    }
}
