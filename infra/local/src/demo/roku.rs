//! Test cases of an integration with Roku Pay.

use std::time::Duration;

use serde_json::json;
use store_simulator::roku::Roku;
use store_simulator::roku::model::{Action, NewPurchase, Options, Plan};

use crate::broadcaster::roku::{FILM, FILM_HOURS, FILM_OFFER, MONTHLY, PREMIUM, plans};
use crate::broadcaster::{MONTHLY_OFFER, PREMIUM_OFFER};
use crate::stack::Stack;

use super::short::SHORT_PERIOD;
use super::timeline::Timeline;

const IVY: &str = "300200700";
const KAI: &str = "300200710";
const LOU: &str = "300200720";
const IVYS: [&str; 3] = [
    "a41e7d2290c811f0b3a20a58a9feac01",
    "b52f8e3390c811f0b3a20a58a9feac02",
    "c63a9f4490c811f0b3a20a58a9feac03",
];
const KAIS: &str = "d74bad5590c811f0b3a20a58a9feac04";
const LOUS: &str = "e85cbe6690c811f0b3a20a58a9feac05";

/// Lets the broadcaster sell on Roku's televisions too.
async fn prepare(show: &mut Timeline<'_>, stack: &Stack) -> anyhow::Result<()> {
    let broadcaster = &mut show.broadcaster;
    broadcaster.renew_secrets::<Roku>()?;
    broadcaster.sells_on_roku(stack).await
}

pub(super) async fn play(show: &mut Timeline<'_>, stack: &Stack) -> anyhow::Result<()> {
    prepare(show, stack).await?;
    show.store_begins("Roku Pay");
    let [first, second, third] = IVYS;

    show.case("1 Initial purchase");
    show.step("ivy buys the monthly plan on her television; the app submits the transaction");
    buys(show, IVY, MONTHLY, first).await?;
    show.entitlement(IVY, MONTHLY_OFFER, true).await?;
    show.told(first, &["new"]).await?;

    show.case("2 Renewal");
    show.store("Roku charges the next month and sends Sale, signed");
    happens(show, first, Action::Renew, early()).await?;
    show.told(first, &["renew"]).await?;
    show.entitlement(IVY, MONTHLY_OFFER, true).await?;

    show.case("3 Upgrade");
    show.store(
        "ivy upgrades; Roku makes a new subscription and sends UpgradeSale, UpgradeCancellation",
    );
    happens(show, first, Action::Upgrade, to(PREMIUM, second)).await?;
    show.told(first, &["cancel"]).await?;
    show.told(second, &["new"]).await?;
    show.entitlement(IVY, PREMIUM_OFFER, true).await?;
    show.entitlement(IVY, MONTHLY_OFFER, false).await?;

    show.case("4 Downgrade");
    show.store("ivy wants the monthly plan from the next renewal on; Roku sends DowngradeSale");
    happens(show, second, Action::Downgrade, to(MONTHLY, third)).await?;
    show.shows(IVY, "pendingProductId", json!(MONTHLY)).await?;
    show.entitlement(IVY, PREMIUM_OFFER, true).await?;
    show.store("the renewal comes; Roku sends Sale");
    happens(show, third, Action::Renew, early()).await?;
    show.told(second, &["renew"]).await?;
    show.entitlement(IVY, MONTHLY_OFFER, true).await?;
    show.entitlement(IVY, PREMIUM_OFFER, false).await?;

    show.case("5 Cancellation, and back");
    show.store("ivy switches auto-renewal off; Roku sends Cancellation");
    happens(show, third, Action::Cancel, early()).await?;
    show.told(second, &["cancel"]).await?;
    show.entitlement(IVY, MONTHLY_OFFER, true).await?;
    show.store("she changes her mind before the end; Roku sends Resubscribe");
    happens(show, third, Action::Resubscribe, early()).await?;
    show.told(second, &["resume"]).await?;

    unpaid(show).await?;
    film(show).await
}

