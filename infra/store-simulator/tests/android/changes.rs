//! Changes of dates, prices and items between renewals.

use serde_json::json;
use store_simulator::android::model::{Action, Options};

use crate::play::{DAY, Stage, names};

#[test]
fn a_deferred_charge_moves_the_end() {
    let (mut stage, token) = Stage::bought();
    let moved = stage.does_with(&token, Action::Defer, &Options::lasting(3 * DAY));
    assert_eq!(names(&moved), ["9"]);
    assert_eq!(stage.expiry(&token), "2026-12-18T00:00:00Z");
}

#[test]
fn an_added_item_ends_with_the_others() {
    let (mut stage, token) = Stage::bought();
    stage.passes(5 * DAY);
    let sports = Options::to_plan("sports", "monthly");
    assert_eq!(
        names(&stage.does_with(&token, Action::AddItem, &sports)),
        ["17"]
    );
    let items = stage.get(&token)["lineItems"].clone();
    assert_eq!(items[1]["productId"], "sports");
    assert_eq!(items[1]["expiryTime"], items[0]["expiryTime"]);
}

#[test]
fn a_commitment_shows_what_is_left_of_it() {
    let mut stage = Stage::set();
    let token = stage.buy("committed", "monthly");
    let remaining = |stage: &Stage| {
        stage.get(&token)["lineItems"][0]["autoRenewingPlan"]["installmentDetails"].clone()
    };
    let expected = json!({"initialCommittedPaymentsCount": 3,
        "subsequentCommittedPaymentsCount": 3, "remainingCommittedPaymentsCount": 2});
    assert_eq!(remaining(&stage), expected);
    stage.does(&token, Action::Renew);
    assert_eq!(remaining(&stage)["remainingCommittedPaymentsCount"], 1);
}

#[test]
fn any_word_can_be_shown_as_state() {
    let (mut stage, token) = Stage::bought();
    let options = Options {
        state: Some("SUBSCRIPTION_STATE_OF_TOMORROW".to_owned()),
        ..Options::default()
    };
    let set = stage.does_with(&token, Action::SetState, &options);
    assert!(set.published.is_empty());
    assert_eq!(stage.state(&token), "OF_TOMORROW");
    stage.does(&token, Action::SetState);
    assert_eq!(stage.state(&token), "ACTIVE");
}
