//! `GET /entitlements` and `GET /entitlements/{offerId}`: what a customer may watch now.

use std::collections::{BTreeMap, BTreeSet};

use cloud::api::{self, Answer, ApiError};
use cloud::auth;
use cloud::clock;
use domain::{BroadcasterId, CustomerId, OfferId, OfferRef, Subscription, Timestamp};
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde_json::{Value, json};

use crate::CustomerApi;

/// Access and its expected end. Only `granted` decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Access {
    granted: bool,
    expires_at: Timestamp,
}

impl Access {
    fn of(subscription: &Subscription, now: Timestamp) -> Self {
        Self {
            granted: subscription.access_granted(now),
            expires_at: subscription.state.access_end(),
        }
    }

    /// Combines two accesses to the same offer: one that grants comes first, then the later end.
    fn or(self, other: Self) -> Self {
        if (other.granted, other.expires_at) > (self.granted, self.expires_at) {
            other
        } else {
            self
        }
    }
}

impl CustomerApi {
    pub(crate) async fn entitlement(&self, request: &Request) -> Result<Answer, ApiError> {
        let (broadcaster, customer) = self.whose(request).await?;
        let wanted = OfferId::new(api::path_parameter(request, "offerId")?)
            .map_err(|error| ApiError::query(format!("offerId {error}")))?;
        // Only the wanted offer is read here; a subscription carries the tags of its own offer.
        let (subscriptions, offer) = (
            self.subscriptions
                .all_of_customer(&broadcaster, &customer)
                .await?,
            self.broadcasters.offer(&broadcaster, &wanted).await?,
        );
        let tags = offer.map(|offer| offer.tags).unwrap_or_default();
        let now = clock::now();
        let access = subscriptions
            .iter()
            .flat_map(|subscription| held(subscription, now))
            // A subscription that grants nothing is kept here, because its end shows when access
            // ended.
            .filter(|(offer, _)| opens(offer, &wanted, &tags))
            .map(|(_, access)| access)
            .reduce(Access::or);
        self.enveloped(json!({
            "accessGranted": access.is_some_and(|access| access.granted),
            "expiresAt": access.map(|access| access.expires_at.as_second()),
        }))
    }

    pub(crate) async fn entitlements(&self, request: &Request) -> Result<Answer, ApiError> {
        let (broadcaster, customer) = self.whose(request).await?;
        let subscriptions = self
            .subscriptions
            .all_of_customer(&broadcaster, &customer)
            .await?;
        let now = clock::now();
        let mut by_offer: BTreeMap<&OfferId, Access> = BTreeMap::new();
        for (offer, access) in subscriptions
            .iter()
            .flat_map(|subscription| held(subscription, now))
        {
            by_offer
                .entry(&offer.offer_id)
                .and_modify(|known| *known = known.or(access))
                .or_insert(access);
        }
        let entitlements: Vec<Value> = by_offer
            .into_iter()
            .map(|(offer_id, access)| {
                json!({
                    "offerId": offer_id,
                    "accessGranted": access.granted,
                    "expiresAt": access.expires_at.as_second(),
                })
            })
            .collect();
        self.enveloped(json!({ "entitlements": entitlements }))
    }

    /// Wraps data in the envelope that apps of the mirrored API expect.
    fn enveloped(&self, mut data: Value) -> Result<Answer, ApiError> {
        if let Some(data) = data.as_object_mut() {
            data.insert("environment".to_owned(), json!(self.environment));
        }
        api::answer(StatusCode::OK, &json!({"responseData": data, "errors": []}))
    }

    /// Returns the broadcaster and the customer whose entitlements are requested.
    async fn whose(&self, request: &Request) -> Result<(BroadcasterId, CustomerId), ApiError> {
        let caller = auth::caller(request, &self.broadcasters).await?;
        let named = api::query_parameter(request, "customerId")
            .map(CustomerId::named)
            .transpose()
            .map_err(|error| ApiError::query(format!("customerId {error}")))?;
        let customer = caller.customer(named, || {
            ApiError::query("customerId must be given with a publisher token")
        })?;
        Ok((caller.broadcaster().clone(), customer))
    }
}

/// Offers to which a subscription gives access: its own and those of its add-ons.
fn held(subscription: &Subscription, now: Timestamp) -> impl Iterator<Item = (&OfferRef, Access)> {
    let own = subscription.offer.iter();
    let own = own.map(move |offer| (offer, Access::of(subscription, now)));
    let add_ons = subscription.add_ons.iter().filter_map(move |add_on| {
        let access = Access {
            // An add-on has no status of its own; it ends with its subscription at the latest.
            granted: subscription.access_granted(now) && add_on.grants_access(now),
            expires_at: add_on.period_end,
        };
        Some((add_on.offer.as_ref()?, access))
    });
    own.chain(add_ons)
}

/// Whether a held offer gives access to the wanted one: it is the same offer (with or without its
/// country suffix), or both share a tag.
fn opens(held: &OfferRef, wanted: &OfferId, tags: &BTreeSet<String>) -> bool {
    wanted.is_or_leaves_out_the_country_of(&held.offer_id) || !held.tags.is_disjoint(tags)
}
