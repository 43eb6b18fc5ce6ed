//! Test cases of an integration with Stripe.

use serde_json::json;
use store_simulator::stripe::Stripe;
use store_simulator::stripe::model::{Action, AfterRetries, NewCheckout, Options, Purchase};

use crate::broadcaster::stripe::{
    FILM_HOURS, FILM_OFFER, FILM_PRICE, MONTHLY, MONTHLY_PRICE, PREMIUM_PRICE,
};
use crate::broadcaster::{MONTHLY_OFFER, PREMIUM_OFFER};
use crate::stack::Stack;

use super::timeline::Timeline;

const MIA: &str = "300200750";
const NED: &str = "300200760";
const OLU: &str = "300200770";

/// Lets the broadcaster sell on the web too.
async fn prepare(show: &mut Timeline<'_>, stack: &Stack) -> anyhow::Result<()> {
    let broadcaster = &mut show.broadcaster;
    broadcaster.renew_secrets::<Stripe>()?;
    broadcaster.sells_on_stripe(stack).await
}

pub(super) async fn play(show: &mut Timeline<'_>, stack: &Stack) -> anyhow::Result<()> {
    prepare(show, stack).await?;
    show.store_begins("Stripe");

    show.case("1 Initial purchase");
    show.step(
        "mia's television shows a code; she pays on her phone. Stripe sends what happened, but",
    );
    show.step("not whose it is; the app submits the checkout");
    let wanted = NewCheckout::subscription(MONTHLY_PRICE).on("samsung_tv");
    let sub = buys(show, MIA, wanted).await?.id;
    show.entitlement(MIA, MONTHLY_OFFER, true).await?;
    show.told(&sub, &["new"]).await?;

    show.case("2 Renewal");
    show.step("Stripe moves the period and drafts an invoice: nothing is paid, nothing is told");
    happens(show, &sub, Action::BeginPeriod, early()).await?;
    show.store("an hour later it charges and sends invoice.paid");
    happens(show, &sub, Action::Collect, early()).await?;
    show.told(&sub, &["renew"]).await?;
    show.entitlement(MIA, MONTHLY_OFFER, true).await?;

    show.case("3 Upgrade, and back at the next renewal");
    show.store("mia takes the premium plan at once; it is the same subscription");
    happens(show, &sub, Action::ChangePlan, to(PREMIUM_PRICE)).await?;
    show.told(&sub, &["renew"]).await?;
    show.entitlement(MIA, PREMIUM_OFFER, true).await?;
    show.entitlement(MIA, MONTHLY_OFFER, false).await?;
    show.store("mia wants the monthly plan from the next renewal on: a schedule");
    happens(show, &sub, Action::ScheduleChange, to(MONTHLY_PRICE)).await?;
    let (field, product) = ("pendingProductId", json!(MONTHLY));
    show.shows(MIA, field, product).await?;
    show.entitlement(MIA, PREMIUM_OFFER, true).await?;
    show.store("the renewal comes");
    happens(show, &sub, Action::Renew, early()).await?;
    show.told(&sub, &["renew"]).await?;
    show.entitlement(MIA, MONTHLY_OFFER, true).await?;

    show.case("4 Cancellation");
    show.store("mia opts out in the customer portal, which sets cancel_at");
    happens(show, &sub, Action::Cancel, early()).await?;
    show.told(&sub, &["cancel"]).await?;
    show.entitlement(MIA, MONTHLY_OFFER, true).await?;

    suspensions(show).await?;
    film(show).await
}

/// Shows a subscription that is paused, then unpaid for a while, and refunded in the end.
async fn suspensions(show: &mut Timeline<'_>) -> anyhow::Result<()> {
    show.case("5 Pause");
    show.step("ned subscribes in his browser");
    let wanted = NewCheckout::subscription(MONTHLY_PRICE).on("web");
    let sub = buys(show, NED, wanted).await?.id;
    show.told(&sub, &["new"]).await?;
    show.store("he pauses; Stripe sends customer.subscription.paused");
    happens(show, &sub, Action::Pause, early()).await?;
    show.told(&sub, &["pause"]).await?;
    show.entitlement(NED, MONTHLY_OFFER, false).await?;
    show.store("he goes on, and pays for a new month");
    happens(show, &sub, Action::Resume, early()).await?;
    show.told(&sub, &["resume"]).await?;
    show.entitlement(NED, MONTHLY_OFFER, true).await?;

    show.case("6 Payment failed");
    show.store("the next charge is declined: past_due, with a week of grace");
    happens(show, &sub, Action::Fail, early()).await?;
    show.shows(NED, "status", json!("grace")).await?;
    show.entitlement(NED, MONTHLY_OFFER, true).await?;
    show.store("so are the others; Stripe gives up: unpaid");
    let unpaid = Options {
        after_retries: Some(AfterRetries::MarkUnpaid),
        ..early()
    };
    happens(show, &sub, Action::Exhaust, unpaid).await?;
    show.told(&sub, &["hold"]).await?;
    show.entitlement(NED, MONTHLY_OFFER, false).await?;
    show.store("ned pays what he owes");
    happens(show, &sub, Action::Recover, early()).await?;
    show.told(&sub, &["resume"]).await?;
    show.entitlement(NED, MONTHLY_OFFER, true).await?;

    show.case("7 Refund");
    show.store(
        "the money goes back. Stripe sends charge.refunded, which names only a payment: that",
    );
    show.step("leads to its invoice, and the invoice to the subscription");
    happens(show, &sub, Action::Refund, early()).await?;
    show.told(&sub, &["cancel"]).await?;
    show.entitlement(NED, MONTHLY_OFFER, false).await
}

async fn film(show: &mut Timeline<'_>) -> anyhow::Result<()> {
    show.case("8 Rental");
    show.step(&format!("olu pays once for a film, for {FILM_HOURS} hours"));
    let bought = buys(show, OLU, NewCheckout::rental(FILM_PRICE)).await?;
    show.told(&bought.id, &["new"]).await?;
    show.entitlement(OLU, FILM_OFFER, true).await?;
    show.store("it does not play; the money goes back");
    happens(show, &bought.id, Action::Refund, early()).await?;
    show.told(&bought.id, &["cancel"]).await?;
    show.entitlement(OLU, FILM_OFFER, false).await
}

/// Makes a purchase in Stripe's checkout, and submits the checkout.
async fn buys(
    show: &mut Timeline<'_>,
    customer: &str,
    wanted: NewCheckout,
) -> anyhow::Result<Purchase> {
    let store = show.broadcaster.stripe().clone();
    let bought = store.buy(&wanted.in_test_mode()).await?.purchase;
    show.broadcaster.note_stripe(&bought)?;
    let body = json!({"customerId": customer, "checkoutSessionId": bought.session_id()});
    let path = "/stripe/purchase-validation";
    show.submit(customer, path, &body).await?;
    Ok(bought)
}

async fn happens(
    show: &Timeline<'_>,
    purchase: &str,
    action: Action,
    options: Options,
) -> anyhow::Result<()> {
    let store = &show.broadcaster.stripe();
    let outcome = store.act(purchase, action, &options).await?;
    show.broadcaster.note_stripe(&outcome.purchase)
}

/// Applies an action early, so that the demo need not wait for its time.
fn early() -> Options {
    Options {
        move_clock: false,
        ..Options::default()
    }
}

fn to(price: &str) -> Options {
    Options {
        price_id: Some(price.to_owned()),
        ..early()
    }
}
