//! Test cases of an integration with Samsung Checkout. Samsung sends no notifications: changes are
//! found by a scheduled check.

use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use serde_json::json;
use store_simulator::samsung_tv::{Action, NewPurchase, Purchase, SamsungTv};
use store_simulator::vizio::Plan;

use crate::broadcaster::{MONTHLY_ITEM, MONTHLY_OFFER, PREMIUM_ITEM, PREMIUM_OFFER};
use crate::due::look_now;
use crate::stack::Stack;

use super::short::{SHORT_ITEM, SHORT_OFFER, SHORT_PERIOD};
use super::timeline::Timeline;

const DEE: &str = "300200400";
const ELI: &str = "300200410";
const JO: &str = "300200420";

/// Lets the broadcaster sell on Samsung televisions too.
async fn prepare(show: &mut Timeline<'_>) -> anyhow::Result<()> {
    let broadcaster = &mut show.broadcaster;
    broadcaster.renew_secrets::<SamsungTv>()?;
    broadcaster.sells_on_samsung_tv().await?;
    let products = [
        Plan::monthly(MONTHLY_ITEM, "8.99", "USD"),
        Plan::monthly(PREMIUM_ITEM, "14.99", "USD"),
        Plan::monthly(SHORT_ITEM, "0.09", "USD").lasting_seconds(SHORT_PERIOD),
    ];
    let changes = json!({ "products": products });
    broadcaster.samsung_tv().reconfigure(&changes).await?;
    Ok(())
}

pub(super) async fn play(show: &mut Timeline<'_>, stack: &Stack) -> anyhow::Result<()> {
    prepare(show).await?;
    let store = show.broadcaster.samsung_tv().clone();
    show.store_begins("Samsung TV");
    show.step(
        "Samsung sends nothing. A check of each subscription falls due around its dates, and the",
    );
    show.step(
        "scheduled function looks; here the due date is moved and the function invoked at once",
    );

    show.case("1 Initial purchase");
    let wanted = NewPurchase::of(MONTHLY_ITEM, "u-dee").with_invoice("UP0126110500012345");
    let bought = store.buy(&wanted).await?.purchase;
    let id = bought.subscription_id.clone();
    show.step("dee buys the monthly product on her television; the app submits the invoice");
    let invoice = submit(show, DEE, &bought).await?;
    show.entitlement(DEE, MONTHLY_OFFER, true).await?;
    show.told(&invoice, &["new"]).await?;

    show.case("2 Recurring payment");
    store.plainly(&id, Action::Renew).await?;
    checked(show, stack, "Samsung charges the next month", &invoice).await?;
    show.told(&invoice, &["renew"]).await?;
    show.entitlement(DEE, MONTHLY_OFFER, true).await?;

    show.case("3 Subscription switch");
    store
        .change_product(&id, Action::Switch, PREMIUM_ITEM)
        .await?;
    checked(show, stack, "dee takes the premium product", &invoice).await?;
    show.told(&invoice, &["renew"]).await?;
    show.entitlement(DEE, PREMIUM_OFFER, true).await?;
    show.entitlement(DEE, MONTHLY_OFFER, false).await?;

    show.case("4 Subscription renewed");
    store
        .reconfigure(&json!({"renewals": "addInvoice"}))
        .await?;
    store.plainly(&id, Action::Renew).await?;
    let what = "the next month has an invoice of its own; it is the same subscription";
    checked(show, stack, what, &invoice).await?;
    show.told(&invoice, &["renew"]).await?;
    show.entitlement(DEE, PREMIUM_OFFER, true).await?;

    show.case("5 Payment failed");
    // The renewals moved the store's clock to their dates.
    store
        .reconfigure(&json!({"clockStart": Timestamp::now()}))
        .await?;
    let wanted = NewPurchase::of(SHORT_ITEM, "u-eli").with_invoice("UP0126110500067890");
    let short = store.buy(&wanted).await?.purchase;
    show.step("eli buys a product whose periods last three seconds");
    let invoice = submit(show, ELI, &short).await?;
    show.told(&invoice, &["new"]).await?;
    store.plainly(&short.subscription_id, Action::Fail).await?;
    tokio::time::sleep(Duration::from_secs(SHORT_PERIOD)).await;
    checked(show, stack, "his card is refused", &invoice).await?;
    show.told(&invoice, &["hold"]).await?;
    show.shows(ELI, "status", json!("on_hold")).await?;
    show.entitlement(ELI, SHORT_OFFER, false).await?;

    show.case("6 Cancellation and refund");
    let wanted = NewPurchase::of(MONTHLY_ITEM, "u-jo").with_invoice("UP0126110500011111");
    let bought = store.buy(&wanted).await?.purchase;
    show.step("jo buys the monthly product");
    let invoice = submit(show, JO, &bought).await?;
    show.told(&invoice, &["new"]).await?;
    store
        .plainly(&bought.subscription_id, Action::Cancel)
        .await?;
    checked(show, stack, "jo opts out", &invoice).await?;
    show.told(&invoice, &["cancel"]).await?;
    show.entitlement(JO, MONTHLY_OFFER, true).await?;
    store
        .plainly(&bought.subscription_id, Action::Refund)
        .await?;
    checked(show, stack, "Samsung returns the money", &invoice).await?;
    show.told(&invoice, &["cancel"]).await?;
    show.entitlement(JO, MONTHLY_OFFER, false).await
}

/// Submits a purchase as the customer's app. Returns the name under which it is known from now on.
async fn submit(
    show: &mut Timeline<'_>,
    customer: &str,
    purchase: &Purchase,
) -> anyhow::Result<String> {
    let invoice = purchase.invoices.last().context("no invoice")?;
    let body = json!({
        "customerId": customer, "invoiceId": invoice.invoice_id,
        "samsungCustomerId": purchase.custom_id, "countryCode": purchase.country_code,
    });
    let path = "/samsung-tv/purchase-validation";
    show.submit(customer, path, &body).await?;
    Ok(invoice.invoice_id.clone())
}

/// Runs the scheduled check after something has changed at the store.
async fn checked(
    show: &mut Timeline<'_>,
    stack: &Stack,
    what: &str,
    purchase: &str,
) -> anyhow::Result<()> {
    show.store(what);
    show.line("due", "its check falls due; reconciliation runs");
    look_now(stack, &show.broadcaster.id, purchase).await
}
