//! Test cases of an integration with Google Play.

use std::time::{Duration, Instant};

use anyhow::ensure;
use serde_json::{Value, json};
use store_simulator::android::model::{Action, NewPurchase, OneTimeAction, Options};

use crate::broadcaster::android::{FILM_HOURS, FILM_OFFER, film};
use crate::broadcaster::{
    BASE_PLAN, MONTHLY_OFFER, MONTHLY_PRODUCT, PREMIUM_OFFER, PREMIUM_PRODUCT,
};
use crate::stack::Stack;

use super::timeline::{LIMIT, Timeline};

const FAY: &str = "300200500";
const GUS: &str = "300200510";
const HAL: &str = "300200520";
const COUPON_TOKEN: &str = "play-token-gus-1";

/// Lets the broadcaster sell on Google Play too.
async fn prepare(show: &Timeline<'_>, stack: &Stack) -> anyhow::Result<()> {
    show.broadcaster.sells_on_android(stack).await?;
    show.broadcaster.lends_films_on_android().await
}

pub(super) async fn play(show: &mut Timeline<'_>, stack: &Stack) -> anyhow::Result<()> {
    prepare(show, stack).await?;
    let store = show.broadcaster.android().clone();
    let early = Options {
        move_clock: false,
        ..Options::default()
    };
    show.store_begins("Google Play");

    show.case("1 Initial purchase");
    let (first, second, third) = ("play-token-fay-1", "play-token-fay-2", "play-token-fay-3");
    let tester = NewPurchase::of(MONTHLY_PRODUCT, BASE_PLAN).as_test();
    store.buy(&tester.with_token(first).silently()).await?;
    show.step(
        "fay, a licence tester, buys the monthly plan on her phone; the app hands over the receipt",
    );
    let body = payment(show, first);
    show.submit(FAY, "/android/payment", &body).await?;
    acknowledged(show, first).await?;
    show.entitlement(FAY, MONTHLY_OFFER, true).await?;
    show.told(first, &["new"]).await?;

    show.case("2 Renewal");
    show.store("Google charges the next month and sends SUBSCRIPTION_RENEWED");
    store.act(first, Action::Renew, &early).await?;
    show.told(first, &["renew"]).await?;
    show.entitlement(FAY, MONTHLY_OFFER, true).await?;

    show.case("3 Upgrade");
    show.store("fay upgrades; Google makes a new purchase and sends SUBSCRIPTION_PURCHASED for it");
    let dearer = to(PREMIUM_PRODUCT, second);
    store.act(first, Action::Replace, &dearer).await?;
    show.told(first, &["cancel"]).await?;
    show.told(second, &["new"]).await?;
    acknowledged(show, second).await?;
    show.entitlement(FAY, PREMIUM_OFFER, true).await?;
    show.entitlement(FAY, MONTHLY_OFFER, false).await?;

    show.case("4 Downgrade");
    show.store("fay wants the monthly plan from the next renewal on");
    let cheaper = to(MONTHLY_PRODUCT, third);
    store.act(second, Action::ReplaceLater, &cheaper).await?;
    let (field, product) = ("pendingProductId", json!(MONTHLY_PRODUCT));
    show.shows(FAY, field, product).await?;
    show.entitlement(FAY, PREMIUM_OFFER, true).await?;
    show.store("the renewal comes; Google sends SUBSCRIPTION_RENEWED");
    store.act(third, Action::Renew, &early).await?;
    show.told(second, &["renew"]).await?;
    show.entitlement(FAY, MONTHLY_OFFER, true).await?;
    show.entitlement(FAY, PREMIUM_OFFER, false).await?;

    show.case("5 Cancellation");
    show.store("fay opts out; Google sends SUBSCRIPTION_CANCELED");
    store.plainly(third, Action::Cancel).await?;
    show.told(second, &["cancel"]).await?;
    show.entitlement(FAY, MONTHLY_OFFER, true).await?;

    coupon(show, &early).await?;

    show.case("7 Refund");
    show.store("Google returns gus's money and sends SUBSCRIPTION_REVOKED");
    let token = COUPON_TOKEN;
    store.plainly(token, Action::Revoke).await?;
    show.told(token, &["cancel"]).await?;
    show.entitlement(GUS, MONTHLY_OFFER, false).await?;

    rental(show).await
}

