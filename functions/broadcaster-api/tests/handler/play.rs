//! A purchase at Google Play, as the events ask for it.

use cloud::journal::Journal;
use cloud::subscriptions::{Change, PurchaseRecord, StoredReceipt, Subscriptions};
use domain::{
    BroadcasterId, BroadcasterSettings, Campaign, Cause, Claim, CustomerId, Decision, Environment,
    Locator, NamedCoupon, Observation, OfferId, OfferRef, Price, PriceChange, PurchaseKey,
    PurchaseRef, Reading, Scope, Status, Store, StoreSnapshot, StoreState, Timestamp, reduce,
};
use in_process_aws::{BROADCASTER, CUSTOMER, InProcessAws, OFFER};
use serde_json::{Value, json};

/// The purchase token. Of these tests and of nothing else.
pub const TOKEN: &str = "opq-demo-token-0001";

pub const BOUGHT_AT: &str = "2026-11-05T09:31:00Z";

/// A step of the purchase, decided but not written.
struct Step {
    at: Timestamp,
    before: Option<PurchaseRecord>,
    decision: Decision,
}

/// Google's answer about the purchase.
pub fn receipt() -> Value {
    json!({
        "kind": "androidpublisher#subscriptionPurchaseV2",
        "startTime": "2026-11-05T09:30:00.000Z",
        "regionCode": "US",
        "subscriptionState": "SUBSCRIPTION_STATE_ACTIVE",
        "acknowledgementState": "ACKNOWLEDGEMENT_STATE_PENDING",
        "lineItems": [{
            "productId": "monthly_899",
            "expiryTime": "2026-12-05T09:30:00.000Z",
            "latestSuccessfulOrderId": "GPA.3311-0000-1111-22222",
            "autoRenewingPlan": {
                "autoRenewEnabled": true,
                "recurringPrice": {"currencyCode": "USD", "units": "8", "nanos": 990_000_000},
            },
        }],
    })
}

/// The events' customer buys it with half off for two cycles.
pub async fn bought(aws: &InProcessAws) {
    let campaign = Campaign {
        code: "INTRO2M".to_owned(),
        percent: 50,
        cycles: 2,
        valid_from: None,
        valid_until: None,
    };
    let coupon = NamedCoupon {
        code: campaign.code.clone(),
        campaign: Some(campaign),
    };
    let step = claimed(None, CUSTOMER, Some(coupon), BOUGHT_AT);
    write(aws, &step, Some(&receipt())).await;
}

/// Another customer takes it over.
pub async fn transferred(aws: &InProcessAws, customer: &str, receipt: Option<&Value>) {
    let table = Subscriptions::from_environment(&aws.aws()).unwrap();
    let purchase = PurchaseRef {
        broadcaster: BroadcasterId::new(BROADCASTER).unwrap(),
        store: Store::Android,
        key: PurchaseKey::new(TOKEN).unwrap(),
    };
    let stored = table.current(&purchase).await;
    let before = stored.unwrap().unwrap();
    let step = claimed(Some(before), customer, None, "2026-11-05T09:32:00Z");
    write(aws, &step, receipt).await;
}

fn claimed(
    before: Option<PurchaseRecord>,
    customer: &str,
    coupon: Option<NamedCoupon>,
    at: &str,
) -> Step {
    let at: Timestamp = at.parse().unwrap();
    let broadcaster_id = BroadcasterId::new(BROADCASTER).unwrap();
    let snapshot = StoreSnapshot::new(
        Store::Android,
        PurchaseKey::new(TOKEN).unwrap(),
        Reading::Known(state()),
        at,
    );
    let offer = OfferRef {
        offer_id: OfferId::new(OFFER).unwrap(),
        package_name: "Symphony Monthly".to_owned(),
        tags: Default::default(),
        rental: None,
        price: Some(usd(8_990_000)),
    };
    let claim = Claim {
        customer_id: CustomerId::new(customer).unwrap(),
        correlation_id: domain::CorrelationId(Default::default()),
        offer_id: None,
        coupon,
    };
    let scope = Scope {
        broadcaster_id: &broadcaster_id,
        environment: Environment::Sandbox,
        settings: &BroadcasterSettings::default(),
        received_at: at,
        now: at,
    };
    let seen = Observation::new(snapshot, Some(offer));
    let decision = reduce(
        before.as_ref().map(|stored| &stored.subscription),
        &seen,
        &Cause::Claim(claim),
        &scope,
    );
    Step {
        at,
        before,
        decision,
    }
}

fn state() -> StoreState {
    let ends = "2026-12-05T09:30:00Z".parse().unwrap();
    StoreState {
        started_at: Some("2026-11-05T09:30:00Z".parse().unwrap()),
        price: Some(usd(8_990_000)),
        price_change: Some(PriceChange {
            new_price: usd(9_990_000),
            state: "OUTSTANDING".to_owned(),
            charged_from: Some(ends),
        }),
        acknowledge_by: Some("2026-11-08T09:30:00Z".parse().unwrap()),
        ..StoreState::new(Status::Active, "monthly_899".to_owned(), ends)
    }
}

fn usd(amount_micros: i64) -> Price {
    Price {
        currency: "USD".to_owned(),
        amount_micros,
    }
}

async fn write(aws: &InProcessAws, step: &Step, receipt: Option<&Value>) {
    let locator = Locator {
        key: PurchaseKey::new(TOKEN).unwrap(),
        details: Default::default(),
    };
    let receipt = receipt.map(|receipt| StoredReceipt::new(receipt, step.at));
    let change = Change {
        receipt: receipt.as_ref(),
        ..Change::answered(step.before.as_ref(), &step.decision, &locator, step.at)
    };
    let table = Subscriptions::from_environment(&aws.aws()).unwrap();
    table.write(&change, Vec::new()).await.unwrap();
    let journal = Journal::from_environment(&aws.aws()).unwrap();
    let events: Vec<_> = step.decision.events.iter().collect();
    journal.append(&events).await.unwrap();
}
