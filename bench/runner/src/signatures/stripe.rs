//! Webhook event of Stripe: an HMAC over time and body.

use domain::Store;
use serde_json::json;
use store_simulator::Control;
use store_simulator::stripe::model::{NewCheckout, Price};
use store_simulator::stripe::{ApiKey, Configuration};

use super::{Inbox, Signed, config};

const KEY: &str = "rk_live_example";
const SECRET: &str = "whsec_example_of_32_characters_00";
const PRICE: &str = "price_basic";

pub async fn signed(control: &Control) -> anyhow::Result<Signed> {
    let mut inbox = Inbox::open().await?;
    let account = control.stripe("acct_bench");
    let registered = Configuration {
        api_keys: vec![ApiKey::secret(KEY)],
        signing_secrets: vec![SECRET.into()],
        prices: vec![Price::monthly(PRICE, "prod_basic", 899, "eur")],
        notification_url: Some(inbox.url.clone()),
        ..Configuration::default()
    };
    account.configure(&registered).await?;
    account
        .buy(&NewCheckout::subscription(PRICE).for_user("cust-1"))
        .await?;
    let message = inbox.next().await?;
    let configuration = json!({
        "apiKey": KEY,
        "signingSecrets": [SECRET],
        "signatureToleranceSeconds": 900,
        "apiBaseUrl": account.base_url(),
    });
    let peer = json!({
        "body": message.text(),
        "signature": message.header("stripe-signature"),
        "secret": SECRET,
    });
    Ok(Signed {
        name: "stripe",
        title: "Stripe event (`stripe`)",
        config: config(Store::Stripe, &configuration)?,
        message,
        peer,
    })
}
