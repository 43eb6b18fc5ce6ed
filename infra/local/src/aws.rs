//! The local AWS, and the deployment of the stack on it.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::layout::Layout;
use crate::process::Processes;

/// Region that the local AWS simulates.
pub const REGION: &str = "us-east-1";

/// Access key of the account's owner; the local AWS knows the owner by this name.
pub const OWNER_KEY: &str = "test";

/// Name of the local stack.
pub const STACK_NAME: &str = "purchase-beacon-local";

/// Starts the local AWS on a free loopback port, with role checks on. Returns its address.
///
/// # Errors
/// If it is not installed or does not become ready.
pub async fn start(layout: &Layout, processes: &mut Processes<'_>) -> anyhow::Result<String> {
    let python = layout.python();
    if !python.exists() {
        bail!("the local AWS is not installed; `cargo xtask up` installs it");
    }
    let port = free_port()?;
    let endpoint = format!("http://127.0.0.1:{port}");
    let temporary = layout.local("tmp");
    if temporary.exists() {
        // Code that an earlier stack unpacked.
        std::fs::remove_dir_all(&temporary)?;
    }
    std::fs::create_dir_all(&temporary)?;
    let mut command = Command::new(python);
    command
        .arg(layout.script("local_aws.py"))
        .env_clear()
        // The functions inherit these: settings of the person who starts the stack must not reach
        // them.
        .envs(["PATH", "HOME", "LANG"].map(|name| (name, std::env::var(name).unwrap_or_default())))
        .env("TMPDIR", &temporary)
        .env("PYTHONUNBUFFERED", "1")
        .env("AUTH", "true")
        .env("BIND_HOST", "127.0.0.1")
        .env("GATEWAY_PORT", port.to_string())
        .env("AWS_ENDPOINT_URL", &endpoint)
        .env("MINISTACK_REGION", REGION)
        .env("IOT_MTLS_ENABLED", "0")
        .env("SFTP_ENABLED", "0");
    if let Some(second) = std::env::var_os("LOCAL_SNS_SECOND") {
        command.env("LOCAL_SNS_SECOND", second);
    }
    processes.start(
        "localAws",
        &mut command,
        &layout.local("logs/local-aws.log"),
    )?;
    wait_until_ready(&endpoint, processes)
        .await
        .context("target/local/logs/local-aws.log says why the local AWS is not ready")?;
    Ok(endpoint)
}

async fn wait_until_ready(endpoint: &str, processes: &Processes<'_>) -> anyhow::Result<()> {
    let health = format!("{endpoint}/_ministack/health");
    for _ in 0..300 {
        if reqwest::get(&health)
            .await
            .is_ok_and(|answer| answer.status().is_success())
        {
            return Ok(());
        }
        processes.check("localAws")?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("it did not answer within 30 s")
}

fn free_port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// Deploys `template.yaml` with the functions of the folder. Returns the stack's outputs.
///
/// # Errors
/// With the reason of the first resource that cannot be created.
pub fn deploy(
    layout: &Layout,
    endpoint: &str,
    functions: &Path,
) -> anyhow::Result<BTreeMap<String, String>> {
    let output = Command::new(layout.python())
        .arg(layout.script("deploy.py"))
        .arg("--template")
        .arg(layout.template())
        .arg("--functions")
        .arg(functions)
        .args(["--stack", STACK_NAME])
        .args(["--parameter", "Stage=sandbox"])
        .args(["--parameter", "LocalStack=true"])
        // Whoever tries the stack out, or tests it, sees each change of the configuration at once.
        .args(["--parameter", "ConfigurationCacheSeconds=0"])
        .arg("--parameter")
        .arg(format!("Architecture={}", architecture()))
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", OWNER_KEY)
        .env("AWS_SECRET_ACCESS_KEY", OWNER_KEY)
        .env("AWS_DEFAULT_REGION", REGION)
        .output()?;
    if !output.status.success() {
        bail!(
            "the template can't be deployed\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    serde_json::from_slice(&output.stdout).context("deploy.py did not print the outputs")
}

/// Returns this machine's architecture, as the template names it: the functions run on it.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "aarch64" => "arm64",
        other => other,
    }
}
