//! What a fresh stack holds before anybody uses it: one broadcaster, with Vizio and two offers.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::broadcaster::Broadcaster;
use crate::customer_key::CustomerKey;
use crate::stack::Stack;

/// The broadcaster that the demo uses.
pub const BROADCASTER: &str = "700100200";

/// What was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seeded {
    /// The broadcaster.
    pub broadcaster_id: String,
    /// A live token of it.
    pub publisher_token: String,
    /// The private key, as PEM, that signs customers' tokens: `local-stack jwt <customerId>` uses it.
    pub jwt_private_key_path: PathBuf,
    /// The id of that key in the broadcaster's JWK set.
    pub jwt_key_id: String,
}

/// Makes it, through the product's own calls only.
///
/// # Errors
/// If a call is refused.
pub async fn seed(stack: &Stack, folder: &Path) -> anyhow::Result<Seeded> {
    let key = CustomerKey::generate()?;
    let path = folder.join("customer-key.pem");
    key.write(&path)?;
    let broadcaster = Broadcaster::create(stack, BROADCASTER, &key).await?;
    Ok(Seeded {
        broadcaster_id: BROADCASTER.to_owned(),
        publisher_token: broadcaster.token,
        jwt_private_key_path: path,
        jwt_key_id: key.id().to_owned(),
    })
}
