//! Money that goes back, by the simulator.

use domain::Status;
use serde_json::json;
use store_simulator::stripe::model::{Action, DisputeStatus, Options, Proration, RefundStatus};

use super::shop::{DAY, Shop};

#[tokio::test]
async fn a_refund_that_fails_is_undone() {
    let shop = Shop::open().await;
    let id = shop.basic().await;
    let pending = Options {
        refund_status: RefundStatus::Pending,
        ..Options::default()
    };
    shop.act(&id, Action::Refund, &pending).await;
    let refunded = shop.state(&id).await;
    assert_eq!(
        (refunded.status, refunded.revoked_at),
        (Status::Revoked, Some(shop.now().await))
    );
    shop.plainly(&id, Action::FailRefund).await;
    assert_eq!(shop.state(&id).await.status, Status::Active);
}

#[tokio::test]
async fn a_partial_refund_and_that_of_a_change_within_the_period_end_nothing() {
    let shop = Shop::open().await;
    let id = shop.basic().await;
    shop.act(&id, Action::Refund, &Options::of_amount(100))
        .await;
    assert_eq!(shop.state(&id).await.status, Status::Active);
    let shop = shop.configured(json!({"partialRefundEndsAccess": true}));
    assert_eq!(shop.state(&id).await.status, Status::Revoked);

    let shop = Shop::open().await;
    let id = shop.basic().await;
    shop.control.advance_clock(10 * DAY).await.unwrap();
    let upgrade = Options {
        proration: Proration::AlwaysInvoice,
        ..Options::to_price("price_premium")
    };
    shop.act(&id, Action::ChangePlan, &upgrade).await;
    let upgraded = shop.state(&id).await;
    assert_eq!(
        (upgraded.status, &*upgraded.product_id),
        (Status::Active, "prod_premium")
    );
    shop.plainly(&id, Action::Refund).await;
    let refunded = shop.state(&id).await;
    assert_eq!(
        (refunded.status, refunded.order_id),
        (Status::Active, upgraded.order_id)
    );
}

#[tokio::test]
async fn a_dispute_ends_access_when_it_is_lost_or_as_soon_as_it_is_there() {
    for (switch, open) in [("lost", Status::Active), ("created", Status::Revoked)] {
        let shop = Shop::open()
            .await
            .configured(json!({ "disputeEndsAccess": switch }));
        let id = shop.basic().await;
        shop.plainly(&id, Action::Dispute).await;
        assert_eq!(shop.state(&id).await.status, open, "{switch}");
        shop.plainly(&id, Action::WinDispute).await;
        assert_eq!(shop.state(&id).await.status, Status::Active, "{switch}");

        let id = shop.basic().await;
        shop.plainly(&id, Action::Dispute).await;
        shop.plainly(&id, Action::LoseDispute).await;
        assert_eq!(shop.state(&id).await.status, Status::Revoked, "{switch}");

        let id = shop.basic().await;
        let warning = Options {
            dispute_status: DisputeStatus::WarningNeedsResponse,
            ..Options::default()
        };
        shop.act(&id, Action::Dispute, &warning).await;
        assert_eq!(shop.state(&id).await.status, Status::Active, "{switch}");
    }
}

#[tokio::test]
async fn an_appeal_gives_access_back_only_when_it_is_won() {
    let shop = Shop::open().await;
    let id = shop.basic().await;
    for (action, expected) in [
        (Action::Dispute, Status::Active),
        (Action::LoseDispute, Status::Revoked),
        (Action::AppealDispute, Status::Revoked),
        (Action::AppealDispute, Status::Revoked),
        (Action::WinDispute, Status::Active),
    ] {
        shop.plainly(&id, action).await;
        assert_eq!(shop.state(&id).await.status, expected, "{action:?}");
    }
}

#[tokio::test]
async fn the_month_is_found_behind_many_extras_in_every_form_of_the_api() {
    for version in ["2024-04-10", "2025-03-31.basil", "2026-10-28.endive"] {
        let changes = json!({ "apiVersion": version });
        let shop = Shop::open().await.configured(changes);
        let id = shop.basic().await;
        let bought = shop.state(&id).await;
        let extra = Options::of_amount(499);
        for _ in 0..30 {
            shop.act(&id, Action::BillExtra, &extra).await;
        }
        shop.plainly(&id, Action::Refund).await;
        let kept = shop.state(&id).await;
        assert_eq!(kept.status, Status::Active, "{version}");
        assert_eq!(kept.order_id, bought.order_id, "{version}");

        let purchases = shop.control.purchases().await.unwrap();
        let month = Options {
            charge_id: Some(purchases[0].charges[0].charge_id.clone()),
            ..Options::default()
        };
        shop.act(&id, Action::Refund, &month).await;
        assert_eq!(shop.state(&id).await.status, Status::Revoked, "{version}");
    }
}
