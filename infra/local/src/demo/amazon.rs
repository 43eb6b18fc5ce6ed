//! Test cases of an integration with the Amazon Appstore.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::amazon::model::{Action, Options};
use store_simulator::amazon::{Amazon, CustomMessage, Forgery};

use crate::broadcaster::amazon::{
    MONTHLY, PREMIUM, RENTAL, RENTAL_HOURS, RENTAL_OFFER, submission, tested,
};
use crate::broadcaster::{MONTHLY_OFFER, PREMIUM_OFFER};
use crate::stack::Stack;

use super::timeline::{LIMIT, Timeline};

const IDA: &str = "300200600";
const KIT: &str = "300200610";
const PATH: &str = "/amazon/purchase-validation";
const POLL: Duration = Duration::from_millis(100);

/// Lets the broadcaster sell in the Appstore too.
async fn prepare(show: &mut Timeline<'_>, stack: &Stack) -> anyhow::Result<()> {
    let broadcaster = &mut show.broadcaster;
    broadcaster.renew_secrets::<Amazon>()?;
    broadcaster.sells_on_amazon(stack).await
}

pub(super) async fn play(show: &mut Timeline<'_>, stack: &Stack) -> anyhow::Result<()> {
    prepare(show, stack).await?;
    let store = show.broadcaster.amazon().clone();
    show.store_begins("Amazon Appstore");
    confirmation(show).await?;

    show.case("2 Initial purchase");
    let (first, second) = ("receipt-ida=:1:11", "receipt-ida=:2:11");
    let wanted = tested(MONTHLY).with_receipt_id(first).for_user("user-ida=");
    let bought = store.buy(&wanted.silently()).await?.receipt;
    show.step("ida buys the monthly plan on her Fire TV; the app submits the receipt");
    show.submit(IDA, PATH, &submission(&bought)).await?;
    show.entitlement(IDA, MONTHLY_OFFER, true).await?;
    show.told(first, &["new"]).await?;

    show.case("3 Renewal");
    show.store("Amazon charges the next month and sends SUBSCRIPTION_RENEWED");
    store.act(first, Action::Renew, &now()).await?;
    show.told(first, &["renew"]).await?;
    show.entitlement(IDA, MONTHLY_OFFER, true).await?;

    show.case("4 Upgrade");
    show.store("ida upgrades; Amazon makes a new receipt: SUBSCRIPTION_MODIFIED_IMMEDIATE");
    let dearer = Options {
        receipt_id: Some(second.into()),
        ..Options::to_term(PREMIUM).without_moving_the_clock()
    };
    store.act(first, Action::ChangeNow, &dearer).await?;
    show.told(first, &["cancel"]).await?;
    show.told(second, &["new"]).await?;
    show.entitlement(IDA, PREMIUM_OFFER, true).await?;
    show.entitlement(IDA, MONTHLY_OFFER, false).await?;

    show.case("5 Downgrade");
    show.store("ida wants the monthly plan from the next renewal on");
    let cheaper = Options::to_term(MONTHLY);
    store.act(second, Action::ChangeLater, &cheaper).await?;
    let pending = json!(MONTHLY);
    show.shows(IDA, "pendingProductId", pending).await?;
    show.entitlement(IDA, PREMIUM_OFFER, true).await?;
    show.store("the renewal comes; Amazon sends SUBSCRIPTION_RENEWED");
    store.act(second, Action::Renew, &now()).await?;
    show.told(second, &["renew"]).await?;
    show.entitlement(IDA, MONTHLY_OFFER, true).await?;
    show.entitlement(IDA, PREMIUM_OFFER, false).await?;

    show.case("6 Payment declined");
    show.store("ida's card is refused; Amazon sends SUBSCRIPTION_IN_GRACE_PERIOD");
    store.act(second, Action::EnterGrace, &now()).await?;
    show.shows(IDA, "status", json!("grace")).await?;
    show.entitlement(IDA, MONTHLY_OFFER, true).await?;
    show.store("another card works; Amazon sends SUBSCRIPTION_OUT_OF_GRACE_PERIOD");
    store.act(second, Action::Recover, &now()).await?;
    show.told(second, &["renew"]).await?;

    show.case("7 Cancellation");
    show.store("ida turns auto-renewal off; Amazon sends SUBSCRIPTION_AUTO_RENEWAL_OFF");
    store.act(second, Action::TurnAutoRenewOff, &now()).await?;
    show.told(second, &["cancel"]).await?;
    show.entitlement(IDA, MONTHLY_OFFER, true).await?;

    rental(show).await
}

/// Shows which topic may send: SNS signs messages of any account.
async fn confirmation(show: &mut Timeline<'_>) -> anyhow::Result<()> {
    let store = show.broadcaster.amazon().clone();
    show.case("1 The address for notifications");
    show.step("a stranger's topic asks to be confirmed; SNS signs that as well");
    let strangers = CustomMessage::confirmation().forged(Forgery::ForeignConfirmation);
    store.notify(&strangers).await?;
    let path = "/v1/stores/amazon";
    let began = Instant::now();
    let asks = loop {
        let shown = show.broadcaster.call(Method::GET, path, None).await?;
        if let Some(topic) = shown.body.pointer("/confirmation/topic") {
            break topic.clone();
        }
        ensure!(began.elapsed() < LIMIT, "no confirmation is shown");
        tokio::time::sleep(POLL).await;
    };
    show.line("shown", &format!("GET {path} confirmation.topic: {asks}"));
    ensure!(store.endpoint().await?.confirmation_visits == 0);
    show.step("nobody pins it, so nothing is visited; Amazon's topic is pinned, and asks too");
    store.ask_confirmation().await?;
    let began = Instant::now();
    while !store.endpoint().await?.confirmed {
        ensure!(began.elapsed() < LIMIT, "the address is not confirmed");
        tokio::time::sleep(POLL).await;
    }
    show.line("store", "its SubscribeURL was visited: it is confirmed");
    Ok(())
}

async fn rental(show: &mut Timeline<'_>) -> anyhow::Result<()> {
    let store = show.broadcaster.amazon().clone();
    let id = "receipt-kit=:1:11";
    show.case("8 Rental and refund");
    let wanted = tested(RENTAL).with_receipt_id(id).for_user("user-kit=");
    let rented = store.buy(&wanted.silently()).await?.receipt;
    show.step(&format!("kit rents a film for {RENTAL_HOURS} hours"));
    show.submit(KIT, PATH, &submission(&rented)).await?;
    show.told(id, &["new"]).await?;
    let window = SignedDuration::from_hours(RENTAL_HOURS);
    let ends = rented.purchased_at.checked_add(window)?.as_second();
    let entitlement = show.broadcaster.entitlement(KIT, RENTAL_OFFER).await?;
    let expires = entitlement.get("expiresAt").and_then(Value::as_i64);
    ensure!(expires.context("no end")? == ends, "{entitlement}");
    show.entitlement(KIT, RENTAL_OFFER, true).await?;
    show.store("Amazon returns the money and sends CONSUMABLE_CANCELLED");
    store.act(id, Action::CancelOrder, &now()).await?;
    show.told(id, &["cancel"]).await?;
    show.entitlement(KIT, RENTAL_OFFER, false).await
}

/// Applies an action today, not when the period ends.
fn now() -> Options {
    Options::default().without_moving_the_clock()
}
