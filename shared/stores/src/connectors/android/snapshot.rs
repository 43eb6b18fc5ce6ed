//! Snapshot of a subscription, from Google's `SubscriptionPurchaseV2`.

pub(in crate::connectors::android) mod acknowledgement;
pub(in crate::connectors::android) mod details;
pub(in crate::connectors::android) mod items;
pub(in crate::connectors::android) mod one_time;

use domain::{
    Billing, CustomerId, Locator, PriceChange, PurchaseKey, Reading, Status, Store, StoreSnapshot,
    StoreState, Timestamp,
};
use serde_json::Value;

use super::Config;
use super::wire::{Cancellation, Item, Plan, Purchase};
use crate::LookUpError;
use crate::fields::shortened;
use details::Details;

/// Builds the snapshot of a subscription from Google's answer (`SubscriptionPurchaseV2`) at
/// `observed_at`. Sends no request.
///
/// # Errors
/// [`LookUpError::Rejected`] for an application that is not configured and for a test purchase
/// where none are accepted; [`LookUpError::Malformed`] names the field that can't be read.
pub fn snapshot(
    config: &Config,
    locator: &Locator,
    answer: &Value,
    observed_at: Timestamp,
) -> Result<StoreSnapshot, LookUpError> {
    let package_name = package_name(config, locator)?;
    let purchase = Purchase::read(answer).map_err(|error| malformed(&error.to_string()))?;
    if purchase.test_purchase.is_some() && !config.test_purchases {
        return Err(LookUpError::Rejected("it is a test purchase".to_owned()));
    }
    let word = purchase.subscription_state.as_deref();
    let word = word.ok_or_else(|| malformed("it has no subscriptionState"))?;
    let mut alternatives = Vec::new();
    let reading = match status(purchase.state()) {
        // A replaced token reads as expired, although the customer has access under its successor.
        _ if purchase.was_replaced() => Reading::Replaced,
        None => Reading::UnknownStatus(shortened(word)),
        Some(status) => {
            let named = Named {
                status,
                locator,
                package_name,
                observed_at,
            };
            let states = purchase.products().into_iter();
            let states = states.map(|item| state(config, &purchase, item, &named));
            alternatives = states.collect::<Result<_, _>>()?;
            if alternatives.is_empty() {
                return Err(malformed("it has no line items"));
            }
            Reading::Known(alternatives.remove(0))
        }
    };
    Ok(StoreSnapshot {
        account: account(config, &purchase),
        replaces: replaces(&purchase, &reading)?,
        alternatives,
        unknown_status: unknown_word(&purchase)
            .filter(|_| matches!(reading, Reading::Known(_)))
            .map(shortened),
        ..StoreSnapshot::new(Store::Android, locator.key.clone(), reading, observed_at)
    })
}

/// Returns a value besides the status that is not documented. The status decides, and whatever the
/// value may affect is left as without it (ADR 29).
fn unknown_word(purchase: &Purchase) -> Option<&str> {
    let acknowledgement = purchase.acknowledgement_state.as_deref();
    if let Some(word) = acknowledgement
        && !acknowledgement::is_known(word)
    {
        return Some(word);
    }
    let products = purchase.products();
    let phases = products.iter().filter_map(|item| item.offer_phase.as_ref());
    if phases.into_iter().any(|phase| phase.is_trial().is_none()) {
        return Some("offerPhase");
    }
    let no_plan = |item: &&&Item| item.has_no_known_plan();
    products.iter().find(no_plan).map(|_| "plan")
}

/// Returns the application of a purchase, if it is configured.
pub(super) fn package_name<'a>(
    config: &'a Config,
    locator: &Locator,
) -> Result<&'a str, LookUpError> {
    let rejected = |why: &str| LookUpError::Rejected(why.to_owned());
    let name = Details::of(locator).package_name;
    let name = name.ok_or_else(|| rejected("its application is not known"))?;
    let configured = config.package_names.get(&name).map(String::as_str);
    configured.ok_or_else(|| rejected("its application is not configured"))
}

/// Maps a state to a status; `None` if it is not documented.
fn status(word: &str) -> Option<Status> {
    Some(match word {
        "PENDING" => Status::Pending,
        "ACTIVE" => Status::Active,
        "PAUSED" => Status::Paused,
        "IN_GRACE_PERIOD" => Status::Grace,
        "ON_HOLD" => Status::OnHold,
        "CANCELED" => Status::Cancelled,
        "EXPIRED" | "PENDING_PURCHASE_CANCELED" => Status::Expired,
        _ => return None,
    })
}

/// Context of an answer.
struct Named<'a> {
    status: Status,
    locator: &'a Locator,
    package_name: &'a str,
    observed_at: Timestamp,
}

