//! Periods that are paid, unpaid or paused, by the simulator.

use domain::Status;
use serde_json::json;
use store_simulator::stripe::model::{
    Action, AfterRetries, CancelForm, MissingPaymentMethod, NewCheckout, Options, PauseType,
};

use super::shop::{DAY, Shop};

#[tokio::test]
async fn the_hour_before_a_renewal_is_paid_shows_the_period_before() {
    let shop = Shop::open().await;
    let id = shop.basic().await;
    let first = shop.state(&id).await;
    shop.plainly(&id, Action::BeginPeriod).await;
    let draft = shop.state(&id).await;
    assert_eq!(
        (draft.status, draft.period_end),
        (Status::Active, first.period_end)
    );
    assert_eq!(draft.order_id, first.order_id);
    assert!(draft.grants_access(shop.now().await));
    shop.plainly(&id, Action::Collect).await;
    let paid = shop.state(&id).await;
    assert!(paid.period_end > first.period_end);
    assert_eq!(paid.period_start, Some(first.period_end));
    assert_ne!(paid.order_id, first.order_id);
}

#[tokio::test]
async fn grace_lasts_a_week_from_the_unpaid_period_s_start() {
    let shop = Shop::open().await;
    let id = shop.basic().await;
    let end = shop.state(&id).await.period_end;
    shop.plainly(&id, Action::Fail).await;
    let week = jiff::SignedDuration::from_hours(7 * 24);
    let failed = shop.state(&id).await;
    assert_eq!((failed.status, failed.period_end), (Status::Grace, end));
    assert_eq!(failed.grace_end, Some(end.checked_add(week).unwrap()));
    shop.control.advance_clock(8 * DAY).await.unwrap();
    assert_eq!(shop.state(&id).await.status, Status::OnHold);
    shop.plainly(&id, Action::Recover).await;
    let paid = shop.state(&id).await;
    assert_eq!(paid.status, Status::Active);
    assert!(paid.period_end > end);
}

#[tokio::test]
async fn whatever_becomes_of_an_exhausted_subscription_is_read() {
    for (then, status) in [
        (AfterRetries::Cancel, Status::Expired),
        (AfterRetries::MarkUnpaid, Status::OnHold),
        (AfterRetries::Pause, Status::OnHold),
    ] {
        let shop = Shop::open().await;
        let id = shop.basic().await;
        shop.plainly(&id, Action::Fail).await;
        let options = Options {
            after_retries: Some(then),
            ..Options::default()
        };
        shop.act(&id, Action::Exhaust, &options).await;
        assert_eq!(shop.state(&id).await.status, status, "{then:?}");
    }
}

#[tokio::test]
async fn every_form_of_a_cancellation_is_one() {
    for form in [
        CancelForm::PeriodEnd,
        CancelForm::CancelAt,
        CancelForm::FlagOnly,
    ] {
        let shop = Shop::open().await;
        let id = shop.basic().await;
        let end = shop.state(&id).await.period_end;
        shop.act(&id, Action::Cancel, &Options::with_form(form))
            .await;
        let state = shop.state(&id).await;
        assert_eq!(
            (state.status, state.period_end),
            (Status::Cancelled, end),
            "{form:?}"
        );
        assert_eq!(state.cancelled_at, Some(shop.now().await), "{form:?}");
        shop.plainly(&id, Action::Reactivate).await;
        assert_eq!(shop.state(&id).await.status, Status::Active, "{form:?}");
    }
}

#[tokio::test]
async fn a_date_behind_the_period_ends_only_the_period_in_which_it_lies() {
    let shop = Shop::open().await;
    let id = shop.basic().await;
    let end = shop.state(&id).await.period_end;
    let far = Options {
        seconds: Some(45 * DAY),
        ..Options::with_form(CancelForm::AtDate)
    };
    shop.act(&id, Action::Cancel, &far).await;
    let now = shop.state(&id).await;
    assert_eq!((now.status, now.period_end), (Status::Active, end));
    assert!(now.auto_renew && now.cancelled_at.is_none());

    let date = shop.control.purchase(&id).await.unwrap().subscription;
    let date = date.and_then(|known| known.cancel_at).unwrap();
    shop.plainly(&id, Action::Renew).await;
    let last = shop.state(&id).await;
    assert_eq!((last.status, last.period_end), (Status::Cancelled, date));
    assert!(last.cancelled_at.is_some());
    shop.plainly(&id, Action::Expire).await;
    let ended = shop.state(&id).await;
    assert_eq!((ended.status, ended.period_end), (Status::Expired, date));
}

#[tokio::test]
async fn a_trial_goes_on_to_be_paid_paused_or_ended() {
    for (rule, status) in [
        (MissingPaymentMethod::Pause, Status::OnHold),
        (MissingPaymentMethod::Cancel, Status::Expired),
        (MissingPaymentMethod::CreateInvoice, Status::Grace),
    ] {
        let shop = Shop::open().await;
        let trial = NewCheckout::subscription("price_basic").with_trial(7 * DAY);
        let trial = trial.without_payment_method().at_trial_end(rule);
        let id = shop.sell(&trial).await;
        let begun = shop.state(&id).await;
        assert_eq!(begun.trial_end, Some(begun.period_end));
        shop.plainly(&id, Action::Renew).await;
        assert_eq!(shop.state(&id).await.status, status, "{rule:?}");
    }
}

#[tokio::test]
async fn an_extended_trial_ends_later() {
    let shop = Shop::open().await;
    let trial = NewCheckout::subscription("price_basic").with_trial(7 * DAY);
    let id = shop.sell(&trial).await;
    let before = shop.state(&id).await.period_end;
    shop.act(&id, Action::ExtendTrial, &Options::lasting(3 * DAY))
        .await;
    let extended = shop.state(&id).await;
    assert_eq!(extended.trial_end, Some(extended.period_end));
    assert!(extended.period_end > before);
    shop.plainly(&id, Action::BeginPeriod).await;
    let draft = shop.state(&id).await;
    assert_eq!(
        (draft.period_end, draft.trial_end),
        (extended.period_end, extended.trial_end)
    );
}

#[tokio::test]
async fn pauses_are_told_apart() {
    for (cause, status) in [
        (PauseType::PauseRequested, Status::Paused),
        (PauseType::FinalPaymentFailure, Status::OnHold),
        (PauseType::System, Status::OnHold),
    ] {
        let shop = Shop::open().await;
        let id = shop.basic().await;
        let options = Options {
            pause_type: cause,
            ..Options::default()
        };
        shop.act(&id, Action::Pause, &options).await;
        let state = shop.state(&id).await;
        assert_eq!(
            (state.status, state.period_end),
            (status, shop.now().await),
            "{cause:?}"
        );
        shop.plainly(&id, Action::Resume).await;
        assert_eq!(shop.state(&id).await.status, Status::Active, "{cause:?}");
    }
}

#[tokio::test]
async fn paused_collection_keeps_access_through_a_renewal_that_nobody_pays() {
    let shop = Shop::open().await;
    let id = shop.basic().await;
    shop.plainly(&id, Action::PauseCollection).await;
    let before = shop.state(&id).await;
    assert!(before.details.contains_key("collectionPaused"));
    shop.plainly(&id, Action::Renew).await;
    let after = shop.state(&id).await;
    assert_eq!(
        (after.status, after.period_end),
        (Status::Active, before.period_end)
    );
    assert!(after.grants_access(shop.now().await));
    let shop = shop.configured(json!({"pauseCollectionAccess": false}));
    assert_eq!(shop.state(&id).await.status, Status::Paused);
}
