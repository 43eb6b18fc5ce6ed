//! `/v1/offers/{offerId}/coupons`: coupon campaigns that mirror the introductory prices of a store.

use cloud::api::{self, Answer, ApiError};
use cloud::broadcasters::is_coupon_code;
use domain::{BroadcasterId, Campaign, OfferId, Timestamp};
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::BroadcasterApi;
use crate::offers::offer_id;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CampaignBody {
    percent: u8,
    cycles: u32,
    #[serde(default)]
    valid_from: Option<String>,
    #[serde(default)]
    valid_until: Option<String>,
}

impl BroadcasterApi {
    pub(crate) async fn put_campaign(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let offer = offer_id(request)?;
        let code = code(request)?;
        let campaign = campaign(code, &api::json_body(request)?)?;
        self.must_have_offer(publisher, &offer).await?;
        self.broadcasters
            .put_campaign(publisher, &offer, &campaign)
            .await?;
        api::answer(StatusCode::OK, &campaign)
    }

    pub(crate) async fn get_campaign(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let campaign = self
            .broadcasters
            .campaign(publisher, &offer_id(request)?, &code(request)?)
            .await?
            .ok_or_else(no_such_coupon)?;
        api::answer(StatusCode::OK, &campaign)
    }

    pub(crate) async fn delete_campaign(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let deleted = self
            .broadcasters
            .delete_campaign(publisher, &offer_id(request)?, &code(request)?)
            .await?;
        // Subscriptions that have the discount keep it, so a campaign can be deleted at any time.
        if deleted {
            api::empty(StatusCode::NO_CONTENT)
        } else {
            Err(no_such_coupon())
        }
    }

    pub(crate) async fn list_campaigns(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let offer = offer_id(request)?;
        let limit = api::limit(request)?;
        let after = api::query_parameter(request, "after");
        if after.as_deref().is_some_and(|after| !is_coupon_code(after)) {
            return Err(ApiError::query("after must be a coupon's code"));
        }
        // Without this an unknown offer would look like one without campaigns.
        self.must_have_offer(publisher, &offer).await?;
        let page = self
            .broadcasters
            .campaigns(publisher, &offer, limit, after.as_deref())
            .await?;
        let rows: Vec<Value> = page.rows.iter().map(|campaign| json!(campaign)).collect();
        api::answer(StatusCode::OK, &api::page("coupons", rows, page.next))
    }

    async fn must_have_offer(
        &self,
        publisher: &BroadcasterId,
        offer: &OfferId,
    ) -> Result<(), ApiError> {
        let found = self.broadcasters.offer(publisher, offer).await?;
        found
            .map(drop)
            .ok_or_else(|| ApiError::not_found("no such offer"))
    }
}

fn code(request: &Request) -> Result<String, ApiError> {
    let code = api::path_parameter(request, "code")?;
    if is_coupon_code(&code) {
        Ok(code)
    } else {
        let rule = "code must have 2 to 40 characters: letters, digits, '_' and '-'";
        Err(ApiError::query(rule))
    }
}

fn campaign(code: String, body: &CampaignBody) -> Result<Campaign, ApiError> {
    if !(1..=100).contains(&body.percent) {
        return Err(ApiError::body("percent must be from 1 to 100"));
    }
    if !(1..=120).contains(&body.cycles) {
        return Err(ApiError::body("cycles must be from 1 to 120"));
    }
    let valid_from = instant("validFrom", body.valid_from.as_deref())?;
    let valid_until = instant("validUntil", body.valid_until.as_deref())?;
    if let (Some(from), Some(until)) = (valid_from, valid_until)
        && until <= from
    {
        return Err(ApiError::body("validUntil must be later than validFrom"));
    }
    Ok(Campaign {
        code,
        percent: body.percent,
        cycles: body.cycles,
        valid_from,
        valid_until,
    })
}

/// Parses an optional RFC 3339 time.
fn instant(field: &str, text: Option<&str>) -> Result<Option<Timestamp>, ApiError> {
    text.map(str::parse).transpose().map_err(|_| {
        ApiError::body(format!(
            "{field} must be a time of RFC 3339, such as 2026-12-05T09:30:00Z"
        ))
    })
}

fn no_such_coupon() -> ApiError {
    ApiError::not_found("no such coupon")
}
