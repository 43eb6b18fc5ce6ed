//! A broadcaster to begin with: the one that the invocation events are about.

use cloud::broadcasters::{Broadcasters, Profile, TokenRecord};
use cloud::token::PublisherToken;
use domain::{BroadcasterId, BroadcasterSettings, Offer, OfferId, Store};
use serde_json::{Value, json};

use crate::InProcessAws;

/// The broadcaster.
pub const BROADCASTER: &str = "700100200";

/// A customer of it, for whom the events' JWT speaks.
pub const CUSTOMER: &str = "300200100";

/// Its publisher token. Of this bundle's tests and of nothing else.
pub const TOKEN: &str = "synthetic-publisher-token-for-tests-000000000001";

/// Its API key at the store.
pub const API_KEY: &str = "synthetic-api-key-0001";

/// The key that signs the store's notifications to it.
pub const SIGNING_KEY: &str = "synthetic-signing-key-0001";

/// Its offer.
pub const OFFER: &str = "S300200111_US";

/// The store's product that leads to [`OFFER`].
pub const PRODUCT: &str = "demo_monthly_899";

impl InProcessAws {
    /// Adds the broadcaster with its token, keys and offer, and credentials for a store at that
    /// address.
    ///
    /// # Panics
    /// If it can't be written.
    pub async fn seed(&self, store_url: &str) {
        self.seed_with(BroadcasterSettings::default()).await;
        let name = format!("in-process/{BROADCASTER}/vizio");
        self.put_secret(&name, &credentials(store_url));
        self.forget_calls();
    }

    /// Adds the broadcaster with these switches and without a store.
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

    /// Gives the broadcaster these switches.
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
