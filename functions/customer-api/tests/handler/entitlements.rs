//! What may be watched.

use cloud::broadcasters::Broadcasters;
use cloud::subscriptions::{Change, Subscriptions};
use customer_api::CustomerApi;
use domain::{AddOn, BroadcasterId, Decision, Offer, OfferId, OfferRef, Status, Timestamp};
use in_process_aws::{BROADCASTER, CUSTOMER, InProcessAws, OFFER, Purchase, event};
use serde_json::json;

use crate::{get, held, in_days, started};

/// Whether access is granted, and until when.
async fn entitlement(api: &CustomerApi, offer: &str) -> (bool, Option<i64>) {
    let mut event = event("customer-api/get-entitlement");
    event["pathParameters"]["offerId"] = json!(offer);
    let (status, body) = get(api, &event).await;
    assert_eq!(status, 200, "{body}");
    let data = &body["responseData"];
    assert_eq!(data["environment"], "sandbox");
    (
        data["accessGranted"].as_bool().unwrap(),
        data["expiresAt"].as_i64(),
    )
}

#[tokio::test]
async fn nobody_who_bought_nothing_may_watch() {
    let (_aws, api) = started().await;
    assert_eq!(entitlement(&api, OFFER).await, (false, None));
    let (status, body) = get(&api, &event("customer-api/get-entitlements")).await;
    assert_eq!((status, &body["errors"]), (200, &json!([])));
    assert_eq!(body["responseData"]["entitlements"], json!([]));
}

#[tokio::test]
async fn who_holds_an_offer_may_watch_it_until_its_end() {
    let (aws, api) = started().await;
    let held = held(&aws, "vzs-1", |_| {}).await;
    let expected = (true, Some(held.state.period_end.as_second()));
    assert_eq!(entitlement(&api, OFFER).await, expected);
    assert!(!entitlement(&api, "S999_US").await.0);

    let entitlements = json!([{"offerId": OFFER, "accessGranted": true, "expiresAt": expected.1}]);
    for name in ["get-entitlements", "get-entitlements-as-publisher"] {
        let (status, body) = get(&api, &event(&format!("customer-api/{name}"))).await;
        assert_eq!(status, 200);
        assert_eq!(body["responseData"]["entitlements"], entitlements, "{name}");
    }
}

/// Gives a stored purchase an add-on.
async fn add_on(aws: &InProcessAws, key: &str, auto_renew: bool, days: i64, status: Status) {
    let mut purchase = Purchase::claimed(key, CUSTOMER);
    let (mut state, locator) = (purchase.active(), purchase.locator());
    state.status = status;
    state.period_end = in_days(20);
    purchase.notify(state);
    let current = purchase.current.clone().unwrap();
    let mut next = current.clone();
    next.add_ons = vec![AddOn {
        product_id: "sports".to_owned(),
        period_end: in_days(days),
        auto_renew,
        offer: Some(OfferRef {
            offer_id: OfferId::new("S7_US").unwrap(),
            ..current.offer.clone().unwrap()
        }),
    }];
    let decision = Decision::keep(next);
    let change = Change::answered(None, &decision, &locator, Timestamp::now());
    let table = Subscriptions::from_environment(&aws.aws()).unwrap();
    table.write(&change, Vec::new()).await.unwrap();
}

#[tokio::test]
async fn an_add_on_is_an_entitlement_while_its_subscription_grants_access() {
    for (auto_renew, days, status, granted) in [
        (true, 5, Status::Active, true),
        (true, -1, Status::Active, true),
        (false, 5, Status::Active, true),
        (false, -1, Status::Active, false),
        (true, 5, Status::OnHold, false),
        (true, 5, Status::Expired, false),
    ] {
        let (aws, api) = started().await;
        add_on(&aws, "vzs-1", auto_renew, days, status).await;
        let end = in_days(days).as_second();
        let (access, until) = entitlement(&api, "S7_US").await;
        assert_eq!(access, granted, "{auto_renew} {days} {status:?}");
        assert!(until.is_some_and(|until| (until - end).abs() < 60));
        let (_, body) = get(&api, &event("customer-api/get-entitlements")).await;
        let listed = body["responseData"]["entitlements"].as_array().unwrap();
        let listed: Vec<_> = listed.iter().map(|one| &one["offerId"]).collect();
        assert!(listed.contains(&&json!("S7_US")), "{listed:?}");
    }
}

#[tokio::test]
async fn status_decides_and_not_the_date_alone() {
    for (status, auto_renew, days, granted) in [
        (Status::Active, true, 20, true),
        (Status::Active, true, -1, true),
        (Status::Active, false, -1, false),
        (Status::Cancelled, false, 20, true),
        (Status::Cancelled, false, -1, false),
        (Status::OnHold, true, 20, false),
        (Status::Paused, true, 20, false),
        (Status::Revoked, false, 20, false),
    ] {
        let (aws, api) = started().await;
        held(&aws, "vzs-1", |state| {
            state.status = status;
            state.auto_renew = auto_renew;
            state.period_end = in_days(days);
        })
        .await;
        let answer = entitlement(&api, OFFER).await;
        assert_eq!(answer.0, granted, "{status:?} for {days} days");
    }
}

#[tokio::test]
async fn of_two_purchases_the_one_that_grants_counts() {
    let (aws, api) = started().await;
    let granting = held(&aws, "vzs-1", |_| {}).await;
    held(&aws, "vzs-2", |state| {
        state.status = Status::Revoked;
        state.period_end = in_days(300);
    })
    .await;
    let expected = (true, Some(granting.state.period_end.as_second()));
    assert_eq!(entitlement(&api, OFFER).await, expected);
}

#[tokio::test]
async fn an_offer_opens_what_it_shares_a_tag_with() {
    let (aws, api) = started().await;
    held(&aws, "vzs-1", |_| {}).await;
    let broadcasters = Broadcasters::from_environment(&aws.aws()).unwrap();
    let broadcaster = BroadcasterId::new(BROADCASTER).unwrap();
    for (id, tag) in [("S1_US", "symphony"), ("S2_US", "opera")] {
        let offer = Offer {
            offer_id: OfferId::new(id).unwrap(),
            title: id.to_owned(),
            package_name: id.to_owned(),
            tags: [tag.to_owned()].into(),
            trial: None,
            rental: None,
            price: None,
            product_ids: Default::default(),
        };
        broadcasters
            .put_offer(&broadcaster, &offer)
            .await
            .unwrap()
            .unwrap();
    }
    assert!(entitlement(&api, "S1_US").await.0);
    assert!(!entitlement(&api, "S2_US").await.0);
}

#[tokio::test]
async fn a_customer_of_any_name_is_asked_for_and_nobody_is_refused_by_name() {
    let (_aws, api) = started().await;
    let mut event = event("customer-api/get-entitlements-as-publisher");
    event["rawQueryString"] = json!("customerId=ada%2F50%25%3F");
    assert_eq!(get(&api, &event).await.0, 200);
    for query in [
        "customerId=",
        "customerId=null",
        "customerId=undefined",
        "customerId=%20",
    ] {
        event["rawQueryString"] = json!(query);
        let (status, body) = get(&api, &event).await;
        assert_eq!((status, &body["code"]), (400, &json!("REQ0002")), "{query}");
        assert!(body["message"].as_str().unwrap().starts_with("customerId "));
    }
}
