//! Push message of Google Cloud Pub/Sub with an OpenID token.

use domain::Store;
use serde_json::json;
use store_simulator::Control;
use store_simulator::android::Configuration;
use store_simulator::android::model::{BasePlan, NewPurchase};

use super::{Inbox, Signed, config, published};

const PACKAGE: &str = "com.example.streaming";
const PRODUCT: &str = "basic";

pub async fn signed(control: &Control) -> anyhow::Result<Signed> {
    let mut inbox = Inbox::open().await?;
    let app = control.android(PACKAGE);
    let registered = Configuration {
        plans: vec![BasePlan::monthly(PRODUCT, "monthly", "8.99", "EUR")],
        notification_url: Some(inbox.url.clone()),
        ..Configuration::default()
    };
    app.configure(&registered).await?;
    app.buy(&NewPurchase::of(PRODUCT, "monthly")).await?;
    let message = inbox.next().await?;
    let configuration = json!({
        "serviceAccount": app.service_account().await?,
        "packageNames": [PACKAGE],
        "pushAudience": registered.push_audience,
        "pushServiceAccount": registered.push_email,
        "apiBaseUrl": app.base_url(),
        "keysUrl": app.certs_url(),
    });
    let peer = json!({
        "body": message.text(),
        "authorization": message.header("authorization"),
        "audience": registered.push_audience,
        "email": registered.push_email,
        "jwks": published(&app.certs_url()).await?,
    });
    Ok(Signed {
        name: "google",
        title: "Google push with its OpenID token (`google-auth-library`)",
        config: config(Store::Android, &configuration)?,
        message,
        peer,
    })
}
