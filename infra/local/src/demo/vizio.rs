//! Test cases of an integration with Vizio, and a transfer.

use std::time::Duration;

use serde_json::json;
use store_simulator::vizio::{Action, ActionOptions, NewSubscription, Plan};

use crate::broadcaster::{Broadcaster, MONTHLY_OFFER, MONTHLY_PLAN, PREMIUM_OFFER, PREMIUM_PLAN};
use crate::stack::Stack;

use super::endpoint_down;
use super::short::{SHORT_OFFER, SHORT_PERIOD, SHORT_PLAN};
use super::timeline::Timeline;

/// Creates a plan with periods so short that they end during the demo.
async fn prepare(broadcaster: &Broadcaster) -> anyhow::Result<()> {
    let plans = [
        Plan::monthly(MONTHLY_PLAN, "8.99", "USD"),
        Plan::monthly(PREMIUM_PLAN, "14.99", "USD"),
        Plan::monthly(SHORT_PLAN, "0.09", "USD").lasting_seconds(SHORT_PERIOD),
    ];
    broadcaster
        .vizio()
        .reconfigure(&json!({ "plans": plans }))
        .await?;
    Ok(())
}

pub(super) async fn play(show: &mut Timeline<'_>, stack: &Stack) -> anyhow::Result<()> {
    prepare(&show.broadcaster).await?;
    let store = show.broadcaster.vizio().clone();
    let purchase = "vzs-88120044";
    let buy = |id: &str, plan: &str| NewSubscription::of_plan(plan).with_id(id).silently();

    show.store_begins("Vizio");
    show.case("1 Initial purchase");
    store.buy(&buy(purchase, MONTHLY_PLAN)).await?;
    show.step("ada buys the monthly plan in the TV app; the app submits it");
    submit(show, "300200100", purchase).await?;
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
    store.buy(&buy(short, SHORT_PLAN)).await?;
    show.step("bea buys a plan whose periods last three seconds");
    submit(show, "300200200", short).await?;
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
    show.shows("300200200", "status", json!("expired")).await?;
    show.entitlement("300200200", SHORT_OFFER, false).await?;

    show.case("8 Transfer");
    show.step("cyd signs in on the same television; the app submits the purchase for her");
    submit(show, "300200300", purchase).await?;
    show.told(purchase, &["cancel", "new"]).await?;
    show.entitlement("300200100", PREMIUM_OFFER, false).await?;
    show.entitlement("300200300", PREMIUM_OFFER, true).await?;

    show.case("9 Refund");
    show.store("Vizio returns the money and sends SUBSCRIPTION.PAYMENT.REFUND");
    store.refund(purchase).await?;
    show.told(purchase, &["cancel"]).await?;
    show.entitlement("300200300", PREMIUM_OFFER, false).await?;

    let missed = "vzs-88120066";
    show.case("10 An endpoint that was down");
    store.buy(&buy(missed, MONTHLY_PLAN)).await?;
    endpoint_down::play(show, stack, async |show| {
        show.step("dan buys the monthly plan");
        submit(show, "300200900", missed).await?;
        show.entitlement("300200900", MONTHLY_OFFER, true).await
    })
    .await?;
    show.told(missed, &["new"]).await
}

/// Submits a purchase as the customer's app.
async fn submit(show: &mut Timeline<'_>, customer: &str, purchase: &str) -> anyhow::Result<()> {
    let body = json!({"customerId": customer, "subscriptionId": purchase});
    let path = "/vizio/purchase-validation";
    show.submit(customer, path, &body).await
}
