//! What is shown, case by case.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use store_simulator::vizio::{Action, ActionOptions, NewSubscription, Plan};

use crate::broadcaster::{Broadcaster, MONTHLY_OFFER, MONTHLY_PLAN, PREMIUM_OFFER, PREMIUM_PLAN};

use super::timeline::Timeline;

const SHORT_PLAN: &str = "demo_three_seconds";
const SHORT_OFFER: &str = "S300200333_US";
const SHORT_PERIOD: u64 = 3;

/// A plan whose periods end while one watches.
pub(super) async fn prepare(broadcaster: &Broadcaster) -> anyhow::Result<()> {
    let plans = [
        Plan::monthly(MONTHLY_PLAN, "8.99", "USD"),
        Plan::monthly(PREMIUM_PLAN, "14.99", "USD"),
        Plan::monthly(SHORT_PLAN, "0.09", "USD").lasting_seconds(SHORT_PERIOD),
    ];
    broadcaster
        .vizio
        .reconfigure(&json!({ "plans": plans }))
        .await?;
    let offer = json!({
        "title": "Short", "packageName": "Symphony Short", "productIds": {"vizio": SHORT_PLAN},
    });
    let path = format!("/v1/offers/{SHORT_OFFER}");
    broadcaster.call(Method::PUT, &path, Some(&offer)).await?;
    Ok(())
}

pub(super) async fn play(show: &mut Timeline<'_>) -> anyhow::Result<()> {
    let store = show.broadcaster.vizio.clone();
    let purchase = "vzs-88120044";
    let buy = |id: &str, plan: &str| NewSubscription::of_plan(plan).with_id(id).silently();

    show.case("1 Initial purchase");
    store.create(&buy(purchase, MONTHLY_PLAN)).await?;
    show.step("ada buys the monthly plan in the TV app; the app submits it");
    show.submit("300200100", purchase).await?;
    show.entitlement("300200100", MONTHLY_OFFER, true).await?;
    show.told(purchase, &["new"]).await?;

    show.case("2 Recurring payment");
    show.store("Vizio charges the next month and sends SUBSCRIPTION.PAYMENT.SUCCESSFUL");
    let early = ActionOptions {
        move_clock: false,
        ..ActionOptions::default()
    };
    store.act(purchase, Action::Renew, &early).await?;
    show.told(purchase, &["renew"]).await?;
    show.entitlement("300200100", MONTHLY_OFFER, true).await?;

    show.case("3 Subscription switch");
    show.store("ada upgrades; Vizio sends SUBSCRIPTION.UPDATED");
    store.upgrade(purchase, PREMIUM_PLAN).await?;
    show.told(purchase, &["renew"]).await?;
    show.entitlement("300200100", PREMIUM_OFFER, true).await?;
    show.entitlement("300200100", MONTHLY_OFFER, false).await?;

    show.case("4 Subscription cancellation");
    show.store("ada opts out; Vizio sends SUBSCRIPTION.CANCELED");
    store.cancel(purchase).await?;
    show.told(purchase, &["cancel"]).await?;
    show.entitlement("300200100", PREMIUM_OFFER, true).await?;

    show.case("5 Subscription reactivation");
    show.store("ada changes her mind before the end; Vizio sends SUBSCRIPTION.REACTIVATED");
    store.reactivate(purchase).await?;
    show.told(purchase, &["resume"]).await?;
    show.entitlement("300200100", PREMIUM_OFFER, true).await?;

    let short = "vzs-88120055";
    show.case("6 Payment failed");
    store.create(&buy(short, SHORT_PLAN)).await?;
    show.step("bea buys a plan whose periods last three seconds");
    show.submit("300200200", short).await?;
    show.told(short, &["new"]).await?;
    tokio::time::sleep(Duration::from_secs(SHORT_PERIOD)).await;
    show.store("her card is refused; Vizio sends SUBSCRIPTION.PAYMENT.FAILED");
    store.fail(short, None).await?;
    show.told(short, &["hold"]).await?;
    show.entitlement("300200200", SHORT_OFFER, false).await?;
    show.store("she pays; Vizio sends SUBSCRIPTION.PAYMENT.SUCCESSFUL");
    store.recover(short).await?;
    show.told(short, &["resume"]).await?;

    show.case("7 Subscription expiration");
    show.store("bea opts out");
    store.cancel(short).await?;
    show.told(short, &["cancel"]).await?;
    tokio::time::sleep(Duration::from_secs(2 * SHORT_PERIOD)).await;
    show.store("the end comes; Vizio sends SUBSCRIPTION.EXPIRED");
    store.expire(short).await?;
    show.step("nothing more to announce: the cancel named the end");
    show.status("300200200", "expired").await?;
    show.entitlement("300200200", SHORT_OFFER, false).await?;

    show.case("8 Transfer");
    show.step("cyd signs in on the same television; the app submits the purchase for her");
    show.submit("300200300", purchase).await?;
    show.told(purchase, &["cancel", "new"]).await?;
    show.entitlement("300200100", PREMIUM_OFFER, false).await?;
    show.entitlement("300200300", PREMIUM_OFFER, true).await
}
