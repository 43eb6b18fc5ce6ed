//! Starting and stopping the whole local stack.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::confidential::Confidential;
use crate::layout::Layout;
use crate::process::Processes;
use crate::stack::{Seeded, Stack};
use crate::{aws, functions, logs, seed};

/// Starts a fresh stack. A running one is stopped first. If anything fails, nothing keeps running.
///
/// `say` receives a line for each step.
///
/// # Errors
/// If a part cannot be started, deployed or seeded.
pub async fn up(layout: &Layout, say: &dyn Fn(&str)) -> anyhow::Result<Stack> {
    down(layout).await?;
    std::fs::create_dir_all(layout.local("logs"))?;
    let record = layout.local("processes.json");
    let mut processes = Processes::new(&record);
    let started = start(layout, &mut processes, say).await;
    if started.is_err() {
        processes.stop()?;
    }
    started
}

async fn start(
    layout: &Layout,
    processes: &mut Processes<'_>,
    say: &dyn Fn(&str),
) -> anyhow::Result<Stack> {
    let start = Instant::now();
    let done = |what: &str| say(&format!("{what} ({:.1} s)", start.elapsed().as_secs_f64()));
    let simulator_url =
        start_server(layout, processes, "simulator", "store-simulator", &[]).await?;
    let endpoint_url = start_server(
        layout,
        processes,
        "endpoint",
        "sample-endpoint",
        &["--verify"],
    )
    .await?;
    let aws_endpoint = aws::start(layout, processes).await?;
    done("local AWS, store simulator and sample endpoint are up");
    let folder = functions::lay_out(layout)?;
    let outputs = aws::deploy(layout, &aws_endpoint, &folder)?;
    done("template.yaml is deployed");
    let mut stack = describe(&outputs, &aws_endpoint, simulator_url, endpoint_url)?;
    stack.functions = function_names(layout, &outputs)?;
    stack.processes = processes.ids().clone();
    stack.logs = layout.local("logs");
    Confidential::of(&stack).forget()?;
    stack.seeded = seed::seed(&stack, &layout.local(""))
        .await
        .context("seeding")?;
    stack.write(&layout.stack_json())?;
    done("a broadcaster is seeded");
    Ok(stack)
}

/// Fetches the functions' logs and stops the stack. Does nothing if none is running.
///
/// # Errors
/// If a process cannot be ended.
pub async fn down(layout: &Layout) -> anyhow::Result<usize> {
    let record = layout.local("processes.json");
    let mut processes = Processes::recorded(&record);
    let description = layout.stack_json();
    if let Ok(stack) = Stack::read(&description) {
        if processes.check("localAws").is_ok() {
            // A timeout, so that a stack that hangs can still be stopped.
            let fetched = tokio::time::timeout(Duration::from_secs(20), logs::fetch(&stack)).await;
            drop(fetched);
        }
        std::fs::remove_file(&description)?;
    }
    processes.stop()
}

/// Starts one of the workspace's servers on a free port. Returns its address.
async fn start_server(
    layout: &Layout,
    processes: &mut Processes<'_>,
    name: &str,
    program: &str,
    arguments: &[&str],
) -> anyhow::Result<String> {
    let port_file = layout.local(&format!("{name}.port"));
    if port_file.exists() {
        std::fs::remove_file(&port_file)?;
    }
    let mut command = Command::new(layout.program(program));
    command
        .args(["--port", "0", "--port-file"])
        .arg(&port_file)
        .args(arguments);
    let log = layout.local(&format!("logs/{program}.log"));
    processes.start(name, &mut command, &log)?;
    for _ in 0..500 {
        if let Some(port) = port_in(&port_file) {
            return Ok(format!("http://127.0.0.1:{port}"));
        }
        processes
            .check(name)
            .with_context(|| format!("{} says why", log.display()))?;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    bail!("{program} did not listen within 10 s")
}

fn port_in(file: &Path) -> Option<u16> {
    std::fs::read_to_string(file).ok()?.trim().parse().ok()
}

/// Returns the stack as its outputs describe it, not yet seeded.
fn describe(
    outputs: &BTreeMap<String, String>,
    aws_endpoint: &str,
    simulator_url: String,
    endpoint_url: String,
) -> anyhow::Result<Stack> {
    let output = |name: &str| {
        let value = outputs.get(name).cloned();
        value.with_context(|| format!("the stack has no output {name}"))
    };
    let named = |names: &[(&str, &str)]| {
        let each = |(name, from): &(&str, &str)| Ok(((*name).to_owned(), output(from)?));
        names
            .iter()
            .map(each)
            .collect::<anyhow::Result<BTreeMap<_, _>>>()
    };
    let port = aws_endpoint.rsplit(':').next().unwrap_or_default();
    Ok(Stack {
        api_url: aws_endpoint.to_owned(),
        api_host: format!("{}.execute-api.localhost:{port}", output("ApiId")?),
        aws_endpoint: aws_endpoint.to_owned(),
        region: aws::REGION.to_owned(),
        access_key_id: aws::OWNER_KEY.to_owned(),
        secret_access_key: aws::OWNER_KEY.to_owned(),
        stack_name: aws::STACK_NAME.to_owned(),
        simulator_url,
        endpoint_url,
        tables: named(&[
            ("broadcasters", "BroadcastersTableName"),
            ("purchases", "PurchasesTableName"),
            ("subscriptions", "SubscriptionsTableName"),
            ("events", "EventsTableName"),
        ])?,
        functions: BTreeMap::new(),
        queues: named(&[
            ("verification", "VerificationQueueUrl"),
            ("verificationDeadLetters", "VerificationDeadLettersUrl"),
            ("fanoutDeadLetters", "FanoutDeadLettersUrl"),
        ])?,
        operator_function: output("OperatorFunction")?,
        seeded: Seeded::default(),
        processes: BTreeMap::new(),
        logs: Path::new("").to_owned(),
    })
}

/// Returns the deployed name of each function: its output is named after its folder.
fn function_names(
    layout: &Layout,
    outputs: &BTreeMap<String, String>,
) -> anyhow::Result<BTreeMap<String, String>> {
    let mut names = BTreeMap::new();
    for folder in layout.functions()? {
        let output = format!("{}Function", camel_case(&folder));
        let name = outputs
            .get(&output)
            .with_context(|| format!("template.yaml has no output {output}"))?;
        names.insert(folder, name.clone());
    }
    Ok(names)
}

/// Converts `purchase-intake` to `PurchaseIntake`.
fn camel_case(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_named_after_the_folder() {
        assert_eq!(camel_case("purchase-intake"), "PurchaseIntake");
        assert_eq!(camel_case("operator"), "Operator");
    }

    #[test]
    fn the_api_is_called_on_loopback_and_named_in_the_host_header() -> anyhow::Result<()> {
        let outputs = [
            "ApiId",
            "BroadcastersTableName",
            "PurchasesTableName",
            "SubscriptionsTableName",
            "EventsTableName",
            "VerificationQueueUrl",
            "VerificationDeadLettersUrl",
            "FanoutDeadLettersUrl",
            "OperatorFunction",
        ];
        let outputs = outputs
            .map(|name| (name.to_owned(), "0a1b".to_owned()))
            .into();
        let stack = describe(
            &outputs,
            "http://127.0.0.1:4566",
            String::new(),
            String::new(),
        )?;
        assert_eq!(stack.api_url, "http://127.0.0.1:4566");
        assert_eq!(stack.api_host, "0a1b.execute-api.localhost:4566");
        Ok(())
    }
}
