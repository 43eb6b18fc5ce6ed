//! App Store Server Notification: a JWS with certificates, which contains two more.

use domain::Store;
use serde_json::json;
use store_simulator::Control;
use store_simulator::apple::Configuration;
use store_simulator::apple::model::{Environment, NewPurchase, Product};

use super::{Inbox, Signed, config};

const BUNDLE: &str = "com.example.streaming";
const PRODUCT: &str = "monthly";

pub async fn signed(control: &Control) -> anyhow::Result<Signed> {
    let mut inbox = Inbox::open().await?;
    let app = control.apple(BUNDLE);
    let registered = Configuration {
        products: vec![Product::monthly(PRODUCT, "8.99", "EUR")],
        notification_url: Some(inbox.url.clone()),
        ..Configuration::default()
    };
    app.configure(&registered).await?;
    app.buy(&NewPurchase::of(PRODUCT)).await?;
    let message = inbox.next().await?;
    let (key, root) = (app.api_key().await?, app.root().await?);
    let configuration = json!({
        "issuerId": key.issuer_id,
        "keyId": key.key_id,
        "privateKey": key.private_key,
        "bundleId": BUNDLE,
        "appAppleId": registered.app_apple_id,
        "rootFingerprints": [root.sha256],
        "apiBaseUrl": app.api_url(Environment::Production),
    });
    let peer = json!({
        "body": message.text(),
        "root": root.der,
        "bundleId": BUNDLE,
        "appAppleId": registered.app_apple_id,
    });
    Ok(Signed {
        name: "apple",
        title: "Apple notification with two signed parts (`@apple/app-store-server-library`)",
        config: config(Store::Apple, &configuration)?,
        message,
        peer,
    })
}
