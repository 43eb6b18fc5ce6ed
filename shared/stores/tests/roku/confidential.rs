//! What neither a log nor an error may show.

use serde_json::json;

use crate::keys::{NEXT_PUSH, PUSH};
use crate::log::Log;
use crate::roku::{KEYS, Reply};
use crate::scene::{
    API_KEY, FIRST, LATER, OTHER, Scene, claims, claims_of, date, knowing, locator, message, now,
    transaction,
};

#[tokio::test]
async fn no_error_and_no_log_shows_a_secret_or_a_purchase() {
    let log = Log::begin();
    let scene = Scene::set().await;
    let mut shown = Vec::new();
    let told = knowing(&json!({
        "told": "Sale", "toldAt": "2026-11-20T11:00:00Z", "toldTransactionId": LATER,
    }));

    let replies = [
        Reply::failure(&format!("UNAUTHORIZED {API_KEY} {FIRST}")),
        Reply::failure(&format!("no such transaction {FIRST}")),
        Reply::failure(FIRST),
        Reply::new(400, FIRST),
        Reply::new(429, API_KEY),
        Reply::new(500, API_KEY),
        Reply::new(302, "").with("location", API_KEY),
        Reply::new(200, FIRST),
        Reply::json(&transaction(&json!({"transactionId": [FIRST]}))),
        Reply::json(&transaction(&json!({"channelId": "999999"}))),
        Reply::json(&transaction(
            &json!({"OriginalTransactionId": format!("{FIRST} x")}),
        )),
    ];
    for reply in replies {
        scene.roku.replies(FIRST, reply);
        for locator in [&locator(), &told] {
            let error = scene.look_at(locator).await.unwrap_err();
            shown.push(format!("{error} {error:?}"));
        }
    }
    let replaced = transaction(&json!({"cancelledTransactionIds": [OTHER]}));
    scene.roku.replies(FIRST, Reply::json(&replaced));
    shown.push(format!("{:?}", scene.look_at(&told).await.unwrap()));
    shown.push(format!("{:?} {:?}", scene.context, told));
    let nowhere = scene.config(&json!({"apiBaseUrl": "http://localhost:1"}));
    let error = scene.look_by(&nowhere, &told).await.unwrap_err();
    shown.push(format!("{error} {error:?}"));

    let person = message("Sale", &json!({"email": "ada@example.test"}));
    let expired = json!({"exp": now().as_second() - 7200});
    for body in [
        PUSH.sign(&claims_of(&person)),
        PUSH.sign(&claims(&person.to_string(), &expired)),
        PUSH.sign(&claims_of(&message(
            "Sale",
            &json!({"transactionId": format!("{LATER} x")}),
        ))),
        PUSH.sign(&claims(&format!("transactionType {LATER}"), &json!({}))),
        NEXT_PUSH.sign(&claims_of(&person)),
    ] {
        shown.push(format!("{:?}", scene.receive(&body).await));
    }
    scene.roku.replies(KEYS, Reply::new(503, API_KEY));
    let late = date("2026-11-21T12:00:00Z");
    let body = NEXT_PUSH.sign(&claims_of(&message("Sale", &json!({"eventDate": late}))));
    shown.push(format!("{:?}", scene.receive(&body).await));

    let ours = log.ours();
    assert!(
        ours.iter().any(|line| line.contains("after its expiry")),
        "{ours:?}"
    );
    shown.extend(ours);
    let hidden = [
        API_KEY,
        FIRST,
        LATER,
        OTHER,
        "ada@example.test",
        &scene.roku.address,
    ];
    for text in &shown {
        for hidden in hidden {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
    }
}
