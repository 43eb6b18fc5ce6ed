//! Purchases that replace others.

use serde_json::json;
use store_simulator::android::model::{
    Action, ActionError, NewPurchase, Options, ReplacementMode, State,
};

use crate::play::{DAY, Stage, about, names};

fn both_ways(new_first: bool) -> [(String, bool); 2] {
    let mut both = [("4".to_owned(), true), ("13".to_owned(), false)];
    if !new_first {
        both.reverse();
    }
    both
}

#[test]
fn an_upgrade_begins_a_linked_purchase_and_ends_the_old_one() {
    let (mut stage, old) = Stage::bought();
    stage.passes(15 * DAY);
    let options = Options::to_plan("premium", "yearly");
    let upgraded = stage.does_with(&old, Action::Replace, &options);
    let new = &upgraded.purchase.purchase_token;
    assert_eq!(about(&upgraded, new), both_ways(true));

    let shown = stage.get(new);
    assert_eq!(shown["linkedPurchaseToken"], json!(old));
    assert_eq!(
        shown["acknowledgementState"],
        "ACKNOWLEDGEMENT_STATE_PENDING"
    );
    let expected = json!({"productId": "premium", "basePlanId": "monthly",
        "replacementMode": "CHARGE_FULL_PRICE"});
    assert_eq!(shown["lineItems"][0]["itemReplacement"], expected);
    assert_eq!(
        shown["externalAccountIdentifiers"],
        stage.get(&old)["externalAccountIdentifiers"]
    );

    assert_eq!(stage.state(&old), "EXPIRED");
    let context = json!({"replacementCancellation": {}});
    assert_eq!(stage.get(&old)["canceledStateContext"], context);
    assert_eq!(stage.expiry(&old), "2026-11-30T00:00:00Z");
    assert!(stage.grants(new) && !stage.grants(&old));
}

#[test]
fn the_old_end_may_be_told_first() {
    let (mut stage, old) = Stage::bought();
    let options = Options {
        reverse_order: true,
        ..Options::to_plan("basic", "monthly")
    };
    let replaced = stage.does_with(&old, Action::Replace, &options);
    let new = &replaced.purchase.purchase_token;
    assert_eq!(about(&replaced, new), both_ways(false));
}

#[test]
fn remaining_time_comes_on_top_within_a_product() {
    let (mut stage, old) = Stage::bought();
    stage.passes(20 * DAY);
    let options = Options::to_plan("premium", "yearly");
    let new = stage.does_with(&old, Action::Replace, &options).purchase;
    assert_eq!(stage.expiry(&new.purchase_token), "2027-12-15T00:00:00Z");
}

#[test]
fn remaining_time_is_worth_its_price_in_another_product() {
    let mut stage = Stage::set();
    let old = stage.buy("sports", "monthly");
    stage.passes(10 * DAY);
    let options = Options::to_plan("premium", "monthly");
    let new = stage.does_with(&old, Action::Replace, &options).purchase;
    // 20 days at 3.00 are 20 * 3.00 / 9.99 days, 6 days and 8.6 minutes.
    assert_eq!(stage.expiry(&new.purchase_token), "2026-12-31T00:08:38Z");
}

#[test]
fn each_mode_has_its_own_end() {
    for (mode, end) in [
        // 20 days at 9.99 are 20 * 9.99 / 4.99 days, 40 days and 57.7 minutes.
        (ReplacementMode::WithTimeProration, "2027-01-04T00:57:42Z"),
        (ReplacementMode::ChargeProratedPrice, "2026-12-15T00:00:00Z"),
        (ReplacementMode::WithoutProration, "2026-12-15T00:00:00Z"),
    ] {
        let (mut stage, old) = Stage::bought();
        stage.passes(10 * DAY);
        let options = Options {
            mode,
            ..Options::to_plan("basic", "monthly")
        };
        let new = stage.does_with(&old, Action::Replace, &options).purchase;
        let token = &new.purchase_token;
        assert_eq!(stage.expiry(token), end, "{mode:?}");
        let item = &stage.get(token)["lineItems"][0];
        assert_eq!(item["itemReplacement"]["replacementMode"], mode.as_str());
        let prorated = item["offerPhase"].get("prorationPeriod").is_some();
        assert_eq!(prorated, mode == ReplacementMode::WithTimeProration);
    }
}

#[test]
fn a_prepaid_plan_can_only_be_taken_for_its_full_price() {
    let (mut stage, old) = Stage::bought();
    let options = Options {
        mode: ReplacementMode::WithoutProration,
        ..Options::to_plan("pass", "week")
    };
    let refused = stage.tries(&old, Action::Replace, &options).unwrap_err();
    assert_eq!(refused, ActionError::Prepaid);
    let options = Options::to_plan("pass", "week");
    let new = stage.does_with(&old, Action::Replace, &options).purchase;
    assert!(new.is_prepaid());
}

#[test]
fn an_unacknowledged_purchase_cannot_be_replaced() {
    let mut stage = Stage::set();
    let bought = stage.buys(&NewPurchase::of("premium", "monthly"));
    let token = bought.purchase.purchase_token;
    let options = Options::to_plan("basic", "monthly");
    for action in [Action::Replace, Action::ReplaceLater] {
        let refused = stage.tries(&token, action, &options).unwrap_err();
        assert_eq!(refused, ActionError::NotAcknowledged);
    }
}

