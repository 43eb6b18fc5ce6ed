//! What trying a configuration says.

use domain::Environment;
use serde_json::{Value, json};
use stores::Finding;

use crate::amazon::{Call, Reply};
use crate::scene::{SECRET, Scene, now, parse, settings};

async fn tried(reply: Reply, changes: &Value, environment: Environment) -> Vec<Finding> {
    let scene = Scene::set().await;
    scene.amazon.replies(Call::Receipt, [reply]);
    let settings = settings(&scene.amazon.address, changes);
    let config = parse(&settings, environment).unwrap();
    let findings = config.check(&scene.context, now()).await;
    let asked = scene.amazon.asked(Call::Receipt);
    assert_eq!(asked.len(), 1);
    assert!(asked[0].ends_with("/user/no-such-user/receiptId/no-such-receipt"));
    for finding in &findings {
        assert!(!finding.message.contains(SECRET));
    }
    findings
}

async fn credentials(status: u16, environment: Environment) -> Finding {
    let findings = tried(Reply::new(status, ""), &json!({}), environment).await;
    findings
        .into_iter()
        .find(|f| f.tried == "credentials")
        .unwrap()
}

#[tokio::test]
async fn a_receipt_that_cannot_exist_tries_the_secret() {
    for (status, ok) in [
        (400, Some(true)),
        (410, Some(true)),
        (497, Some(true)),
        (496, Some(false)),
        (429, None),
        (500, None),
        (404, None),
    ] {
        let finding = credentials(status, Environment::Production).await;
        assert_eq!(finding.ok, ok, "{status}: {finding:?}");
    }
    let refused = credentials(496, Environment::Production).await;
    assert!(refused.message.contains("Shared Key"));
}

#[tokio::test]
async fn the_sandbox_can_say_nothing_of_the_secret() {
    let finding = credentials(400, Environment::Sandbox).await;
    assert_eq!(finding.ok, None);
    assert!(finding.message.contains("any sharedSecret"));
}

#[tokio::test]
async fn without_a_pinned_topic_no_notification_is_believed() {
    for (topics, ok) in [
        (json!([]), Some(false)),
        (json!([crate::sns::TOPIC]), Some(true)),
        (
            json!([crate::sns::TOPIC, crate::sns::OTHER_TOPIC]),
            Some(true),
        ),
    ] {
        let changes = json!({ "topicArns": topics });
        let findings = tried(Reply::new(400, ""), &changes, Environment::Production).await;
        let tried: Vec<_> = findings.iter().map(|finding| finding.tried).collect();
        assert_eq!(tried, ["credentials", "environment", "notifications"]);
        assert_eq!(findings[2].ok, ok);
    }
}
