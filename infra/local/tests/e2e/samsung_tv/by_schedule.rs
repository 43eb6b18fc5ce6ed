//! The deployed schedule, and nobody else: `.config/nextest.toml` keeps those who invoke reconciliation
//! themselves away.

use std::time::Duration;

use local_stack::broadcaster::Broadcaster;
use store_simulator::samsung_tv::{Action, Purchase};

use super::{broadcaster, claimed, happens, invoice, is_over, periods_last};
use crate::due::make_due;
use crate::story::{beacon, has_status, within};

/// A run a minute, ten seconds within which the local AWS looks what is due, and the time until what
/// is found has reached the endpoint.
const LIMIT: Duration = Duration::from_secs(80);

/// Each customer, what happens to their purchase, what that is told as, and where it leaves them. What
/// moves the store's clock comes last.
const CHANGES: [(&str, Action, &str, &str); 5] = [
    ("kim", Action::Fail, "hold", "on_hold"),
    ("lee", Action::Expire, "cancel", "expired"),
    ("bob", Action::Cancel, "cancel", "cancelled"),
    ("eve", Action::Refund, "cancel", "revoked"),
    ("ada", Action::Renew, "renew", "active"),
];

/// Buys, and lets it happen at the store. To fail or to expire, a period must be over.
async fn changed(broadcaster: &Broadcaster, customer: &str, action: Action) -> Purchase {
    let ends = matches!(action, Action::Fail | Action::Expire);
    let seconds = if ends { 4 } else { 86_400 };
    periods_last(broadcaster, seconds).await;
    let purchase = claimed(broadcaster, customer).await;
    if ends {
        is_over(&purchase).await;
    }
    happens(broadcaster, action, &purchase).await;
    purchase
}

#[tokio::test]
async fn everything_is_found_without_anybody_s_call() {
    let broadcaster = broadcaster().await;
    let mut purchases = Vec::new();
    for (customer, action, _, _) in CHANGES {
        purchases.push(changed(&broadcaster, customer, action).await);
    }

    assert_eq!(make_due(&broadcaster, "subscriptions").await, CHANGES.len());
    within(LIMIT, "all five are told", async || {
        for ((_, _, told, _), purchase) in CHANGES.iter().zip(&purchases) {
            let notifications = beacon(&broadcaster, invoice(purchase)).await;
            let last = notifications.last()?["notification_type"].clone();
            (last == *told).then_some(())?;
        }
        Some(())
    })
    .await;

    for (customer, _, _, status) in CHANGES {
        has_status(&broadcaster, customer, status).await;
    }
}
