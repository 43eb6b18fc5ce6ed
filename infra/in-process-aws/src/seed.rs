//! Initial broadcaster: the one of the invocation events.

use cloud::broadcasters::{Broadcasters, Endpoint, Feed, Profile, TokenRecord};
use cloud::token::PublisherToken;
use domain::{BroadcasterId, BroadcasterSettings, Offer, OfferId, Store};
use serde_json::{Value, json};

use crate::InProcessAws;

/// Broadcaster.
pub const BROADCASTER: &str = "700100200";

/// Customer of the events' JWT.
pub const CUSTOMER: &str = "300200100";

/// Publisher token. Used by these tests only.
pub const TOKEN: &str = "synthetic-publisher-token-for-tests-000000000001";

/// API key at the store.
pub const API_KEY: &str = "synthetic-api-key-0001";

/// Key that signs the store's notifications.
pub const SIGNING_KEY: &str = "synthetic-signing-key-0001";

/// Offer.
pub const OFFER: &str = "S300200111_US";

/// Store product that leads to [`OFFER`].
pub const PRODUCT: &str = "demo_monthly_899";

/// Returns Vizio's answer about an active subscription to [`PRODUCT`], for stores that a test or a
/// measurement needs for its times only.
#[must_use]
pub fn active_at_vizio(subscription_id: &str) -> Value {
    json!({"data": {
        "subscriptionId": subscription_id,
        "status": "ACTIVE",
        "planCode": PRODUCT,
        "startDate": "2026-11-05T09:30:00Z",
        "currentPeriodEnd": "2099-01-05T09:30:00Z",
        "autoRenew": true,
    }})
}

impl InProcessAws {
    /// Adds the broadcaster with its token, keys and offer, and the credentials for a store at that
    /// URL.
    ///
    /// # Panics
    /// If it can't be written.
    pub async fn seed(&self, store_url: &str) {
        self.seed_with(BroadcasterSettings::default()).await;
        let name = format!("in-process/{BROADCASTER}/vizio");
        self.put_secret(&name, &credentials(store_url));
        // Tests count calls from here on.
        self.forget_calls();
    }

    /// Adds an endpoint of the broadcaster for each feed, without which nothing is published.
    ///
    /// # Panics
    /// If it can't be written.
    pub async fn seed_endpoints(&self) {
        let broadcasters = Broadcasters::from_environment(&self.aws()).unwrap();
        for feed in [Feed::Beacon, Feed::Webhooks] {
            let endpoint = Endpoint {
                endpoint_id: format!("{feed:?}"),
                url: "https://receiver.example/".to_owned(),
                feed,
                topics: std::collections::BTreeSet::new(),
                subscription_arn: String::new(),
                dead_letter_queue_url: String::new(),
                created_at: jiff::Timestamp::UNIX_EPOCH,
                audience_since: None,
            };
            let id = BroadcasterId::new(BROADCASTER).unwrap();
            broadcasters.put_endpoint(&id, &endpoint).await.unwrap();
        }
    }

    /// Adds the broadcaster with these settings and without a store.
    ///
    /// # Panics
    /// If it can't be written.
    pub async fn seed_with(&self, settings: BroadcasterSettings) {
        self.with_settings(settings).await;
        let broadcasters = Broadcasters::from_environment(&self.aws()).unwrap();
        let broadcaster_id = BroadcasterId::new(BROADCASTER).unwrap();
        let issued_at = jiff::Timestamp::UNIX_EPOCH;
        let token = TokenRecord {
            name: "tests".to_owned(),
            hash: PublisherToken::received(TOKEN).unwrap().hash(),
            issued_at,
            expires_at: None,
        };
        assert!(
            broadcasters
                .put_token(&broadcaster_id, &token)
                .await
                .unwrap()
        );
        let keys = serde_json::from_str(include_str!("jwks.json")).unwrap();
        broadcasters.put_keys(&broadcaster_id, &keys).await.unwrap();
        let offer = Offer {
            offer_id: OfferId::new(OFFER).unwrap(),
            title: "Symphony Monthly".to_owned(),
            package_name: "Symphony Monthly".to_owned(),
            tags: ["symphony".to_owned()].into(),
            trial: None,
            rental: None,
            price: None,
            product_ids: [(Store::Vizio, PRODUCT.to_owned())].into(),
        };
        let put = broadcasters.put_offer(&broadcaster_id, &offer).await;
        assert_eq!(put.unwrap(), Ok(()));
        self.forget_calls();
    }

    /// Writes these settings of the broadcaster.
    ///
    /// # Panics
    /// If they can't be written.
    pub async fn with_settings(&self, settings: BroadcasterSettings) {
        let broadcasters = Broadcasters::from_environment(&self.aws()).unwrap();
        let profile = Profile {
            broadcaster_id: BroadcasterId::new(BROADCASTER).unwrap(),
            name: "Symphony".to_owned(),
            settings,
            created_at: jiff::Timestamp::UNIX_EPOCH,
        };
        broadcasters.put_profile(&profile).await.unwrap();
    }
}

fn credentials(store_url: &str) -> Value {
    json!({
        "apiKey": API_KEY,
        "partnerId": "vizio_partner_demo_inc",
        "signingKeys": [SIGNING_KEY],
        "apiBaseUrl": store_url,
        "timeoutSeconds": 2,
        "fetchGiveUpAfterSeconds": 3600,
    })
}
