//! Credentials and switches, and whether they are right.

use local_stack::broadcaster::apple::MONTHLY;
use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::apple::ApiRefusal;
use store_simulator::apple::model::NewPurchase;

use super::Scene;
use crate::story::stack;

const CHECK: &str = "/v1/stores/apple/check";

impl Scene {
    /// What a check finds of this: whether it is as it should be, and the message.
    async fn finds(&self, tried: &str) -> (Value, String) {
        let checked = self.called(Method::POST, CHECK).await;
        let findings = checked["findings"].as_array().unwrap();
        let good = findings.iter().all(|finding| finding["ok"] == true);
        assert_eq!(checked["ok"], good, "{checked}");
        let finding = findings.iter().find(|finding| finding["tried"] == tried);
        let finding = finding.unwrap();
        let message = finding["message"].as_str().unwrap().to_owned();
        (finding["ok"].clone(), message)
    }
}

#[tokio::test]
async fn a_check_tells_a_wrong_key_a_wrong_app_and_what_was_not_delivered() {
    let scene = Scene::new().await;
    let checked = scene.called(Method::POST, CHECK).await;
    assert_eq!(checked["ok"], true, "{checked}");
    assert_eq!(checked["store"], "apple");

    // Apple sends what nobody takes.
    let elsewhere = format!("{}/nowhere", stack().api_url);
    let changes = json!({"sandboxNotificationUrl": elsewhere});
    scene.store().reconfigure(&changes).await.unwrap();
    scene
        .bought_as(&NewPurchase::of(MONTHLY).in_sandbox())
        .await;
    scene.delivered().await;
    let (good, message) = scene.finds("notifications").await;
    assert_eq!(good, false, "{message}");
    assert!(
        message.contains("UNSUCCESSFUL_HTTP_RESPONSE_CODE"),
        "{message}"
    );
    assert_eq!(scene.finds("credentials").await.0, true);

    let another = json!({"bundleId": "com.example.another"});
    scene.configured(another).await;
    let (good, message) = scene.finds("credentials").await;
    assert_eq!(good, false, "{message}");
    assert!(message.contains("bundleId"), "{message}");

    scene.configured(json!({})).await;
    scene.store().rotate_api_key(false).await.unwrap();
    let (good, message) = scene.finds("credentials").await;
    assert_eq!(good, false, "{message}");
    assert!(message.contains("privateKey"), "{message}");

    // An outage says nothing of the credentials.
    scene.configured(json!({})).await;
    let outage = [ApiRefusal::with(5_000_000)];
    scene.store().refuse(&outage).await.unwrap();
    assert_eq!(scene.finds("credentials").await.0, Value::Null);
}
