//! Upgrades, downgrades and retention offers.

use serde_json::{Value, json};
use store_simulator::roku::model::{Action, ActionError, Options, State};

use crate::stage::{DAY, Stage, message, types};

fn is(entitled: bool, cancelled: bool, status: &str) -> (bool, bool, String) {
    (entitled, cancelled, status.to_owned())
}

#[test]
fn an_upgrade_is_a_new_purchase_that_ends_the_old_one_now() {
    let (mut stage, old) = Stage::bought("monthly");
    stage.passes(10 * DAY);
    let options = Options::to_product("yearly");
    let upgraded = stage.does_with(&old, Action::Upgrade, &options);
    assert_eq!(types(&upgraded), ["UpgradeSale", "UpgradeCancellation"]);
    let new = upgraded.purchase.transaction_id.clone();
    let [sale, cancellation] = [0, 1].map(|told| &upgraded.published[told].message);
    assert_eq!(sale["originalTransactionId"], json!(new));
    assert_eq!(sale["expirationDate"], "2027-11-25T00:00:00Z");
    assert!(sale.get("price").is_none());
    assert_eq!(cancellation["originalTransactionId"], json!(old));
    assert_eq!(cancellation["expirationDate"], "2026-11-25T00:00:00Z");

    assert_eq!(stage.standing(&new), is(true, false, "Active"));
    assert_eq!(stage.standing(&old), is(false, true, "Inactive"));
    let answer = stage.answer(&new);
    assert_eq!(answer["purchaseType"], "UPGRADE");
    assert_eq!(answer["cancelledTransactionIds"], json!([old]));
    assert_eq!(answer["total"], 0.0);
    assert_eq!(answer["amount"], 89.0);
    let old = stage.purchase(&old);
    assert_eq!(old.replaced_by, Some(new));
    assert_eq!(
        upgraded.purchase.replaces,
        Some(old.original_transaction_id)
    );
    assert_eq!(upgraded.purchase.customer_id, old.customer_id);
}

#[test]
fn an_upgrade_names_the_last_charge_of_what_it_replaces() {
    let (mut stage, old) = Stage::bought("monthly");
    let renewed = stage.does(&old, Action::Renew).purchase.transaction_id;
    let options = Options::to_product("yearly");
    let upgraded = stage.does_with(&old, Action::Upgrade, &options).purchase;
    let answer = stage.answer(&upgraded.transaction_id);
    assert_eq!(answer["cancelledTransactionIds"], json!([renewed]));
}

#[test]
fn while_an_upgrade_is_in_trial_the_old_plan_waits() {
    let (mut stage, old) = Stage::bought("basic");
    let options = Options {
        with_trial: true,
        ..Options::to_product("trial")
    };
    let upgraded = stage.does_with(&old, Action::Upgrade, &options);
    let new = upgraded.purchase.transaction_id.clone();
    assert_eq!(upgraded.published[0].message["isFreeTrial"], true);
    assert_eq!(stage.expiration(&new), "2026-11-22T00:00:00Z");
    assert_eq!(stage.standing(&old), is(true, true, "PendingInactive"));
    stage.does(&new, Action::Renew);
    assert_eq!(stage.standing(&old), is(false, true, "Inactive"));
    assert_eq!(stage.standing(&new), is(true, false, "Active"));
}

#[test]
fn a_downgrade_waits_for_the_end_of_the_old_plan() {
    let (mut stage, old) = Stage::bought("monthly");
    let options = Options::to_product("basic");
    let downgraded = stage.does_with(&old, Action::Downgrade, &options);
    assert_eq!(
        types(&downgraded),
        ["DowngradeSale", "DowngradeCancellation"]
    );
    let new = downgraded.purchase.transaction_id.clone();
    let end = "2026-12-15T00:00:00Z";
    for told in &downgraded.published {
        assert_eq!(told.message["expirationDate"], end);
    }
    assert_eq!(stage.standing(&old), is(true, true, "Active"));
    assert_eq!(stage.standing(&new), is(true, false, "PendingActive"));
    assert!(!stage.pay.grants(&new, stage.now));
    let answer = stage.answer(&new);
    assert_eq!(answer["purchaseType"], "DOWNGRADE");
    assert_eq!(answer["cancelledTransactionIds"], json!([old]));
    assert_eq!(answer["total"], 0.0);

    let begun = stage.does(&new, Action::Renew);
    assert_eq!(types(&begun), ["Sale"]);
    assert_eq!(begun.at.to_string(), end);
    assert_eq!(message(&begun)["total"], 4.99);
    assert_eq!(stage.standing(&new), is(true, false, "Active"));
    assert_eq!(stage.standing(&old), is(false, true, "Inactive"));
}

