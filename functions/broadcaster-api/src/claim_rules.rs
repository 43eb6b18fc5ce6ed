//! `/v1/stores/{store}/claims`: who may claim a purchase of the store, and which proof a claim
//! needs.

use cloud::api::{self, Answer, ApiError};
use domain::{BroadcasterId, ClaimRule, SecondFactor, Store};
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde_json::{Value, json};

use crate::BroadcasterApi;

impl BroadcasterApi {
    pub(crate) async fn get_claim_rule(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let store = api::store(request)?;
        let rule = self.broadcasters.claim_rule(publisher, store).await?;
        api::answer(StatusCode::OK, &shown(store, rule))
    }

    pub(crate) async fn put_claim_rule(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let store = api::store(request)?;
        let rule = rule(store, &api::json_object(request)?)?;
        self.broadcasters
            .put_claim_rule(publisher, store, &rule)
            .await?;
        tracing::info!(broadcaster = %publisher, %store, ?rule, "claim rule changed");
        api::answer(StatusCode::OK, &shown(store, rule))
    }
}

/// Builds the JSON of a rule, with the name of the submission's field that can serve as the second
/// factor.
fn shown(store: Store, rule: ClaimRule) -> Value {
    json!({
        "store": store,
        "transfer": rule.transfer,
        "secondFactor": rule.second_factor,
        "secondFactorField": stores::profile(store).second_factor,
    })
}

/// Parses a rule. Fields that are absent get their defaults, because `PUT` replaces the whole rule.
fn rule(store: Store, body: &Value) -> Result<ClaimRule, ApiError> {
    const FIELDS: [&str; 2] = ["transfer", "secondFactor"];
    let given = body.as_object().into_iter().flatten();
    let mut rule = ClaimRule::default();
    for (name, value) in given {
        let choice = |rule: &str| ApiError::body(format!("{name} must be {rule}"));
        match name.as_str() {
            "transfer" => {
                rule.transfer = serde_json::from_value(value.clone())
                    .map_err(|_| choice("move, refuse or null"))?;
            }
            "secondFactor" => {
                rule.second_factor = serde_json::from_value(value.clone())
                    .map_err(|_| choice("optional or required"))?;
            }
            _ => {
                let known = FIELDS.join(", ");
                return Err(ApiError::body(format!("the fields are: {known}")));
            }
        }
    }
    // Such a rule would refuse every submission, and nothing that an app could send would help.
    if rule.second_factor == SecondFactor::Required
        && stores::profile(store).second_factor.is_none()
    {
        return Err(ApiError::body(
            "secondFactor can't be required: a submission of this store has none",
        ));
    }
    Ok(rule)
}
