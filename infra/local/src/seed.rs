//! Initial content of a fresh stack: one broadcaster, with Vizio and two offers.

use std::path::Path;

use crate::broadcaster::Broadcaster;
use crate::customer_key::CustomerKey;
use crate::stack::{Seeded, Stack};

/// Broadcaster that the demo uses.
pub const BROADCASTER: &str = "700100200";

/// Creates the broadcaster, only through the product's own calls.
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
