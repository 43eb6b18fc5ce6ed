//! What `docs/requirements.md` names and no other file here is about.

use local_stack::broadcaster::{Broadcaster, MONTHLY_OFFER, MONTHLY_PLAN};
use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::vizio::{NewSubscription, Plan};
use store_simulator::{Faults, LookupFault};

use crate::samsung_tv;
use crate::story::{
    SOON, beacon_types, bought, broadcaster, claim, claimed, eventually, has_status, may_watch,
    seconds, subscriptions, time_limit, unique, webhooks,
};

const PATH: &str = "/vizio/purchase-validation";

#[tokio::test]
async fn nothing_is_changed_at_a_store_that_only_sells() {
    let broadcaster = broadcaster().await;
    broadcaster.sells_on_samsung_tv().await.unwrap();
    let on_vizio = bought(&broadcaster).await;
    let on_samsung_tv = samsung_tv::bought(&broadcaster).await;
    let vizio_s = broadcaster.vizio().purchase(&on_vizio).await.unwrap();

    for customer in ["ada", "bob"] {
        let claimed = claim(&broadcaster, customer, &on_vizio).await;
        assert_eq!(claimed["status"], "success", "{claimed}");
        let claimed = samsung_tv::claim(&broadcaster, customer, &on_samsung_tv).await;
        assert_eq!(claimed["status"], "success", "{claimed}");
    }

    let after = broadcaster.vizio().purchase(&on_vizio).await.unwrap();
    assert_eq!(after, vizio_s);
    let store = &broadcaster.samsung_tv();
    let after = store
        .purchase(&on_samsung_tv.subscription_id)
        .await
        .unwrap();
    assert_eq!(after, on_samsung_tv);
    let calls = store.calls().await.unwrap();
    let kinds: Vec<&str> = calls.by_call.keys().map(String::as_str).collect();
    assert_eq!(kinds, ["list", "verify"]);
}

#[tokio::test]
async fn a_submission_takes_a_publisher_token_or_a_customer_s_token() {
    let broadcaster = broadcaster().await;
    let purchase = bought(&broadcaster).await;
    let named = json!({"customerId": "ada", "subscriptionId": purchase});
    let unnamed = json!({"subscriptionId": purchase});

    let by_server = broadcaster.call(Method::POST, PATH, Some(&named)).await;
    let by_app = broadcaster
        .call_as("ada", Method::POST, PATH, Some(&unnamed))
        .await;
    let nobody = broadcaster.api.request(Method::POST, PATH).json(&named);

    for answer in [by_server.unwrap(), by_app.unwrap()] {
        assert_eq!(answer.status, 202, "{answer:?}");
        let correlation = answer.body["correlationId"].as_str().unwrap();
        let outcome = broadcaster
            .outcome("ada", correlation, time_limit(SOON))
            .await;
        assert_eq!(outcome.unwrap()["status"], "success");
    }
    assert_eq!(nobody.send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn the_first_answer_only_says_that_it_is_queued() {
    let broadcaster = broadcaster().await;
    let purchase = bought(&broadcaster).await;
    let outage = Faults {
        lookup: vec![LookupFault::status(503)],
        ..Faults::default()
    };
    broadcaster.vizio().set_faults(&outage).await.unwrap();

    let body = json!({"subscriptionId": purchase});
    let answer = broadcaster
        .call_as("ada", Method::POST, PATH, Some(&body))
        .await;

    let answer = answer.unwrap();
    assert_eq!(answer.status, 202);
    let correlation = answer.body["correlationId"].as_str().unwrap();
    let said = json!({"status": "queued", "correlationId": correlation});
    assert_eq!(answer.body, said);
    assert!(!may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn a_trial_that_the_store_grants_shows() {
    let broadcaster = broadcaster().await;
    let plan = Plan::monthly(MONTHLY_PLAN, "8.99", "USD").with_trial_seconds(7 * 86_400);
    let plans = json!({"plans": [plan]});
    broadcaster.vizio().reconfigure(&plans).await.unwrap();
    let purchase = format!("vzs-{}", unique());
    let wanted = NewSubscription::of_plan(MONTHLY_PLAN)
        .with_id(&purchase)
        .silently();
    let sold = broadcaster.vizio().buy(&wanted).await.unwrap();
    let trial_ends = sold.subscription.current_period_end;

    let outcome = claim(&broadcaster, "ada", &purchase).await;

    assert_eq!(outcome["status"], "success", "{outcome}");
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
    let told = beacon_types(&broadcaster, &purchase, &["new"]).await;
    assert_eq!(told[0]["trial_end_date"], trial_ends.as_second());
    let held = subscriptions(&broadcaster, "ada").await;
    assert_eq!(seconds(&held[0]["trialEnd"]), trial_ends.as_second());
    let created = about(&broadcaster, "subscriptionCreated").await;
    assert_eq!(created["inTrial"], true);
}

#[tokio::test]
async fn webhooks_of_vizio_name_invoice_and_subscription() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;
    let sold = broadcaster.vizio().purchase(&purchase).await.unwrap();
    let invoice = &sold.invoices.last().unwrap().invoice_number;
    let named = json!({"invoiceNumber": invoice, "subscriptionId": purchase});

    for topic in ["inappPurchaseValidationSucceeded", "subscriptionCreated"] {
        let data = about(&broadcaster, topic).await;
        assert_eq!(data["inAppSpecificData"], named, "{topic}");
    }
}

#[tokio::test]
async fn lifecycle_topics_follow_a_validation() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;
    about(&broadcaster, "inappPurchaseValidationSucceeded").await;
    about(&broadcaster, "subscriptionCreated").await;

    broadcaster.vizio().renew(&purchase).await.unwrap();
    about(&broadcaster, "subscriptionRenewed").await;
    broadcaster.vizio().cancel(&purchase).await.unwrap();
    about(&broadcaster, "subscriptionStopped").await;
    broadcaster.vizio().refund(&purchase).await.unwrap();
    let ended = about(&broadcaster, "subscriptionTerminated").await;

    assert_eq!(ended["customerId"], "ada");
    has_status(&broadcaster, "ada", "revoked").await;
}

/// Waits for the webhook message of a topic. Answers what it says.
async fn about(broadcaster: &Broadcaster, topic: &str) -> Value {
    eventually(topic, async || {
        let messages = webhooks(broadcaster).await.into_iter();
        let mut of_topic = messages.filter(|message| message["topic"] == topic);
        of_topic.next().map(|message| message["data"].clone())
    })
    .await
}
