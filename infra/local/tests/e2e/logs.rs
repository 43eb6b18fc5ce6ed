//! What a function does can be read afterwards.

use aws_sdk_lambda::primitives::Blob;
use jiff::Timestamp;
use local_stack::logs;
use serde_json::{Value, json};

use crate::story::{broadcaster, claimed, eventually, stack};

/// Something small that the function takes.
fn event(function: &str) -> Value {
    match function {
        "store-verification" | "beacon-fanout" => json!({"Records": []}),
        "reconciliation" | "redelivery" => json!({}),
        "operator" => json!({"command": "list-tokens", "broadcasterId": "1"}),
        _ => json!({
            "version": "2.0", "routeKey": "GET /", "rawPath": "/", "rawQueryString": "",
            "headers": {}, "isBase64Encoded": false,
            "requestContext": {
                "routeKey": "GET /", "stage": "$default", "timeEpoch": 0,
                "http": {
                    "method": "GET", "path": "/", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1",
                },
            },
        }),
    }
}

#[tokio::test]
async fn every_function_writes_its_own() {
    let stack = stack();
    let lambda = aws_sdk_lambda::Client::new(&stack.aws().unwrap());
    for (function, name) in &stack.functions {
        let begun = Timestamp::now();
        let call = lambda.invoke().function_name(name);
        let answer = call.payload(Blob::new(event(function).to_string()));
        let answer = answer.send().await.unwrap();
        assert!(answer.function_error.is_none(), "{function}: {answer:?}");

        eventually(&format!("the log of {function}"), async || {
            let lines = logs::since(&stack, function, begun).await.unwrap();
            (!lines.is_empty()).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_verification_names_its_purchase_by_a_fingerprint() {
    let begun = Timestamp::now();
    claimed(&broadcaster().await, "ada").await;
    eventually("a verification in the log", async || {
        let lines = logs::since(&stack(), "store-verification", begun)
            .await
            .unwrap();
        let lines = lines
            .iter()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let named = |line: Value| {
            let name = line["span"]["purchase"].as_str()?;
            name.bytes()
                .all(|byte| byte.is_ascii_hexdigit())
                .then_some(())
        };
        lines.into_iter().find_map(named)
    })
    .await;
}
