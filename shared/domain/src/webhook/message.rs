//! Webhook messages: the mirrored format as types.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::topic::Topic;
use crate::validation::{ClaimEffect, ValidationFailure};
use crate::{
    CorrelationId, CouponResult, CustomerId, Environment, EventId, OfferId, Price, Store,
    SubscriptionId, Timestamp,
};

/// Webhook message. A repeated delivery has the same `id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Id of the event; a second message about one event has an id of its own.
    pub id: EventId,
    /// Tenant.
    pub broadcaster_id: IdValue,
    /// Topic.
    pub topic: Topic,
    /// Time of the event: RFC 3339, UTC.
    pub created_at: Timestamp,
    /// Content.
    #[serde(serialize_with = "sorted")]
    pub data: Data,
}

/// Content of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Data {
    /// Change of a subscription.
    Lifecycle(Lifecycle),
    /// Successful validation.
    Succeeded(SuccessfulValidation),
    /// Failed validation.
    Failed(FailedValidation),
}

/// Change of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lifecycle {
    /// Subscription after the change.
    #[serde(flatten)]
    pub subscription: SubscriptionData,
    /// Status after the change.
    pub status: LifecycleStatus,
    /// Reason of an end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<EndReason>,
    /// Former owner or product, of a transfer or a switch.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub predecessor: Option<Predecessor>,
}

/// Status of a subscription in the mirrored format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LifecycleStatus {
    /// It renews.
    Active,
    /// It grants access and will not renew.
    Stopped,
    /// It grants no access and may go on.
    Paused,
    /// It has ended.
    Terminated,
}

/// Reason of an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum EndReason {
    /// It was not renewed.
    Expired,
    /// The money was returned, or the right withdrawn.
    Refunded,
    /// The purchase went to another customer.
    Transferred,
}

/// Former owner or product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum Predecessor {
    /// Former owner.
    Owner {
        /// The customer.
        #[serde(skip_serializing_if = "Option::is_none")]
        prev_customer_id: Option<IdValue>,
        /// The customer's subscription.
        prev_subscription_id: Option<SubscriptionId>,
    },
    /// Former product.
    Product {
        /// The store's product id.
        prev_product_id: Option<String>,
    },
}

/// Subscription as messages show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionData {
    /// The store.
    pub payment_gateway: Store,
    /// Owner.
    pub customer_id: IdValue,
    /// Our id.
    pub subscription_id: SubscriptionId,
    /// Offer that lists the product, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offer_id: Option<OfferId>,
    /// Expected price of the running billing cycle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_price: Option<Price>,
    /// Coupon that reduces the expected price.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Discount>,
    /// Kind of offer.
    pub offer_type: OfferType,
    /// The store's product id.
    pub product_id: String,
    /// Whether it grants access.
    pub active: bool,
    /// Whether a trial runs.
    pub in_trial: bool,
    /// End of access: RFC 3339, UTC.
    pub expiration_date: Timestamp,
    /// Sandbox or production.
    pub environment: Environment,
    /// The store's own names and details of the purchase.
    pub in_app_specific_data: BTreeMap<String, String>,
}

/// Kind of offer in the mirrored format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum OfferType {
    /// The only kind.
    #[serde(rename = "S")]
    Subscription,
}

/// Coupon that reduces the expected price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Discount {
    /// The code by which it was granted.
    pub coupon_code: String,
    /// Percentage of the offer's price that is taken off.
    pub discount_percent: u8,
    /// Number of billing cycles with the discount that remain, including the running one.
    pub discount_cycles_left: u32,
}

/// Successful validation of a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SuccessfulValidation {
    /// Subscription after the validation.
    #[serde(flatten)]
    pub subscription: SubscriptionData,
    /// Effect.
    pub result: ClaimEffect,
    /// Result of the coupon code, if one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coupon: Option<CouponResult>,
    /// Former owner, after a transfer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prev_customer_id: Option<IdValue>,
    /// Former owner's subscription, after a transfer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prev_subscription_id: Option<SubscriptionId>,
    /// The submission.
    pub correlation_id: CorrelationId,
}

/// Failed validation of a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FailedValidation {
    /// The store.
    pub payment_gateway: Store,
    /// The submitter.
    pub customer_id: IdValue,
    /// The store's own names of the submitted purchase.
    pub in_app_specific_data: BTreeMap<String, String>,
    /// Reason.
    pub error_code: ValidationFailure,
    /// Reason for people.
    pub message: &'static str,
    /// The submission.
    pub correlation_id: CorrelationId,
}

/// Largest integer that every JSON parser keeps: 2^53 - 1. Beyond it JavaScript, and whatever else
/// reads numbers as IEEE 754 doubles, confuses ids.
const LARGEST_EXACT: u64 = 9_007_199_254_740_991;

/// Id as receivers of this format expect it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum IdValue {
    /// Integer that every parser keeps.
    Number(u64),
    /// Any other id.
    Text(String),
}

impl IdValue {
    /// Converts an id: to a number if that loses nothing.
    #[must_use]
    pub fn new(id: &str) -> Self {
        match id.parse::<u64>() {
            // Leading zeros would be lost, so such an id stays a string.
            Ok(number) if number <= LARGEST_EXACT && number.to_string() == id => {
                Self::Number(number)
            }
            _ => Self::Text(id.to_owned()),
        }
    }

    pub(super) fn of_customer(customer: &CustomerId) -> Self {
        Self::new(customer.as_str())
    }
}

/// Serialises with the fields of the content by name, as in the messages of earlier versions:
/// a message that is published again must have the same bytes.
fn sorted<S: Serializer>(data: &Data, serializer: S) -> Result<S::Ok, S::Error> {
    serde_json::to_value(data)
        .map_err(serde::ser::Error::custom)?
        .serialize(serializer)
}