#[test]
fn a_downgrade_can_be_cancelled_before_it_begins() {
    let (mut stage, old) = Stage::bought("monthly");
    let options = Options::to_product("basic");
    let new = stage.does_with(&old, Action::Downgrade, &options).purchase;
    let cancelled = stage.does(&new.transaction_id, Action::Cancel);
    assert_eq!(types(&cancelled), ["Cancellation"]);
    let standing = stage.standing(&new.transaction_id);
    assert_eq!(standing, is(false, true, "Inactive"));
    assert_eq!(stage.standing(&old), is(true, true, "Active"));
}

#[test]
fn the_two_notifications_of_a_change_can_come_in_the_other_order() {
    let (mut stage, old) = Stage::bought("monthly");
    let options = Options {
        reverse_order: true,
        ..Options::to_product("yearly")
    };
    let upgraded = stage.does_with(&old, Action::Upgrade, &options);
    assert_eq!(types(&upgraded), ["UpgradeCancellation", "UpgradeSale"]);
}

#[test]
fn only_what_renews_can_change_and_only_to_a_plan_that_renews() {
    let (mut stage, id) = Stage::bought("monthly");
    let mut refusal = |options: &Options, action| {
        let refused = stage.pay.act(&id, action, options, stage.now);
        refused.unwrap_err()
    };
    for action in [Action::Upgrade, Action::Downgrade] {
        let missing = refusal(&Options::default(), action);
        assert_eq!(missing, ActionError::Missing("productCode"));
        for product in ["unheard-of", "film"] {
            let unknown = refusal(&Options::to_product(product), action);
            assert_eq!(unknown, ActionError::UnknownPlan(product.to_owned()));
        }
    }
    stage.does(&id, Action::Cancel);
    let refused = stage.refuses(&id, Action::Upgrade);
    assert_eq!(refused, ActionError::WrongState(State::Cancelled));
}

#[test]
fn a_retention_offer_lowers_the_price_for_its_periods() {
    let (mut stage, id) = Stage::bought("basic");
    let options = Options {
        periods: 2,
        ..Options::of_amount("1.00")
    };
    let started = stage.does_with(&id, Action::StartOffer, &options);
    assert_eq!(types(&started), ["CancellationOfferInitiated"]);
    assert_eq!(message(&started)["expirationDate"], "2026-12-15T00:00:00Z");
    assert_eq!(message(&started).get("price"), None::<&Value>);
    for _ in 0..2 {
        let renewed = stage.does(&id, Action::Renew);
        assert_eq!(message(&renewed)["total"], 1.0);
    }
    let renewed = stage.does(&id, Action::Renew);
    assert_eq!(types(&renewed), ["CancellationOfferEnded", "Sale"]);
    assert_eq!(message(&renewed)["total"], 4.99);
}

#[test]
fn a_retention_offer_can_end_early() {
    let (mut stage, id) = Stage::bought("basic");
    let options = Options::of_amount("1.00");
    stage.does_with(&id, Action::StartOffer, &options);
    let ended = stage.does(&id, Action::EndOffer);
    assert_eq!(types(&ended), ["CancellationOfferEnded"]);
    assert_eq!(stage.refuses(&id, Action::EndOffer), ActionError::NoOffer);
    let renewed = stage.does(&id, Action::Renew);
    assert_eq!(message(&renewed)["total"], 4.99);
}
