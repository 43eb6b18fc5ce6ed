//! Programs that are measured: each as a process of its own.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::runtime_api::RuntimeApi;

/// Program with its event.
#[derive(Debug, Clone)]
pub struct Program {
    /// Name in tables.
    pub name: String,
    /// Executable, and the script that it runs if it is an interpreter.
    pub command: Vec<PathBuf>,
    /// Invocation event.
    pub event: String,
    /// Environment variables.
    pub variables: Vec<(String, String)>,
}

/// Running program that waits for an event.
pub struct Instance {
    child: Child,
    api: RuntimeApi,
    is_waiting: bool,
}

impl Program {
    /// Starts the program and measures the time until it requests its first event.
    ///
    /// # Errors
    /// If it can't be started or requests none.
    pub async fn start(&self) -> anyhow::Result<(Instance, Duration)> {
        let mut api = RuntimeApi::start().await?;
        let (executable, script) = self.command.split_first().context("no command")?;
        let mut command = Command::new(executable);
        command
            .args(script)
            // The environment of whoever runs this must not matter.
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .env("AWS_LAMBDA_RUNTIME_API", &api.address)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let began = Instant::now();
        let mut child = command.spawn().with_context(|| self.name.clone())?;
        match api.requested().await {
            Ok(requested) => {
                let taken = requested.duration_since(began);
                let is_waiting = true;
                Ok((
                    Instance {
                        child,
                        api,
                        is_waiting,
                    },
                    taken,
                ))
            }
            Err(error) => {
                child.kill()?;
                child.wait()?;
                Err(error.context(self.name.clone()))
            }
        }
    }
}

impl Instance {
    /// Hands the event over and measures the time until the result is posted.
    ///
    /// # Errors
    /// If the program fails, or its result says that the work was not done.
    pub async fn call(&mut self, event: &str) -> anyhow::Result<Duration> {
        if !self.is_waiting {
            self.api.requested().await?;
        }
        self.is_waiting = false;
        let (taken, result) = self.api.invoke(event).await?;
        check(&serde_json::from_slice(&result)?)?;
        Ok(taken)
    }

    /// Returns the largest resident memory so far, in MB; `None` where the system does not tell.
    pub fn peak_memory(&self) -> Option<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kibibytes * 1024.0 / 1_000_000.0)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Checks that a result is not a refusal: a function that refuses at once would seem fast.
fn check(result: &Value) -> anyhow::Result<()> {
    let status = result.get("statusCode").and_then(Value::as_u64);
    let failures = result.get("batchItemFailures").and_then(Value::as_array);
    if status.is_some_and(|status| status >= 300) || failures.is_some_and(|list| !list.is_empty()) {
        bail!("it did not do the work: {result}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_result_that_refuses_is_an_error() {
        assert!(check(&Value::Null).is_ok());
        assert!(check(&json!({"statusCode": 202})).is_ok());
        assert!(check(&json!({"batchItemFailures": []})).is_ok());
        assert!(check(&json!({"statusCode": 401})).is_err());
        assert!(check(&json!({"batchItemFailures": [{"itemIdentifier": "m0"}]})).is_err());
    }
}
