//! Execution of other programs, none of which may reach a real AWS by accident.

use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::workspace::Workspace;

/// Endpoint at which nothing listens: a call that has no endpoint of its own fails at once.
const NOWHERE: &str = "http://127.0.0.1:9";

/// Builds a command without the credentials, profiles and endpoints of the person who runs it.
pub fn isolated(program: impl AsRef<OsStr>, workspace: &Workspace) -> Command {
    let mut command = Command::new(program);
    command.current_dir(workspace.root()).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if is_aws_setting(&name) {
            command.env_remove(name);
        }
    }
    command
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_ENDPOINT_URL", NOWHERE)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        // Without these two, the SDK would still read the person's profile.
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("SAM_CLI_TELEMETRY", "0");
    command
}

/// Whether a variable is a setting of the AWS SDKs. Those of AWS-LC, a library, belong to the
/// build.
fn is_aws_setting(name: &OsStr) -> bool {
    name.to_str()
        .is_some_and(|name| name.starts_with("AWS_") && !name.starts_with("AWS_LC_"))
}

/// Builds a command of the cargo that runs this program.
#[must_use]
pub fn cargo(workspace: &Workspace) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    isolated(cargo, workspace)
}

/// Runs a command to its end, with its output on ours.
///
/// # Errors
/// If it can't be started or fails.
pub fn run(command: &mut Command) -> anyhow::Result<()> {
    let shown = shown(command);
    let status = command
        .status()
        .with_context(|| format!("`{shown}` can't be started"))?;
    if !status.success() {
        bail!("`{shown}` failed: {status}");
    }
    Ok(())
}

/// Runs a command to its end, with its output in the file `log`. The error contains the end of that
/// file.
///
/// # Errors
/// If it can't be started or fails.
pub fn run_quietly(command: &mut Command, log: &Path) -> anyhow::Result<()> {
    let file = create(log)?;
    command.stdout(file.try_clone()?).stderr(file);
    run(command).map_err(|error| {
        let text = std::fs::read_to_string(log).unwrap_or_default();
        error.context(format!(
            "{}\n(all of it: {})",
            end_of(&text, 60),
            log.display()
        ))
    })
}

fn create(log: &Path) -> anyhow::Result<File> {
    if let Some(folder) = log.parent() {
        std::fs::create_dir_all(folder)?;
    }
    File::create(log).with_context(|| format!("can't write {}", log.display()))
}

/// Returns the last `lines` lines of a text.
fn end_of(text: &str, lines: usize) -> String {
    let all: Vec<_> = text.lines().collect();
    let from = all.len().saturating_sub(lines);
    all.get(from..).unwrap_or_default().join("\n")
}

fn shown(command: &Command) -> String {
    // The path of the program is long and says nothing.
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_persons_aws_settings_are_kept_out_and_settings_of_the_build_are_not() {
        assert!(is_aws_setting(OsStr::new("AWS_PROFILE")));
        assert!(is_aws_setting(OsStr::new("AWS_ENDPOINT_URL_SQS")));
        assert!(!is_aws_setting(OsStr::new("AWS_LC_SYS_PREBUILT_NASM")));
        assert!(!is_aws_setting(OsStr::new("PATH")));
    }

    #[test]
    fn every_call_that_forgets_its_endpoint_goes_nowhere() -> anyhow::Result<()> {
        let command = isolated("true", &Workspace::find()?);
        let endpoint = command
            .get_envs()
            .find(|(name, _)| *name == OsStr::new("AWS_ENDPOINT_URL"));
        assert_eq!(
            endpoint.and_then(|(_, value)| value),
            Some(OsStr::new(NOWHERE))
        );
        Ok(())
    }

    #[test]
    fn only_the_end_of_a_long_output_is_shown() {
        assert_eq!(end_of("a\nb\nc\n", 2), "b\nc");
        assert_eq!(end_of("a", 2), "a");
    }

    #[test]
    fn a_failure_shows_what_the_program_wrote() -> anyhow::Result<()> {
        let workspace = Workspace::find()?;
        let log = std::env::temp_dir().join(format!("xtask-test-{}.log", std::process::id()));
        let mut command = isolated("sh", &workspace);
        let error = run_quietly(command.args(["-c", "echo the reason >&2; exit 3"]), &log);
        std::fs::remove_file(&log)?;
        let text = format!("{:#}", error.expect_err("exit 3 is a failure"));
        assert!(
            text.contains("the reason") && text.contains("exit status: 3"),
            "{text}"
        );
        Ok(())
    }
}
