//! `PUT /v1/jwks`: public keys that verify customers' JWTs.

use cloud::api::{self, Answer, ApiError};
use cloud::jwk;
use domain::BroadcasterId;
use jsonwebtoken::jwk::JwkSet;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde_json::json;

use crate::BroadcasterApi;

/// Largest number of keys: enough for a rotation, too few for a key per customer.
const MOST_KEYS: usize = 20;

impl BroadcasterApi {
    pub(crate) async fn put_jwks(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let mut set: JwkSet = api::json_body(request)?;
        if set.keys.is_empty() || set.keys.len() > MOST_KEYS {
            let rule = format!("keys must have 1 to {MOST_KEYS} keys");
            return Err(ApiError::body(rule));
        }
        // Checked now, because a key that cannot verify would show later, as a 401 of every
        // customer.
        for (position, key) in set.keys.iter_mut().enumerate() {
            *key = jwk::usable(key)
                .map_err(|rule| ApiError::body(format!("keys[{position}] {rule}")))?;
        }
        self.broadcasters.put_keys(publisher, &set).await?;
        let ids: Vec<_> = set.keys.iter().map(|key| &key.common.key_id).collect();
        api::answer(StatusCode::OK, &json!({"keyIds": ids}))
    }
}
