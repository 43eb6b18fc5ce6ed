//! What comes to the address of events and isn't Stripe's word, or isn't meant for us.

use local_stack::broadcaster::MONTHLY_OFFER;
use reqwest::Method;
use serde_json::json;
use store_simulator::stripe::model::Action;
use store_simulator::stripe::{CustomEvent, SignWith};

use super::{Scene, early};

const UPDATED: &str = "customer.subscription.updated";

/// How each event is answered at the first attempt.
async fn answers_to(scene: &Scene, events: Vec<CustomEvent>) -> Vec<Option<u16>> {
    let mut ids = Vec::new();
    for event in events {
        ids.push(scene.store().notify(&event).await.unwrap().event_id);
    }
    let deliveries = scene.delivered().await;
    let first = |id: &String| {
        let mut records = deliveries.iter();
        let record = records.find(|record| record.notification_id == *id);
        record.unwrap().attempts[0].status
    };
    ids.iter().map(first).collect()
}

#[tokio::test]
async fn only_what_stripe_signed_and_meant_for_us_is_acted_upon() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;
    // It is cancelled, and the first event that is believed will show that.
    let silently = early().silently();
    scene.happens_with(&id, Action::Cancel, silently).await;
    let asked = scene.times_asked(&id).await;
    let once = json!({"deliveryAttempts": 1});
    scene.store().reconfigure(&once).await.unwrap();

    let forged = forged(&id);
    let refused = vec![Some(401); forged.len()];
    assert_eq!(answers_to(&scene, forged).await, refused);
    // There is no answer but 200 that stops Stripe from sending it again.
    let odd = not_for_us_or_not_to_be_read(&id);
    let taken = vec![Some(200); odd.len()];
    assert_eq!(answers_to(&scene, odd).await, taken);
    let address = scene.broadcaster.stripe_address();
    let request = scene.broadcaster.api.request(Method::POST, &address);
    let too_large = request.body("x".repeat(600_000)).send().await.unwrap();
    assert_eq!(too_large.status(), 413);

    assert_eq!(scene.times_asked(&id).await, asked);
    assert_eq!(scene.subscription("ada").await["status"], "active");
    scene.told(&id, &["new"]).await;
    let right = CustomEvent::of(UPDATED, &id);
    assert_eq!(answers_to(&scene, vec![right]).await, [Some(200)]);
    scene.is("ada", "cancelled").await;
    scene.told(&id, &["new", "cancel"]).await;
    assert_eq!(scene.times_asked(&id).await, asked + 1);
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
}

fn forged(id: &str) -> Vec<CustomEvent> {
    let event = || CustomEvent::of(UPDATED, id);
    let by = |signer| event().signed_with(signer);
    let of_another_broadcaster = SignWith::ThisSecret("whsec_5f6d7c8b9a0e4c0e8f0a6a7a54".into());
    vec![
        by(SignWith::WrongSecret),
        by(of_another_broadcaster),
        by(SignWith::ThisSecret("whsec_".into())),
        by(SignWith::V0Only),
        by(SignWith::NoTimestamp),
        by(SignWith::NoHeader),
        event().signed_seconds_ago(400),
        event().signed_seconds_ago(-400),
        event().tampered(),
        event().with_signature("t=soon,v1=zz"),
        event().with_signature(""),
    ]
}

/// Rightly signed: of the other mode, of another account, of kinds that need no look, thin, no JSON.
fn not_for_us_or_not_to_be_read(id: &str) -> Vec<CustomEvent> {
    let of_another_account = json!({
        "id": "evt_1OfAnotherAccount", "object": "event", "account": "acct_another",
        "livemode": false, "created": 1_794_700_800, "type": UPDATED, "data": {"object": {"id": id}},
    });
    vec![
        CustomEvent::of(UPDATED, id).in_livemode(true),
        CustomEvent::raw(of_another_account),
        CustomEvent::of("customer.subscription.trial_will_end", id),
        CustomEvent::of("customer.subscription.abducted", id),
        CustomEvent::thin(UPDATED, id),
        CustomEvent::body("no JSON at all"),
    ]
}
