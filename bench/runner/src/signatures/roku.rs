//! Push notification of Roku Pay: a JWS.

use domain::Store;
use serde_json::json;
use store_simulator::Control;
use store_simulator::roku::Configuration;
use store_simulator::roku::model::{Channel, NewPurchase, Plan};

use super::{Inbox, Signed, config, published};

const CHANNEL: &str = "712345";
const API_KEY: &str = "1f2e3d4c-0000-4aaa-9bbb-5c6d7e8f9a0b";
const PRODUCT: &str = "monthly";

pub async fn signed(control: &Control) -> anyhow::Result<Signed> {
    let mut inbox = Inbox::open().await?;
    let account = control.roku("bench");
    let registered = Configuration {
        api_keys: vec![API_KEY.to_owned()],
        channels: vec![Channel::new(CHANNEL, "Example TV")],
        plans: vec![Plan::monthly(PRODUCT, "8.99")],
        notification_url: Some(inbox.url.clone()),
        ..Configuration::default()
    };
    account.configure(&registered).await?;
    account.buy(&NewPurchase::of(PRODUCT)).await?;
    let message = inbox.next().await?;
    let configuration = json!({
        "apiKeys": [API_KEY],
        "channelIds": [CHANNEL],
        "apiBaseUrl": account.service_url(),
        "keysUrl": account.jwks_url(),
    });
    let peer = json!({
        "body": message.text().trim(),
        "jwks": published(&account.jwks_url()).await?,
    });
    Ok(Signed {
        name: "roku",
        title: "Roku notification (`jose`; Roku has no library)",
        config: config(Store::Roku, &configuration)?,
        message,
        peer,
    })
}
