//! Transactions and renewal info as the store signs them, without `signedDate`.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{AppliedOffer, Discount, OfferType, Ownership, Product, Purchase, State, Transaction};

/// Maps the letters of a storefront to its number. Unlisted storefronts share one number, which is
/// enough here.
fn storefront_id(storefront: &str) -> &'static str {
    match storefront {
        "DEU" => "143443",
        "USA" => "143441",
        "GBR" => "143444",
        _ => "143455",
    }
}

fn object(fields: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Map<String, Value> {
    let given = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    given.collect()
}

fn millis(time: Timestamp) -> Value {
    json!(time.as_millisecond())
}

fn offer_fields(offer: Option<&AppliedOffer>) -> [(&'static str, Option<Value>); 4] {
    let offer = offer.map(|applied| &applied.offer);
    let named = offer.filter(|offer| offer.offer_type != OfferType::Introductory);
    let period = offer.and_then(|offer| offer.iso_period());
    [
        (
            "offerType",
            offer.map(|offer| json!(offer.offer_type.number())),
        ),
        ("offerIdentifier", named.map(|offer| json!(offer.offer_id))),
        (
            "offerDiscountType",
            offer.map(|offer| json!(Discount::as_str(offer.discount))),
        ),
        ("offerPeriod", period.map(Value::String)),
    ]
}

/// Builds a `JWSTransactionDecodedPayload`.
pub(super) fn transaction(
    bundle_id: &str,
    purchase: &Purchase,
    transaction: &Transaction,
) -> Map<String, Value> {
    let bought = purchase.ownership == Ownership::Purchased;
    let revocation = transaction.revocation.as_ref();
    let fields = [
        ("transactionId", Some(json!(transaction.transaction_id))),
        (
            "originalTransactionId",
            Some(json!(purchase.original_transaction_id)),
        ),
        (
            "webOrderLineItemId",
            transaction
                .web_order_line_item_id
                .clone()
                .map(Value::String),
        ),
        ("bundleId", Some(json!(bundle_id))),
        ("productId", Some(json!(transaction.product_id))),
        (
            "subscriptionGroupIdentifier",
            purchase.group_id.clone().map(Value::String),
        ),
        ("purchaseDate", Some(millis(transaction.purchase_date))),
        (
            "originalPurchaseDate",
            Some(millis(purchase.original_purchase_date)),
        ),
        ("expiresDate", transaction.expires_date.map(millis)),
        ("quantity", Some(json!(1))),
        ("type", Some(json!(purchase.kind.as_str()))),
        (
            "inAppOwnershipType",
            Some(json!(purchase.ownership.as_str())),
        ),
        (
            "appAccountToken",
            transaction.app_account_token.clone().map(Value::String),
        ),
        ("appTransactionId", Some(json!(purchase.app_transaction_id))),
        ("environment", Some(json!(purchase.environment))),
        ("transactionReason", Some(json!(transaction.reason))),
        ("storefront", Some(json!(purchase.storefront))),
        (
            "storefrontId",
            Some(json!(storefront_id(&purchase.storefront))),
        ),
        ("price", bought.then(|| json!(transaction.price))),
        ("currency", bought.then(|| json!(transaction.currency))),
        (
            "isUpgraded",
            transaction.is_upgraded.then_some(Value::Bool(true)),
        ),
        (
            "revocationDate",
            revocation.map(|revocation| millis(revocation.at)),
        ),
        (
            "revocationReason",
            revocation.map(|revocation| json!(revocation.reason)),
        ),
        (
            "revocationType",
            revocation.map(|revocation| json!(revocation.kind)),
        ),
        (
            "revocationPercentage",
            revocation.map(|revocation| json!(revocation.percentage)),
        ),
    ];
    object(
        fields
            .into_iter()
            .chain(offer_fields(transaction.offer.as_ref())),
    )
}

/// Builds a `JWSRenewalInfoDecodedPayload`; `None` for a product that does not renew.
pub(super) fn renewal(
    products: &[Product],
    purchase: &Purchase,
    now: Timestamp,
) -> Option<Map<String, Value>> {
    if !purchase.renews() {
        return None;
    }
    let state = purchase.state_at(now);
    let failed = matches!(purchase.state, State::Grace | State::BillingRetry);
    let goes_on = purchase.auto_renew && state != State::Expired;
    let next = products
        .iter()
        .find(|product| product.product_id == purchase.next_product_id);
    let offer = purchase.offer_of_next_period();
    let intent = match (state, purchase.expiration_intent) {
        (State::Expired, None) => Some(1),
        (State::BillingRetry, _) => Some(2),
        (_, kept) => kept,
    };
    let in_grace = purchase.grace_period_expires_date;
    let in_grace = in_grace.filter(|_| state == State::Grace);
    let fields = [
        (
            "originalTransactionId",
            Some(json!(purchase.original_transaction_id)),
        ),
        ("productId", Some(json!(purchase.product_id))),
        ("autoRenewProductId", Some(json!(purchase.next_product_id))),
        ("autoRenewStatus", Some(json!(u8::from(goes_on)))),
        ("isInBillingRetryPeriod", Some(json!(failed))),
        ("expirationIntent", intent.map(|intent| json!(intent))),
        ("gracePeriodExpiresDate", in_grace.map(millis)),
        (
            "renewalDate",
            purchase.expires_date().filter(|_| goes_on).map(millis),
        ),
        (
            "renewalPrice",
            renewal_price(next, offer.as_ref()).filter(|_| goes_on),
        ),
        (
            "currency",
            next.filter(|_| goes_on).map(|next| json!(next.currency)),
        ),
        (
            "recentSubscriptionStartDate",
            Some(millis(purchase.recent_start)),
        ),
        ("environment", Some(json!(purchase.environment))),
        (
            "appAccountToken",
            purchase.app_account_token.clone().map(Value::String),
        ),
        ("appTransactionId", Some(json!(purchase.app_transaction_id))),
    ];
    Some(object(
        fields.into_iter().chain(offer_fields(offer.as_ref())),
    ))
}

fn renewal_price(next: Option<&Product>, offer: Option<&AppliedOffer>) -> Option<Value> {
    let next = next?;
    // The start does not affect the price.
    Some(json!(next.terms(offer, Timestamp::UNIX_EPOCH).ok()?.price))
}
