//! Logs of the functions, fetched from the local AWS.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::Timestamp;
use reqwest::Client;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::aws::{OWNER_KEY, REGION, STACK_NAME};
use crate::stack::Stack;

/// Writes `<function>.log` for each function. Returns the files.
///
/// The lines of a call appear only once it has ended.
///
/// # Errors
/// If the local AWS does not answer.
pub async fn fetch(stack: &Stack) -> anyhow::Result<Vec<PathBuf>> {
    let client = Client::new();
    let mut files = Vec::new();
    for function in stack.functions.keys() {
        let group = format!("/{STACK_NAME}/{function}");
        let file = stack.logs.join(format!("{function}.log"));
        write(&client, stack, &group, &file).await.context(group)?;
        files.push(file);
    }
    Ok(files)
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Asked<'a> {
    log_group_name: &'a str,
    /// Time in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    start_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    events: Vec<Line>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Line {
    message: String,
}

/// Returns the lines that a function logged since `begun`.
///
/// # Errors
/// If the local AWS does not answer.
pub async fn since(stack: &Stack, function: &str, begun: Timestamp) -> anyhow::Result<Vec<String>> {
    let group = format!("/{STACK_NAME}/{function}");
    let lines = read(&Client::new(), stack, &group, Some(begun)).await;
    lines.context(group)
}

async fn write(client: &Client, stack: &Stack, group: &str, file: &Path) -> anyhow::Result<()> {
    let mut text = read(client, stack, group, None).await?.join("\n");
    if !text.is_empty() {
        text.push('\n');
    }
    std::fs::write(file, text).with_context(|| format!("can't write {}", file.display()))
}

async fn read(
    client: &Client,
    stack: &Stack,
    group: &str,
    begun: Option<Timestamp>,
) -> anyhow::Result<Vec<String>> {
    let mut lines = Vec::new();
    let mut next = None;
    loop {
        let request = Asked {
            log_group_name: group,
            start_time: begun.map(Timestamp::as_millisecond),
            next_token: next,
        };
        let page = call(client, stack, "FilterLogEvents", &json!(request)).await?;
        lines.extend(page.events.into_iter().map(|event| event.message));
        next = page.next_token;
        if next.is_none() {
            return Ok(lines);
        }
    }
}

/// Makes one call to CloudWatch Logs. The local AWS requires the owner's key, but no signature.
async fn call(client: &Client, stack: &Stack, action: &str, body: &Value) -> anyhow::Result<Page> {
    let scope = format!("{OWNER_KEY}/20260101/{REGION}/logs/aws4_request");
    let answer = client
        .post(&stack.aws_endpoint)
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", format!("Logs_20140328.{action}"))
        .header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"),
        )
        .body(body.to_string())
        .send()
        .await?
        .error_for_status()?;
    Ok(answer.json().await?)
}
