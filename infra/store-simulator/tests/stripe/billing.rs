//! The model without HTTP.

use jiff::Timestamp;
use store_simulator::stripe::model::{
    Action, ActionError, ApiVersion, Billing, NewCheckout, Options, Price,
};

use crate::{ACCOUNT, START};

fn billing() -> (Billing, Timestamp) {
    let mut billing = Billing::new(ACCOUNT);
    billing.set_prices(vec![
        Price::monthly("price_m", "prod_premium", 999, "eur"),
        Price::monthly("price_s", "prod_short", 99, "eur").lasting_seconds(60),
    ]);
    (billing, START.parse().unwrap())
}

#[test]
fn the_same_account_makes_the_same_ids() {
    let wanted = NewCheckout::subscription("price_m");
    let bought = || {
        let (mut billing, now) = billing();
        billing.create(&wanted, now).unwrap()
    };
    assert_eq!(bought(), bought());
    let mut other = Billing::seeded(ACCOUNT, 1);
    other.set_prices(vec![Price::monthly("price_m", "prod_premium", 999, "eur")]);
    let other = other.create(&wanted, START.parse().unwrap()).unwrap();
    assert_ne!(other.purchase.id, bought().purchase.id);
}

#[test]
fn a_refused_action_changes_nothing() {
    let (mut billing, now) = billing();
    let wanted = NewCheckout::subscription("price_m");
    let id = billing.create(&wanted, now).unwrap().purchase.id;
    let before = billing.purchase(&id).cloned();
    let plain = Options::default();
    for action in [Action::Resume, Action::Recover, Action::WinDispute] {
        assert!(billing.act(&id, action, &plain, now).is_err());
    }
    assert_eq!(billing.purchase(&id).cloned(), before);
    let unknown = billing.act("sub_none", Action::Renew, &plain, now);
    assert_eq!(unknown.unwrap_err(), ActionError::UnknownPurchase);
}

#[test]
fn every_object_of_a_purchase_names_it() {
    let (mut billing, now) = billing();
    let wanted = NewCheckout::subscription("price_m");
    let id = billing.create(&wanted, now).unwrap().purchase.id;
    let plain = Options::default();
    billing.act(&id, Action::Refund, &plain, now).unwrap();
    let purchase = billing.purchase(&id).unwrap().clone();
    for named in [
        purchase.session_id(),
        &purchase.invoices[0].invoice_id,
        &purchase.invoices[0].payments[0].payment_id,
        &purchase.payment_intents[0].payment_intent_id,
        &purchase.charges[0].charge_id,
        &purchase.refunds[0].refund_id,
        &purchase.subscription.as_ref().unwrap().items[0].item_id,
    ] {
        assert_eq!(billing.purchase(named), Some(&purchase));
        let object = billing.object(named, &ApiVersion::default()).unwrap();
        assert_eq!(object["id"], named);
    }
}

#[test]
fn access_follows_payments() {
    let (mut billing, now) = billing();
    let wanted = NewCheckout::subscription("price_m");
    let id = billing.create(&wanted, now).unwrap().purchase.id;
    let mut now = now;
    for (action, grants) in [
        (Action::Fail, true),
        (Action::Recover, true),
        (Action::Refund, false),
        (Action::Renew, true),
        (Action::Dispute, false),
        (Action::WinDispute, true),
        (Action::Pause, false),
        (Action::Resume, true),
        (Action::Cancel, true),
        (Action::Expire, false),
    ] {
        let outcome = billing.act(&id, action, &Options::default(), now).unwrap();
        now = outcome.at;
        assert_eq!(billing.grants(&id), grants, "{action:?}");
    }
}

#[test]
fn short_periods_have_short_drafts_and_many_can_be_made_up_for() {
    let (mut billing, now) = billing();
    let wanted = NewCheckout::subscription("price_s");
    let id = billing.create(&wanted, now).unwrap().purchase.id;
    let renewed = billing
        .act(&id, Action::Renew, &Options::default(), now)
        .unwrap();
    assert_eq!(renewed.at.duration_since(now).as_secs(), 66);
    let later = now
        .checked_add(jiff::SignedDuration::from_mins(10))
        .unwrap();
    billing.run_due(later);
    let end = billing
        .purchase(&id)
        .unwrap()
        .subscription
        .as_ref()
        .unwrap()
        .period_end();
    assert!(end > later);
}
