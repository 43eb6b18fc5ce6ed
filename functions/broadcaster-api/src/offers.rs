//! `/v1/offers`: what is sold, and the store products that lead to it.

use std::collections::{BTreeMap, BTreeSet};

use cloud::api::{self, Answer, ApiError};
use domain::{BroadcasterId, Offer, OfferId, Price, Rental, Store, Trial};
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::BroadcasterApi;

/// Highest price, in millionths of the currency's unit.
const HIGHEST_PRICE: i64 = 1_000_000_000_000_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OfferBody {
    title: String,
    package_name: String,
    #[serde(default)]
    tags: BTreeSet<String>,
    #[serde(default)]
    trial: Option<TrialBody>,
    #[serde(default)]
    rental: Option<RentalBody>,
    #[serde(default)]
    price: Option<PriceBody>,
    #[serde(default)]
    product_ids: BTreeMap<Store, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TrialBody {
    days: u16,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RentalBody {
    hours: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PriceBody {
    currency: String,
    amount_micros: i64,
}

impl BroadcasterApi {
    pub(crate) async fn put_offer(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let offer_id = offer_id(request)?;
        let body: OfferBody = api::json_body(request)?;
        check(&body)?;
        let offer = Offer {
            offer_id,
            title: body.title,
            package_name: body.package_name,
            tags: body.tags,
            trial: body.trial.map(|trial| Trial { days: trial.days }),
            rental: body.rental.map(|rental| Rental {
                hours: rental.hours,
            }),
            price: body.price.map(|price| Price {
                currency: price.currency,
                amount_micros: price.amount_micros,
            }),
            product_ids: body.product_ids,
        };
        self.broadcasters
            .put_offer(publisher, &offer)
            .await?
            // The stored product of another offer decides access for its customers, so it is never
            // taken over silently.
            .map_err(|_taken| {
                ApiError::conflict(
                    "REQ0001",
                    "productIds must not list another offer's product",
                )
            })?;
        api::answer(StatusCode::OK, &offer)
    }

    pub(crate) async fn get_offer(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let offer = self
            .broadcasters
            .offer(publisher, &offer_id(request)?)
            .await?
            .ok_or_else(|| ApiError::not_found("no such offer"))?;
        api::answer(StatusCode::OK, &offer)
    }

    pub(crate) async fn delete_offer(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        if self
            .broadcasters
            .delete_offer(publisher, &offer_id(request)?)
            .await?
        {
            api::empty(StatusCode::NO_CONTENT)
        } else {
            Err(ApiError::not_found("no such offer"))
        }
    }

    pub(crate) async fn list_offers(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let after = api::query_parameter(request, "after");
        let page = self
            .broadcasters
            .offers(publisher, api::limit(request)?, after.as_deref())
            .await?;
        let rows: Vec<Value> = page.rows.iter().map(|offer| json!(offer)).collect();
        api::answer(StatusCode::OK, &api::page("offers", rows, page.next))
    }
}

/// Returns the offer that the path names.
pub(crate) fn offer_id(request: &Request) -> Result<OfferId, ApiError> {
    OfferId::new(api::path_parameter(request, "offerId")?)
        .map_err(|error| ApiError::query(format!("offerId {error}")))
}

fn check(body: &OfferBody) -> Result<(), ApiError> {
    short("title", &body.title)?;
    short("packageName", &body.package_name)?;
    if body.tags.len() > 50 {
        return Err(ApiError::body("tags must have at most 50 entries"));
    }
    for tag in &body.tags {
        short("tags", tag)?;
    }
    for (store, product_id) in &body.product_ids {
        let field = format!("productIds.{store}");
        short(&field, product_id)?;
        // The id is part of a sort key, which DynamoDB limits to 1,024 bytes. 255 characters may be
        // longer than that.
        if product_id.len() > 900 {
            return Err(ApiError::body(format!(
                "{field} must have at most 900 bytes"
            )));
        }
    }
    if let Some(TrialBody { days }) = &body.trial
        && !(1..=366).contains(days)
    {
        return Err(ApiError::body("trial.days must be from 1 to 366"));
    }
    if let Some(RentalBody { hours }) = &body.rental
        && !(1..=87_600).contains(hours)
    {
        return Err(ApiError::body("rental.hours must be from 1 to 87600"));
    }
    body.price.as_ref().map_or(Ok(()), check_price)
}

fn check_price(price: &PriceBody) -> Result<(), ApiError> {
    let currency = price.currency.as_bytes();
    if currency.len() != 3 || !currency.iter().all(u8::is_ascii_uppercase) {
        return Err(ApiError::body(
            "price.currency must be three capital letters, such as USD",
        ));
    }
    if !(0..=HIGHEST_PRICE).contains(&price.amount_micros) {
        return Err(ApiError::body(format!(
            "price.amountMicros must be from 0 to {HIGHEST_PRICE}"
        )));
    }
    Ok(())
}

fn short(field: &str, text: &str) -> Result<(), ApiError> {
    let formed = !text.trim().is_empty()
        && text.chars().count() <= 255
        && !text.chars().any(char::is_control);
    if formed {
        Ok(())
    } else {
        Err(ApiError::body(format!(
            "{field} must have 1 to 255 characters, none of them control characters"
        )))
    }
}
