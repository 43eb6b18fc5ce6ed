//! What neither a log nor an error may show.

use serde_json::json;

use crate::amazon::{Call, Reply};
use crate::keys::OTHER;
use crate::log::Log;
use crate::scene::{OLD_RECEIPT, RECEIPT, SECRET, Scene, USER, locator, locator_with, receipt};
use crate::sns::{
    OTHER_TOPIC, TOKEN, confirmation, confirmation_of, notification, post, posted, signed_by,
    telling,
};

#[tokio::test]
async fn no_error_and_no_log_shows_a_secret_or_a_purchase() {
    let log = Log::begin();
    let scene = Scene::set().await;
    let mut shown = vec![format!("{:?}", scene.look().await.unwrap())];

    for status in [400, 410, 429, 496, 497, 500, 200] {
        let reply = Reply::new(status, format!("{RECEIPT} {USER} {SECRET}"));
        scene.amazon.replies(Call::Receipt, [reply]);
        let error = scene.look().await.unwrap_err();
        shown.push(format!("{error} {error:?}"));
    }
    for changes in [
        json!({"receiptId": OLD_RECEIPT}),
        json!({"termSku": [RECEIPT]}),
    ] {
        let reply = Reply::json(&receipt(&changes));
        scene.amazon.replies(Call::Receipt, [reply]);
        let error = scene.look().await.unwrap_err();
        shown.push(format!("{error} {error:?}"));
    }
    let unfit = locator_with(&json!({"cancelledReceiptId": format!("{OLD_RECEIPT}\n")}));
    scene
        .amazon
        .replies(Call::Receipt, [Reply::json(&receipt(&json!({})))]);
    let error = scene.look_for(&unfit).await.unwrap_err();
    shown.push(format!("{error} {error:?} {unfit:?} {:?}", locator()));

    let signed_by_other = posted(&signed_by(&OTHER, notification(&json!({}))));
    let changed_plan = json!({"relatedReceipts": {"cancelledReceiptId": OLD_RECEIPT}});
    for post in [
        telling(&changed_plan),
        telling(&json!({"receiptId": format!("{RECEIPT}\n")})),
        signed_by_other,
        post(notification(&json!({"TopicArn": OTHER_TOPIC}))),
        post(confirmation(&json!({}))),
        post(confirmation_of(OTHER_TOPIC, &json!({}))),
    ] {
        shown.push(format!("{:?}", scene.receive(&post).await));
    }
    scene
        .amazon
        .replies(Call::Confirm, [Reply::new(500, TOKEN)]);
    let read = scene.receive(&post(confirmation(&json!({})))).await;
    shown.push(format!("{read:?}"));
    let unreachable = json!({"apiBaseUrl": "http://localhost:1", "snsHost": "http://localhost:1"});
    let config = scene.config(&unreachable);
    let error = config
        .look_up(&scene.context, &locator(), crate::scene::now())
        .await
        .unwrap_err();
    shown.push(format!("{error} {error:?} {config:?} {:?}", scene.context));
    let read = scene.receive_by(&unreachable, &telling(&json!({}))).await;
    shown.push(format!("{read:?}"));

    let ours = log.ours();
    assert!(
        ours.iter().any(|line| line.contains("signature is wrong")),
        "{ours:?}"
    );
    shown.extend(ours);
    for hidden in [
        RECEIPT,
        OLD_RECEIPT,
        USER,
        SECRET,
        "smXBj",
        TOKEN,
        "verifyReceiptId",
    ] {
        for text in &shown {
            assert!(!text.contains(hidden), "{hidden}: {text}");
        }
    }
}
