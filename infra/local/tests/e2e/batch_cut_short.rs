//! Functions that are killed in the middle of their work.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use aws_sdk_sqs::types::QueueAttributeName;
use local_stack::stack::Stack;
use reqwest::Method;
use store_simulator::{FaultKind, Faults, LookupFault};

use crate::story::{
    beacon_types, bought, broadcaster, eventually, may_watch, stack, subscriptions,
};

const PURCHASES: usize = 12;

/// The processes that run a function of this stack, and of no other beside it.
fn processes(stack: &Stack, function: &str) -> Vec<u32> {
    let wanted = format!("AWS_LAMBDA_FUNCTION_NAME={}", stack.functions[function]);
    let stack_s_own = format!("AWS_ENDPOINT_URL={}", stack.aws_endpoint);
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Ok(id) = entry.file_name().to_string_lossy().parse() else {
            continue;
        };
        let environment = std::fs::read(Path::new("/proc").join(entry.file_name()).join("environ"));
        let environment = environment.unwrap_or_default();
        let has = |text: &str| {
            environment
                .split(|b| *b == 0)
                .any(|set| set == text.as_bytes())
        };
        if has(&wanted) && has(&stack_s_own) {
            found.push(id);
        }
    }
    found
}

/// Kills a function without warning. Answers how many of its processes there were.
fn kill(stack: &Stack, function: &str) -> usize {
    let processes = processes(stack, function);
    for id in &processes {
        Command::new("kill")
            .args(["-9", &id.to_string()])
            .status()
            .unwrap();
    }
    processes.len()
}

/// How long the queue hides what is being worked on.
async fn hide_for(stack: &Stack, seconds: u32) {
    aws_sdk_sqs::Client::new(&stack.aws().unwrap())
        .set_queue_attributes()
        .queue_url(&stack.queues["verification"])
        .attributes(QueueAttributeName::VisibilityTimeout, seconds.to_string())
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn nothing_is_lost_and_nothing_is_done_twice() {
    let stack = stack();
    let broadcaster = broadcaster().await;
    let mut purchases = Vec::new();
    for _ in 0..PURCHASES {
        purchases.push(bought(&broadcaster).await);
    }
    let slow = Faults {
        lookup: vec![LookupFault::always(FaultKind::Slow { millis: 700 })],
        ..Faults::default()
    };
    broadcaster.vizio().set_faults(&slow).await.unwrap();
    hide_for(&stack, 3).await;

    let mut submitted = Vec::new();
    for (number, purchase) in purchases.iter().enumerate() {
        let customer = format!("c{number}");
        let correlation = broadcaster.submit(&customer, purchase).await.unwrap();
        submitted.push((customer, correlation, purchase));
    }
    let mut killed = 0;
    for function in ["store-verification", "beacon-fanout"].repeat(4) {
        killed += kill(&stack, function);
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    assert!(killed > 0, "there was nothing to kill");

    for (customer, correlation, purchase) in submitted {
        let limit = Duration::from_secs(60);
        let outcome = broadcaster
            .outcome(&customer, &correlation, limit)
            .await
            .unwrap();
        assert_eq!(outcome["status"], "success", "{outcome}");
        assert!(may_watch(&broadcaster, &customer, "S300200111_US").await);
        beacon_types(&broadcaster, purchase, &["new"]).await;
        let held = subscriptions(&broadcaster, &customer).await;
        assert_eq!(held.len(), 1);
        let path = format!(
            "/v1/subscriptions/{}",
            held[0]["subscriptionId"].as_str().unwrap()
        );
        eventually("the journal has one event", async || {
            let shown = broadcaster.call(Method::GET, &path, None).await.unwrap();
            let events = shown.body.pointer("/history/events")?.as_array()?.clone();
            assert!(events.len() <= 1, "{events:?}");
            (events.len() == 1).then_some(())
        })
        .await;
    }
    hide_for(&stack, 180).await;
}
