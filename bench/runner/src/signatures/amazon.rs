//! Message of Amazon SNS, by which the Appstore sends its notifications.

use domain::Store;
use serde_json::json;
use store_simulator::Control;
use store_simulator::amazon::Configuration;
use store_simulator::amazon::model::{NewPurchase, Product};

use super::{Inbox, Signed, config};

const PACKAGE: &str = "tv.example.fire";
const PRODUCT: &str = "extv.basic.monthly";

pub async fn signed(control: &Control) -> anyhow::Result<Signed> {
    let mut inbox = Inbox::open().await?;
    let app = control.amazon(PACKAGE);
    let registered = Configuration {
        products: vec![Product::monthly("extv.basic", PRODUCT)],
        notification_url: Some(inbox.url.clone()),
        ..Configuration::default()
    };
    app.configure(&registered).await?;
    app.buy(&NewPurchase::of(PRODUCT)).await?;
    let message = inbox.next().await?;
    let configuration = json!({
        "sharedSecret": registered.shared_secret,
        "packageNames": [PACKAGE],
        "topicArns": [registered.topic_arn],
        "apiBaseUrl": app.rvs_base_url(),
        "snsHost": app.sns_base_url(),
    });
    let peer = json!({
        "body": message.text(),
        "certificate": app.certificate().await?.pem,
    });
    Ok(Signed {
        name: "sns",
        title: "SNS message (`sns-validator`)",
        config: config(Store::Amazon, &configuration)?,
        message,
        peer,
    })
}
