//! Test cases of an integration with the App Store, including a purchase without a delivered
//! notification.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use store_simulator::apple::model::{Action, NewPurchase, Options};
use store_simulator::{Chance, DeliveryFaults, Faults};

use crate::broadcaster::apple::{FILM, FILM_OFFER, MONTHLY, PREMIUM, purchase_of};
use crate::broadcaster::{MONTHLY_OFFER, PREMIUM_OFFER};
use crate::due::read_history_now;
use crate::stack::Stack;

use super::timeline::Timeline;

const IDA: &str = "300200600";
const KEN: &str = "300200610";
const LIV: &str = "300200620";

/// Form of a customer's id in `appAccountToken`, which is a UUID.
const ACCOUNT: &str = "00000000-0000-4000-8000-000{customerId}";

/// Lets the broadcaster sell in the App Store too.
async fn prepare(show: &Timeline<'_>, stack: &Stack) -> anyhow::Result<()> {
    let broadcaster = &show.broadcaster;
    broadcaster.sells_on_apple(stack).await?;
    let settings = json!({"accountIdPattern": ACCOUNT});
    broadcaster.configure_apple(&settings).await
}

pub(super) async fn play(show: &mut Timeline<'_>, stack: &Stack) -> anyhow::Result<()> {
    prepare(show, stack).await?;
    let store = show.broadcaster.apple().clone();
    let early = early();
    show.store_begins("Apple App Store");

    show.case("1 Initial purchase");
    let id = &bought(show, MONTHLY).await?;
    show.step("ida buys the monthly subscription on her phone; the app submits the transaction");
    submit(show, IDA, id).await?;
    show.told(id, &["new"]).await?;
    show.entitlement(IDA, MONTHLY_OFFER, true).await?;

    show.case("2 Renewal");
    show.store("Apple charges the next month and sends DID_RENEW, signed");
    store.act(id, Action::Renew, &early).await?;
    show.told(id, &["renew"]).await?;
    show.entitlement(IDA, MONTHLY_OFFER, true).await?;

    show.case("3 Upgrade and downgrade");
    show.store("ida upgrades; Apple sends DID_CHANGE_RENEWAL_PREF/UPGRADE");
    let dearer = Options::to_product(PREMIUM);
    store.act(id, Action::Upgrade, &dearer).await?;
    show.told(id, &["renew"]).await?;
    show.entitlement(IDA, PREMIUM_OFFER, true).await?;
    show.entitlement(IDA, MONTHLY_OFFER, false).await?;
    show.store("she wants the monthly one again; Apple sends DID_CHANGE_RENEWAL_PREF/DOWNGRADE");
    let cheaper = Options::to_product(MONTHLY);
    store.act(id, Action::Downgrade, &cheaper).await?;
    show.shows(IDA, "pendingProductId", json!(MONTHLY)).await?;
    show.entitlement(IDA, PREMIUM_OFFER, true).await?;
    show.store("the renewal comes; Apple sends DID_RENEW");
    store.act(id, Action::Renew, &early).await?;
    show.told(id, &["renew"]).await?;
    show.entitlement(IDA, MONTHLY_OFFER, true).await?;

    show.case("4 Billing grace period");
    show.store("her card is refused; Apple sends DID_FAIL_TO_RENEW/GRACE_PERIOD");
    store.act(id, Action::EnterGrace, &early).await?;
    show.shows(IDA, "status", json!("grace")).await?;
    show.entitlement(IDA, MONTHLY_OFFER, true).await?;
    show.store("she pays; Apple sends DID_RENEW/BILLING_RECOVERY");
    store.act(id, Action::Recover, &early).await?;
    show.told(id, &["renew"]).await?;

    show.case("5 Cancellation");
    show.store("ida opts out; Apple sends DID_CHANGE_RENEWAL_STATUS/AUTO_RENEW_DISABLED");
    store.plainly(id, Action::Cancel).await?;
    show.told(id, &["cancel"]).await?;
    show.entitlement(IDA, MONTHLY_OFFER, true).await?;

    rental(show).await?;
    missed(show, stack).await?;

    show.case("8 Refund");
    show.store("Apple returns ida's money and sends REFUND");
    store.plainly(id, Action::Refund).await?;
    show.told(id, &["cancel"]).await?;
    show.entitlement(IDA, MONTHLY_OFFER, false).await
}

/// Shows a one-time purchase.
async fn rental(show: &mut Timeline<'_>) -> anyhow::Result<()> {
    let store = show.broadcaster.apple().clone();
    show.case("6 One-time purchase");
    let id = &bought(show, FILM).await?;
    show.step("ken buys a film, which the offer gives him for 48 hours");
    submit(show, KEN, id).await?;
    show.told(id, &["new"]).await?;
    show.entitlement(KEN, FILM_OFFER, true).await?;
    show.store("he asks for his money; Apple returns it and sends REFUND");
    store.plainly(id, Action::Refund).await?;
    show.told(id, &["cancel"]).await?;
    show.entitlement(KEN, FILM_OFFER, false).await
}

/// Reads undelivered notifications from Apple's notification history.
async fn missed(show: &mut Timeline<'_>, stack: &Stack) -> anyhow::Result<()> {
    let store = show.broadcaster.apple().clone();
    show.case("7 Lost notification");
    let now = Timestamp::now();
    let ago = |hours| now.checked_sub(SignedDuration::from_hours(hours));
    store.reconfigure(&json!({"clockStart": ago(1)?})).await?;
    let lost = Faults {
        delivery: DeliveryFaults {
            drop: Chance::ALWAYS,
            ..DeliveryFaults::default()
        },
        ..Faults::default()
    };
    store.set_faults(&lost).await?;
    let account = ACCOUNT.replace("{customerId}", LIV);
    let wanted = NewPurchase::of(MONTHLY).in_sandbox().for_account(account);
    let purchase = store.buy(&wanted).await?.purchase;
    show.broadcaster.note_apple(&purchase)?;
    store.clear_faults().await?;
    store.reconfigure(&json!({"clockStart": now})).await?;
    show.step("an hour ago liv bought the monthly subscription, and her app did not come back");
    show.step("Apple sent SUBSCRIBED/INITIAL_BUY and nobody took it; it names her by her UUID");
    show.entitlement(LIV, MONTHLY_OFFER, false).await?;
    show.store("Apple's list of what nobody took falls due to be read");
    show.line("due", "reconciliation reads the notification history");
    let id = &show.broadcaster.id;
    read_history_now(stack, id, "apple", ago(2)?).await?;
    show.told(&purchase.original_transaction_id, &["new"])
        .await?;
    show.entitlement(LIV, MONTHLY_OFFER, true).await
}

/// Makes a purchase by a new Apple account.
async fn bought(show: &Timeline<'_>, product: &str) -> anyhow::Result<String> {
    let store = &show.broadcaster.apple();
    let purchase = store.buy(&purchase_of(product)).await?.purchase;
    show.broadcaster.note_apple(&purchase)?;
    Ok(purchase.original_transaction_id)
}

/// Submits a purchase as the customer's app.
async fn submit(show: &mut Timeline<'_>, customer: &str, id: &str) -> anyhow::Result<()> {
    let body = json!({"customerId": customer, "transactionId": id});
    show.submit(customer, "/apple/purchase-validation", &body)
        .await
}

/// Applies an action without moving the store's clock.
fn early() -> Options {
    Options {
        move_clock: false,
        ..Options::default()
    }
}