async fn rental(show: &mut Timeline<'_>) -> anyhow::Result<()> {
    let store = show.broadcaster.android().clone();
    let token = "play-token-hal-1";
    show.case("8 Rental");
    store.buy_once(&film().with_token(token)).await?;
    show.step(&format!(
        "hal buys a film, which the offer lends for {FILM_HOURS} hours"
    ));
    let body = json!({
        "packageName": store.package_name(), "purchaseToken": token, "purchaseType": "oneTime",
    });
    let path = "/android/purchase-validation";
    show.submit(HAL, path, &body).await?;
    show.told(token, &["new"]).await?;
    show.entitlement(HAL, FILM_OFFER, true).await?;
    show.store("Google returns hal's money and sends a voidedPurchaseNotification");
    store.plainly_once(token, OneTimeAction::Refund).await?;
    show.told(token, &["cancel"]).await?;
    show.entitlement(HAL, FILM_OFFER, false).await
}

async fn coupon(show: &mut Timeline<'_>, early: &Options) -> anyhow::Result<()> {
    let store = show.broadcaster.android().clone();
    let token = COUPON_TOKEN;
    show.case("6 Coupon");
    show.step("the broadcaster mirrors an introductory price of the store: half for one cycle");
    let path = format!("/v1/offers/{MONTHLY_OFFER}/coupons/INTRO");
    show.put(&path, &json!({"percent": 50, "cycles": 1}))
        .await?;
    let wanted = NewPurchase::of(MONTHLY_PRODUCT, BASE_PLAN);
    store.buy(&wanted.with_token(token).silently()).await?;
    show.step("gus buys the monthly plan; the app hands over the receipt and the code");
    let mut body = payment(show, token);
    if let Some(fields) = body.as_object_mut() {
        fields.insert("couponCode".to_owned(), json!("INTRO"));
    }
    show.submit(GUS, "/android/payment", &body).await?;
    show.told(token, &["new"]).await?;
    let price = |micros: u64| json!({"currency": "USD", "amountMicros": micros});
    show.shows(GUS, "expectedPrice", price(4_495_000)).await?;
    show.store("the next cycle costs what the offer costs");
    store.act(token, Action::Renew, early).await?;
    show.told(token, &["renew"]).await?;
    show.shows(GUS, "expectedPrice", price(8_990_000)).await?;
    show.entitlement(GUS, MONTHLY_OFFER, true).await
}

/// Builds the app's submission for the monthly offer.
fn payment(show: &Timeline<'_>, token: &str) -> Value {
    let android = show.broadcaster.android();
    let package = android.package_name();
    json!({
        "offerId": MONTHLY_OFFER,
        "receipt": {"packageName": package, "purchaseToken": token},
    })
}

/// Creates options to change to this product, in a purchase with this token.
fn to(product: &str, token: &str) -> Options {
    Options {
        purchase_token: Some(token.into()),
        ..Options::to_plan(product, BASE_PLAN)
    }
}

/// Waits until the store has received the acknowledgement of a purchase.
async fn acknowledged(show: &Timeline<'_>, token: &str) -> anyhow::Result<()> {
    let began = Instant::now();
    while !show
        .broadcaster
        .android()
        .purchase(token)
        .await?
        .acknowledged
    {
        ensure!(began.elapsed() < LIMIT, "{token} is not acknowledged");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let at = format!("…/tokens/{token}:acknowledge");
    show.line("store", &format!("has received POST {at}"));
    Ok(())
}