async fn unpaid(show: &mut Timeline<'_>) -> anyhow::Result<()> {
    show.case("6 Failed payment");
    show.step(&format!(
        "kai buys the monthly plan, whose months last {SHORT_PERIOD} seconds here"
    ));
    let short = Plan::monthly(MONTHLY, "8.99").lasting_seconds(SHORT_PERIOD);
    let store = show.broadcaster.roku().clone();
    store.reconfigure(&json!({ "plans": [short] })).await?;
    buys(show, KAI, MONTHLY, KAIS).await?;
    show.told(KAIS, &["new"]).await?;
    tokio::time::sleep(Duration::from_secs(SHORT_PERIOD)).await;
    store.reconfigure(&json!({ "plans": plans() })).await?;
    show.store("his card is refused; Roku sends GraceInitiated: three days more");
    happens(show, KAIS, Action::EnterGrace, early()).await?;
    show.shows(KAI, "status", json!("grace")).await?;
    show.entitlement(KAI, MONTHLY_OFFER, true).await?;
    show.store("he has not paid; Roku sends OnHoldInitiated");
    happens(show, KAIS, Action::Hold, early()).await?;
    show.told(KAIS, &["hold"]).await?;
    show.entitlement(KAI, MONTHLY_OFFER, false).await?;
    show.store("he pays; Roku sends OnHoldRecovered, and a new period begins");
    happens(show, KAIS, Action::Recover, early()).await?;
    show.told(KAIS, &["resume"]).await?;
    show.entitlement(KAI, MONTHLY_OFFER, true).await?;

    show.case("7 Refund");
    show.store("somebody else had used kai's account; Roku sends Refund, Cancellation");
    let unauthorized = Options {
        unauthorized: true,
        ..early()
    };
    happens(show, KAIS, Action::Refund, unauthorized).await?;
    show.told(KAIS, &["cancel"]).await?;
    show.entitlement(KAI, MONTHLY_OFFER, false).await
}

async fn film(show: &mut Timeline<'_>) -> anyhow::Result<()> {
    show.case("8 Rental");
    show.step(&format!(
        "lou buys a film, which the offer lends for {FILM_HOURS} hours"
    ));
    buys(show, LOU, FILM, LOUS).await?;
    show.told(LOUS, &["new"]).await?;
    show.entitlement(LOU, FILM_OFFER, true).await?;
    show.store("Roku returns the money and sends Refund");
    happens(show, LOUS, Action::Refund, early()).await?;
    show.told(LOUS, &["cancel"]).await?;
    show.entitlement(LOU, FILM_OFFER, false).await
}

/// Makes a purchase and submits it as the app. Roku's own notification arrives too late to be
/// needed.
async fn buys(
    show: &mut Timeline<'_>,
    customer: &str,
    product: &str,
    id: &str,
) -> anyhow::Result<()> {
    let wanted = NewPurchase::of(product).with_id(id).without_trial();
    let bought = show.broadcaster.roku().buy(&wanted.silently()).await?;
    show.broadcaster.note_roku(&bought.purchase)?;
    let body = json!({"customerId": customer, "transactionId": id});
    let path = "/roku/purchase-validation";
    show.submit(customer, path, &body).await
}

async fn happens(
    show: &Timeline<'_>,
    id: &str,
    action: Action,
    options: Options,
) -> anyhow::Result<()> {
    let outcome = show.broadcaster.roku().act(id, action, &options).await?;
    show.broadcaster.note_roku(&outcome.purchase)
}

/// Applies an action early, without moving the clock.
fn early() -> Options {
    Options {
        move_clock: false,
        ..Options::default()
    }
}

/// Creates options to change to this product, in a subscription that begins with this transaction.
fn to(product: &str, id: &str) -> Options {
    Options {
        transaction_id: Some(id.into()),
        ..Options::to_product(product)
    }
}
