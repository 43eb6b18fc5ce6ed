//! What neither a log nor an error may show.

use serde_json::json;
use stores::connectors::apple;

use crate::authority::{Authority, signed};
use crate::log::Log;
use crate::scene::{
    API_KEY, LATEST, ORIGINAL, Scene, TOKEN, entry, info, known_locator, now, payload, renewal,
    statuses, submitted, transaction,
};
use crate::server::Reply;

#[tokio::test]
async fn no_error_and_no_log_shows_a_secret_or_a_purchase() {
    let log = Log::begin();
    let scene = Scene::set().await;
    let config = scene.config(&json!({"accountIdPattern": "cust-{customerId}"}));
    let mut shown = vec![format!("{config:?} {:?}", config.set_fields())];

    let refusal = |status: u16| {
        let body = json!({"errorCode": u32::from(status) * 10_000, "errorMessage": ORIGINAL});
        Reply::new(status, body.to_string())
    };
    for reply in [
        refusal(400),
        refusal(401),
        refusal(404),
        refusal(429),
        refusal(500),
        Reply::new(200, ORIGINAL),
        Reply::json(&info(&transaction(&json!({"bundleId": LATEST})))),
        Reply::json(&info(&transaction(&json!({"expiresDate": TOKEN})))),
    ] {
        scene.server.replies(ORIGINAL, reply);
        for locator in [known_locator(), submitted(ORIGINAL)] {
            let error = scene.look(&locator).await.unwrap_err();
            shown.push(format!("{error} {error:?}"));
        }
    }
    let answer = statuses(&[entry(1, &transaction(&json!({})), &renewal(&json!({})))]);
    scene.server.replies(ORIGINAL, Reply::json(&answer));
    shown.push(format!("{:?}", scene.look(&known_locator()).await.unwrap()));
    shown.push(format!("{:?} {:?}", scene.context, known_locator()));
    let findings = config.check(&scene.context, now()).await;
    shown.push(format!("{findings:?}"));

    let whole = payload("DID_RENEW", &json!({}));
    let mixed = signed(&renewal(&json!({"originalTransactionId": LATEST})));
    let mixed = crate::scene::data(&json!({"signedRenewalInfo": mixed}));
    let mixed = payload("DID_RENEW", &json!({ "data": mixed }));
    for signed in [
        signed(&whole),
        signed(&mixed),
        Authority::new().sign(&whole),
        signed(&json!(ORIGINAL)),
        ORIGINAL.to_owned(),
    ] {
        let body = json!({ "signedPayload": signed }).to_string();
        let read = config.read_notification(&scene.context, &[], body.as_bytes(), now());
        shown.push(format!("{:?}", read.await));
    }
    let unreachable = scene.config(&json!({"apiBaseUrl": "http://localhost:1"}));
    let error = scene
        .look_by(&unreachable, &known_locator())
        .await
        .unwrap_err();
    shown.push(format!("{error} {error:?}"));
    let inner = config.downcast_ref::<apple::Config>().unwrap();
    shown.push(format!("{inner:?}"));

    let ours = log.ours();
    assert!(ours.iter().any(|line| line.contains("4000000")), "{ours:?}");
    shown.extend(ours);

    let key = API_KEY.lines().nth(1).unwrap();
    let bearer = scene.server.asked()[0].headers["authorization"].clone();
    let bearer = bearer.strip_prefix("Bearer ").unwrap();
    for hidden in [ORIGINAL, LATEST, TOKEN, key, bearer] {
        for text in &shown {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
    }
    let debugged = &shown[0];
    assert!(!debugged.contains("EncodingKey"), "{debugged}");
}
