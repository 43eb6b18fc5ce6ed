//! Items that another version of this bundle wrote.

use cloud::broadcasters::Broadcasters;
use cloud::item::from_item;
use cloud::purchases::Purchases;
use domain::{ClaimRule, CorrelationId, SecondFactor, Status, Store, Subscription, TransferPolicy};
use in_process_aws::{InProcessAws, Purchase};
use serde_json::{Value, json};

use crate::{at, broadcaster, customer, key, of_store, subscriptions, write};

fn put(aws: &InProcessAws, table: &str, fixture: &str) {
    let item: Value = serde_json::from_str(fixture).unwrap();
    let _put = aws.dynamodb("PutItem", json!({"TableName": table, "Item": item}));
}

#[tokio::test]
async fn an_earlier_subscription_is_read_changed_and_written() {
    let (aws, table) = subscriptions().await;
    put(
        &aws,
        "subscriptions",
        include_str!("fixtures/earlier_subscription.json"),
    );
    let purchase_key = key("vzs-88120044");

    let stored = table
        .current(&of_store(Store::Vizio, &purchase_key))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        stored.subscription.ownership.customer_id,
        Some(customer("ada"))
    );
    assert_eq!(stored.subscription.ownership.claim, None);
    assert_eq!(
        stored.locator.key, purchase_key,
        "made up from what is there"
    );

    let mut purchase = Purchase::new("vzs-88120044");
    purchase.current = Some(stored.subscription);
    purchase.now = at("2026-12-05T09:30:00Z");
    let mut state = purchase.active();
    state.status = Status::Cancelled;
    state.auto_renew = false;
    state.period_end = at("2026-12-20T00:00:00Z");
    write(&table, purchase.notify(state)).await;

    let scanned = aws.dynamodb("Scan", json!({"TableName": "subscriptions"}));
    let item = &scanned["Items"][0];
    assert_eq!(item["version"]["N"], "5");
    let kept = &item["subscription"]["M"]["futureField"];
    assert_eq!(kept["M"]["kept"]["BOOL"], true, "{item}");
    assert_eq!(kept["M"]["number"]["N"], "7");
    assert_eq!(
        item["subscription"]["M"]["state"]["M"]["status"]["S"],
        "cancelled"
    );
}

#[tokio::test]
async fn an_earlier_submission_is_read() {
    let aws = InProcessAws::start().await;
    put(
        &aws,
        "purchases",
        include_str!("fixtures/earlier_submission.json"),
    );
    let table = Purchases::from_environment(&aws.aws()).unwrap();
    let id: CorrelationId = "0d4a3a0e-5b6f-4c0e-8f0a-6a7a54c0b0d1".parse().unwrap();
    let submission = table.submission(&broadcaster(), id).await.unwrap().unwrap();
    assert_eq!(submission.deferrals, 0);
    assert_eq!(submission.outcome, None);
    assert_eq!(submission.customer_id, customer("ada"));
}

#[tokio::test]
async fn an_earlier_or_later_claim_rule_is_read() {
    let aws = InProcessAws::start().await;
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();
    let refuse = Some(TransferPolicy::Refuse);
    for (stored, transfer, second_factor) in [
        (json!({}), None, SecondFactor::Optional),
        (
            json!({"transfer": {"S": "refuse"}}),
            refuse,
            SecondFactor::Optional,
        ),
        (
            json!({"secondFactor": {"S": "required"}, "futureField": {"N": "1"}}),
            None,
            SecondFactor::Required,
        ),
    ] {
        let mut item = stored.clone();
        item["pk"] = json!({"S": broadcaster().as_str()});
        item["sk"] = json!({"S": "claims#vizio"});
        aws.put_item("broadcasters", &item);
        let rule = table
            .claim_rule(&broadcaster(), Store::Vizio)
            .await
            .unwrap();
        let expected = ClaimRule {
            transfer,
            second_factor,
        };
        assert_eq!(rule, expected, "{stored}");
    }
}

#[tokio::test]
async fn an_earlier_event_is_read() {
    let aws = InProcessAws::start().await;
    put(&aws, "events", include_str!("fixtures/earlier_event.json"));
    let journal = cloud::journal::Journal::from_environment(&aws.aws()).unwrap();
    let id = "b7501f8c-d815-51bd-b9cb-848fb08823af".parse().unwrap();
    let page = journal.events(&broadcaster(), id, 10, None).await.unwrap();
    assert_eq!(page.rows[0].sequence, 2);
    assert_eq!(page.rows[0].previous, None);
}

#[tokio::test]
async fn earlier_configuration_is_read() {
    let aws = InProcessAws::start().await;
    for fixture in [
        include_str!("fixtures/earlier_profile.json"),
        include_str!("fixtures/earlier_offer.json"),
        include_str!("fixtures/earlier_product.json"),
        include_str!("fixtures/earlier_endpoint.json"),
    ] {
        put(&aws, "broadcasters", fixture);
    }
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();

    let profile = table.profile(&broadcaster()).await.unwrap().unwrap();
    assert_eq!(profile.settings, domain::BroadcasterSettings::default());
    let offers = table.offers(&broadcaster(), 10, None).await.unwrap().rows;
    assert!(offers[0].tags.is_empty() && offers[0].trial.is_none());
    let product = table
        .offer_of_product(&broadcaster(), Store::Vizio, "monthly")
        .await
        .unwrap();
    assert_eq!(product.unwrap().offer_id, offers[0].offer_id);
    let endpoints = table
        .endpoints(&broadcaster(), 10, None)
        .await
        .unwrap()
        .rows;
    assert!(endpoints[0].topics.is_empty());
}

#[tokio::test]
async fn what_cannot_be_read_is_an_error_that_shows_no_value() {
    let item = [("subscription".to_owned(), cloud::item::text("vzs-secret"))].into();
    let error = from_item::<Subscription>("subscription", item).unwrap_err();
    assert!(!error.to_string().contains("vzs-secret"), "{error}");
}
