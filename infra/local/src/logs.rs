//! What the functions wrote, fetched from the local AWS into `target/local/logs`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use reqwest::Client;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::aws::{OWNER_KEY, REGION, STACK_NAME};
use crate::stack::Stack;

/// Writes `<function>.log` for each function. Answers the files.
///
/// The lines of a call are there only once it has ended.
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

async fn write(client: &Client, stack: &Stack, group: &str, file: &Path) -> anyhow::Result<()> {
    let mut text = String::new();
    let mut request = json!({"logGroupName": group});
    loop {
        let page = call(client, stack, "FilterLogEvents", &request).await?;
        for event in &page.events {
            text.push_str(&event.message);
            text.push('\n');
        }
        match page.next_token {
            Some(next) => request = json!({"logGroupName": group, "nextToken": next}),
            None => break,
        }
    }
    std::fs::write(file, text).with_context(|| format!("can't write {}", file.display()))
}

/// One call to CloudWatch Logs. The local AWS asks for the owner's key, not for a signature.
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
