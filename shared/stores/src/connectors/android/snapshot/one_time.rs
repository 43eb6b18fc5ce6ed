//! Snapshot of a one-time purchase, from Google's `ProductPurchaseV2`.

use domain::{
    CustomerId, FOREVER, Locator, Reading, Status, Store, StoreSnapshot, StoreState, Timestamp,
};
use serde::Deserialize;
use serde_json::Value;

use super::acknowledgement;
use super::details::Details;
use crate::LookUpError;
use crate::connectors::android::Config;
use crate::connectors::android::snapshot::{malformed, package_name};
use crate::connectors::android::wire::{self, Instant, Mark};
use crate::fields::shortened;

/// One-time purchase. Has no `Debug`, because it names an account.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductPurchase {
    order_id: Option<String>,
    purchase_completion_time: Option<Instant>,
    acknowledgement_state: Option<String>,
    purchase_state_context: Option<StateContext>,
    test_purchase_context: Mark,
    obfuscated_external_account_id: Option<String>,
    #[serde(default)]
    product_line_item: Vec<LineItem>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StateContext {
    purchase_state: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LineItem {
    product_id: String,
}

/// Builds the snapshot of a one-time purchase from Google's answer (`ProductPurchaseV2`) at
/// `observed_at`. Sends no request.
///
/// The first product is the state's; the others are alternatives.
///
/// # Errors
/// [`LookUpError::Rejected`] for an application that is not configured and for a test purchase
/// where none are accepted; [`LookUpError::Malformed`] names the field that can't be read.
pub fn one_time_snapshot(
    config: &Config,
    locator: &Locator,
    answer: &Value,
    observed_at: Timestamp,
) -> Result<StoreSnapshot, LookUpError> {
    let package_name = package_name(config, locator)?;
    let purchase: ProductPurchase =
        wire::read(answer).map_err(|error| malformed(&error.to_string()))?;
    if purchase.test_purchase_context.is_some() && !config.test_purchases {
        return Err(LookUpError::Rejected("it is a test purchase".to_owned()));
    }
    let context = purchase.purchase_state_context.as_ref();
    let word = context.and_then(|context| context.purchase_state.as_deref());
    let word = word.ok_or_else(|| malformed("it has no purchaseState"))?;
    let paid_at = purchase.purchase_completion_time.map(|at| at.0);
    let status = match (word, paid_at) {
        ("PURCHASED", _) => Some(Status::Active),
        ("PENDING", _) => Some(Status::Pending),
        // Google uses one word for a refund and for a payment that never came. Only the former has
        // a time of payment.
        ("CANCELLED", Some(_)) => Some(Status::Revoked),
        ("CANCELLED", None) => Some(Status::Expired),
        _ => None,
    };
    let mut alternatives = Vec::new();
    let reading = match status {
        None => Reading::UnknownStatus(shortened(word)),
        Some(status) => {
            let details = Details {
                order_id: purchase.order_id.clone(),
                ..Details::new(&locator.key, package_name).one_time()
            };
            let mut products: Vec<_> = purchase.product_line_item.iter().collect();
            // Sorted, because Google promises no order.
            products.sort_by_key(|item| &item.product_id);
            for item in products {
                alternatives.push(StoreState {
                    details: details.written(),
                    ..state(config, &purchase, item, status, observed_at)?
                });
            }
            if alternatives.is_empty() {
                return Err(malformed("it has no productLineItem"));
            }
            Reading::Known(alternatives.remove(0))
        }
    };
    let acknowledgement = purchase.acknowledgement_state.as_deref();
    Ok(StoreSnapshot {
        account: account(config, &purchase),
        alternatives,
        unknown_status: acknowledgement
            .filter(|word| status.is_some() && !acknowledgement::is_known(word))
            .map(shortened),
        ..StoreSnapshot::new(Store::Android, locator.key.clone(), reading, observed_at)
    })
}

/// Whether the purchase is acknowledged.
pub(in crate::connectors::android) fn is_acknowledged(answer: &Value) -> bool {
    let word = answer.get("acknowledgementState").and_then(Value::as_str);
    word == Some("ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED")
}

fn state(
    config: &Config,
    purchase: &ProductPurchase,
    item: &LineItem,
    status: Status,
    observed_at: Timestamp,
) -> Result<StoreState, LookUpError> {
    let paid_at = purchase.purchase_completion_time.map(|at| at.0);
    let test = purchase.test_purchase_context.is_some();
    let standing = match (status, paid_at) {
        (Status::Active | Status::Revoked, Some(paid_at)) => StoreState {
            status,
            ..StoreState::one_time(item.product_id.clone(), paid_at)
        },
        (Status::Active | Status::Revoked, None) => {
            return Err(malformed("it has no purchaseCompletionTime"));
        }
        // An unpaid purchase has no beginning yet.
        _ => StoreState {
            status,
            started_at: None,
            period_start: None,
            period_end: if status == Status::Pending {
                FOREVER
            } else {
                observed_at
            },
            ..StoreState::one_time(item.product_id.clone(), observed_at)
        },
    };
    let word = purchase.acknowledgement_state.as_deref();
    let due =
        paid_at.and_then(|paid_at| acknowledgement::due_by_once(word, paid_at, test, observed_at));
    Ok(StoreState {
        test,
        order_id: purchase.order_id.clone(),
        // Google counts from the payment: a pending purchase must not be acknowledged.
        acknowledge_by: due.filter(|_| config.acknowledge && status.is_running()),
        ..standing
    })
}

/// Returns the customer whom the app named to Google at the purchase.
fn account(config: &Config, purchase: &ProductPurchase) -> Option<CustomerId> {
    let id = purchase.obfuscated_external_account_id.as_deref()?;
    config.account.as_ref()?.customer(id)
}
