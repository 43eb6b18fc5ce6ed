//! An offer with periods so short that they end during the demo.

use reqwest::Method;
use serde_json::json;

use crate::broadcaster::Broadcaster;

pub(super) const SHORT_OFFER: &str = "S300200333_US";
/// Plan at Vizio.
pub(super) const SHORT_PLAN: &str = "demo_three_seconds";
/// Product at Samsung.
pub(super) const SHORT_ITEM: &str = "DP300200000333";
/// Length of a period in seconds.
pub(super) const SHORT_PERIOD: u64 = 3;

/// Creates the offer.
pub(super) async fn prepare(broadcaster: &Broadcaster) -> anyhow::Result<()> {
    let offer = json!({
        "title": "Short", "packageName": "Symphony Short",
        "productIds": {"vizio": SHORT_PLAN, "samsung-tv": SHORT_ITEM},
    });
    let path = format!("/v1/offers/{SHORT_OFFER}");
    broadcaster.call(Method::PUT, &path, Some(&offer)).await?;
    Ok(())
}