/// Builds the state of one product of the answer.
fn state(
    config: &Config,
    purchase: &Purchase,
    item: &Item,
    named: &Named<'_>,
) -> Result<StoreState, LookUpError> {
    let started_at = purchase.start_time.map(|at| at.0);
    let period_end = match item.expiry_time {
        Some(at) => at.0,
        // An unpaid purchase has no period yet.
        None if purchase.is_unpaid() => started_at.unwrap_or(named.observed_at),
        None => return Err(malformed("no line item has an expiryTime")),
    };
    let plan = purchase.next_plan(item);
    let prepaid = item.prepaid_plan.is_some();
    let over = matches!(named.status, Status::Cancelled | Status::Expired);
    // Where the kind of plan is unknown, `ACTIVE` means that it renews.
    let renews = plan.is_some_and(|plan| plan.auto_renew_enabled)
        || (item.has_no_known_plan() && named.status == Status::Active);
    let renews = renews && !prepaid && !over;
    let outlived = !renews && purchase.outlived(item, named.observed_at);
    let status = match named.status {
        // The state is the purchase's, which continues with another product.
        Status::Active | Status::Cancelled | Status::Grace if outlived => Status::Expired,
        status => status,
    };
    let phase = item.offer_phase.as_ref();
    let in_trial = phase.is_some_and(|phase| phase.is_trial() == Some(true))
        && matches!(status, Status::Active | Status::Cancelled);
    let cancellation = purchase.canceled_state_context.as_ref().filter(|_| over);
    Ok(StoreState {
        status,
        product_id: item.product_id.clone(),
        pending_product_id: item
            .deferred_item_replacement
            .as_ref()
            .map(|replacement| replacement.product_id.clone())
            // Another base plan of the same product is not another product.
            .filter(|pending| *pending != item.product_id),
        started_at,
        // Google names the start of the purchase only; the reducer derives that of the period.
        period_start: None,
        period_end,
        trial_end: in_trial.then_some(period_end),
        // Google moves the expiry on while it retries the payment, so it is the end of grace.
        grace_end: (status == Status::Grace).then_some(period_end),
        // A declined renewal is tried again, so the subscription still renews, whatever the flag
        // says.
        auto_renew: renews || status == Status::Grace,
        cancelled_at: cancellation.and_then(cancelled_at),
        cancel_reason: cancellation.and_then(reason).map(str::to_owned),
        resumes_at: purchase
            .paused_state_context
            .as_ref()
            .filter(|_| status == Status::Paused)
            .and_then(|pause| pause.auto_resume_time)
            .map(|at| at.0),
        // Google has no state for a revoked purchase. It reads as expired, and the notification
        // tells the two apart (ADR 19).
        revoked_at: None,
        test: purchase.test_purchase.is_some(),
        billing: if prepaid {
            Billing::Prepaid
        } else {
            Billing::Renewing
        },
        order_id: item.latest_successful_order_id.clone(),
        price: plan.and_then(|plan| plan.recurring_price.as_ref()?.price()),
        price_change: plan.and_then(price_change),
        // Once it is acknowledged, Google keeps the money, so a purchase without access is not
        // acknowledged.
        acknowledge_by: acknowledgement::due_by(purchase, named.observed_at)
            .filter(|_| config.acknowledge && status.is_running()),
        details: Details {
            order_id: item.latest_successful_order_id.clone(),
            ..Details::new(&named.locator.key, named.package_name)
        }
        .written(),
    })
}

fn price_change(plan: &Plan) -> Option<PriceChange> {
    let details = plan.price_change_details.as_ref()?;
    Some(PriceChange {
        new_price: details.new_price.as_ref()?.price()?,
        state: shortened(details.price_change_state.as_deref()?),
        charged_from: details.expected_new_price_charge_time.map(|at| at.0),
    })
}

fn cancelled_at(cancellation: &Cancellation) -> Option<Timestamp> {
    // Google names a time for no other kind of cancellation.
    let by_user = cancellation.user_initiated_cancellation.as_ref()?;
    by_user.cancel_time.map(|at| at.0)
}

/// Returns the party that ended the purchase.
fn reason(cancellation: &Cancellation) -> Option<&'static str> {
    let reasons = [
        (cancellation.user_initiated_cancellation.is_some(), "user"),
        (
            cancellation.system_initiated_cancellation.is_some(),
            "system",
        ),
        (
            cancellation.developer_initiated_cancellation.is_some(),
            "developer",
        ),
        (cancellation.replacement_cancellation.is_some(), "replaced"),
    ];
    let given = reasons.into_iter().find(|(given, _)| *given);
    given.map(|(_, reason)| reason)
}

/// Returns the customer whom the app named to Google at the purchase.
fn account(config: &Config, purchase: &Purchase) -> Option<CustomerId> {
    let now = purchase.external_account_identifiers.as_ref();
    // A purchase made in Google Play itself names the customer of the expired one, and only until
    // it is acknowledged.
    let before = purchase.out_of_app_purchase_context.as_ref();
    let before = before.and_then(|c| c.expired_external_account_identifiers.as_ref());
    let id = [now, before]
        .into_iter()
        .flatten()
        .find_map(|accounts| accounts.obfuscated_external_account_id.as_deref())?;
    config.account.as_ref()?.customer(id)
}

/// Returns the purchase that this one has replaced, also if it has been replaced itself since. An
/// unpaid one has replaced nothing.
fn replaces(purchase: &Purchase, reading: &Reading) -> Result<Option<PurchaseKey>, LookUpError> {
    // If the payment fails, the old subscription continues.
    if purchase.is_unpaid() || matches!(reading, Reading::UnknownStatus(_)) {
        return Ok(None);
    }
    let out_of_app = purchase.out_of_app_purchase_context.as_ref();
    let token = purchase.linked_purchase_token.as_deref();
    let token = token.or_else(|| out_of_app?.expired_purchase_token.as_deref());
    token
        .filter(|token| !token.is_empty())
        .map(PurchaseKey::new)
        .transpose()
        .map_err(|error| malformed(&format!("the token that it replaces {error}")))
}

pub(super) fn malformed(what: &str) -> LookUpError {
    LookUpError::Malformed(what.to_owned())
}