#[test]
fn a_deferred_downgrade_stands_for_the_old_plan_until_the_renewal() {
    let (mut stage, old) = Stage::bought();
    stage.passes(10 * DAY);
    let options = Options::to_plan("basic", "monthly");
    let later = stage.does_with(&old, Action::ReplaceLater, &options);
    let new = later.purchase.purchase_token.clone();
    assert_eq!(about(&later, &new), both_ways(true));
    assert_eq!(stage.state(&old), "EXPIRED");

    let items = stage.get(&new)["lineItems"].clone();
    assert_eq!(items[0]["productId"], "premium");
    assert_eq!(items[0]["expiryTime"], "2026-12-15T00:00:00Z");
    assert_eq!(
        items[0]["deferredItemReplacement"],
        json!({"productId": "basic"})
    );
    assert!(
        items[0]["autoRenewingPlan"]
            .get("autoRenewEnabled")
            .is_none()
    );
    assert_eq!(items[1]["productId"], "basic");
    assert_eq!(items[1]["autoRenewingPlan"]["autoRenewEnabled"], true);
    for absent in ["expiryTime", "latestSuccessfulOrderId", "offerPhase"] {
        assert!(items[1].get(absent).is_none(), "{absent}");
    }

    stage.acknowledge(&new);
    let renewed = stage.does(&new, Action::Renew);
    assert_eq!(about(&renewed, &new), [("2".to_owned(), true)]);
    let items = stage.get(&new)["lineItems"].clone();
    assert_eq!(items[0]["expiryTime"], "2026-12-15T00:00:00Z");
    assert!(items[0].get("deferredItemReplacement").is_none());
    assert_eq!(items[1]["expiryTime"], "2027-01-15T00:00:00Z");
    stage.does(&new, Action::Renew);
    let items = stage.get(&new)["lineItems"].clone();
    assert_eq!(items[0]["expiryTime"], "2026-12-15T00:00:00Z");
    assert_eq!(items[1]["expiryTime"], "2027-02-15T00:00:00Z");
}

#[test]
fn buying_again_before_the_end_replaces_the_cancelled_purchase() {
    let (mut stage, old) = Stage::bought();
    stage.does(&old, Action::Cancel);
    stage.passes(10 * DAY);
    let again = stage.does(&old, Action::Resubscribe);
    let new = again.purchase.purchase_token.clone();
    assert_eq!(about(&again, &new), both_ways(true));
    assert_eq!(stage.get(&new)["linkedPurchaseToken"], json!(old));
    assert!(stage.grants(&new) && !stage.grants(&old));
}

#[test]
fn buying_again_after_the_end_links_nothing() {
    let (mut stage, old) = Stage::bought();
    stage.does(&old, Action::Expire);
    stage.passes(10 * DAY);
    let again = stage.does(&old, Action::Resubscribe);
    assert_eq!(names(&again), ["4"]);
    let shown = stage.get(&again.purchase.purchase_token);
    assert!(shown.get("linkedPurchaseToken").is_none());
    assert!(shown.get("outOfAppPurchaseContext").is_none());
    let owner = json!({"obfuscatedExternalAccountId": "a3f1c0de9b"});
    assert_eq!(shown["externalAccountIdentifiers"], owner);
}

#[test]
fn buying_again_in_the_stores_pages_names_the_expired_purchase_until_acknowledged() {
    let (mut stage, old) = Stage::bought();
    stage.does(&old, Action::Expire);
    let options = Options {
        in_play: true,
        ..Options::default()
    };
    let again = stage.does_with(&old, Action::Resubscribe, &options);
    let new = again.purchase.purchase_token;
    let shown = stage.get(&new);
    assert!(shown.get("externalAccountIdentifiers").is_none());
    let expected = json!({"expiredPurchaseToken": old,
        "expiredExternalAccountIdentifiers": {"obfuscatedExternalAccountId": "a3f1c0de9b"}});
    assert_eq!(shown["outOfAppPurchaseContext"], expected);
    stage.acknowledge(&new);
    assert!(stage.get(&new).get("outOfAppPurchaseContext").is_none());
}

#[test]
fn a_running_or_replaced_purchase_is_not_bought_again() {
    let (mut stage, old) = Stage::bought();
    let refused = stage.refuses(&old, Action::Resubscribe);
    assert_eq!(refused, ActionError::WrongState(State::Active));
    let options = Options::to_plan("basic", "monthly");
    stage.does_with(&old, Action::Replace, &options);
    let refused = stage.refuses(&old, Action::Resubscribe);
    assert_eq!(refused, ActionError::WrongState(State::Expired));
}

#[test]
fn a_top_up_adds_a_period_under_a_linked_token() {
    let mut stage = Stage::set();
    let old = stage.buy("pass", "week");
    stage.passes(5 * DAY);
    let topped = stage.does(&old, Action::TopUp);
    let new = topped.purchase.purchase_token.clone();
    assert_eq!(about(&topped, &new), both_ways(true));
    assert_eq!(stage.get(&new)["linkedPurchaseToken"], json!(old));
    assert_eq!(stage.expiry(&new), "2026-11-29T00:00:00Z");

    stage.passes(20 * DAY);
    assert_eq!(stage.state(&new), "EXPIRED");
    let refused = stage.refuses(&new, Action::TopUp);
    assert_eq!(refused, ActionError::WrongState(State::Expired));
    let (mut stage, renewing) = Stage::bought();
    assert_eq!(
        stage.refuses(&renewing, Action::TopUp),
        ActionError::NotPrepaid
    );
}
