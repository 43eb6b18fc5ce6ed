//! Coupon codes that come with a submission.

use domain::validation::{ClaimEffect, ValidationFailure};
use domain::{Campaign, CouponResult, OfferId};
use serde_json::json;

use crate::google_play::{GooglePlay, submission};
use crate::scene::{Ended, broadcaster};

async fn with_campaign() -> GooglePlay {
    let shop = GooglePlay::start().await;
    let campaign = Campaign {
        code: "INTRO2M".to_owned(),
        percent: 50,
        cycles: 2,
        valid_from: None,
        valid_until: None,
    };
    let offer = OfferId::new("S1_US").unwrap();
    let broadcasters = shop.scene.broadcasters();
    let put = broadcasters
        .put_campaign(&broadcaster(), &offer, &campaign)
        .await;
    put.unwrap();
    shop
}

async fn claimed_with(shop: &GooglePlay, code: &str) -> Ended {
    shop.buys("token").await;
    let mut body = submission("token");
    body["couponCode"] = json!(code);
    shop.scene.claims(1, "ada", &body).await
}

#[tokio::test]
async fn a_code_of_the_offer_gives_its_discount() {
    let shop = with_campaign().await;
    let ended = claimed_with(&shop, "INTRO2M").await;
    let applied = Some(CouponResult::Applied);
    assert_eq!(ended, Some(Ok((ClaimEffect::SubscriptionCreated, applied))));
    let subscription = shop.scene.subscription("token").await;
    assert_eq!(subscription.ownership.discounted_cycles_left(), 2);
    assert_eq!(
        subscription.expected_price().unwrap().amount_micros,
        5_000_000
    );
}

#[tokio::test]
async fn any_other_code_blocks_nothing_and_is_told() {
    for code in ["OTHER", "intro2m", "no code at all", "ä", ""] {
        let shop = with_campaign().await;
        let ended = claimed_with(&shop, code).await;
        let expected = (!code.is_empty()).then_some(CouponResult::Unknown);
        let created = ClaimEffect::SubscriptionCreated;
        assert_eq!(ended, Some(Ok((created, expected))), "{code}");
        let subscription = shop.scene.subscription("token").await;
        assert_eq!(subscription.ownership.coupon, None, "{code}");
        assert_eq!(
            subscription.expected_price().unwrap().amount_micros,
            10_000_000
        );
    }
}

#[tokio::test]
async fn another_offer_than_the_one_that_was_sold_is_refused() {
    let shop = GooglePlay::start().await;
    shop.buys("token").await;
    for (number, offer, expected) in [
        (1, "S2_US", Some(Err(ValidationFailure::OfferMismatch))),
        (2, "S1_DE", Some(Err(ValidationFailure::OfferMismatch))),
        (3, "S1", Some(Ok((ClaimEffect::SubscriptionCreated, None)))),
    ] {
        let mut body = submission("token");
        body["offerId"] = json!(offer);
        assert_eq!(
            shop.scene.claims(number, "ada", &body).await,
            expected,
            "{offer}"
        );
    }
}
