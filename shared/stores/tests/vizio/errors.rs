//! What is made of everything but an answer. The simulator stands in for the store where it can.

use std::time::Duration;

use serde_json::{Value, json};
use store_simulator::{
    Control, FaultKind, Faults, LookupFault, RunningSimulator, Simulator, vizio,
};
use stores::{ConnectorContext, LookUpError, LookedUp, StoreConfig};

use crate::scripted::{Reply, Server};
use crate::support::{API_KEY, PARTNER, SIGNING_KEY, SUBSCRIPTION, config, locator, now};

struct Shop {
    simulator: RunningSimulator,
    control: vizio::VizioControl,
}

impl Shop {
    /// A store that has sold one subscription.
    async fn open() -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let control = Control::new(simulator.base_url()).vizio(PARTNER);
        let registration = vizio::Configuration {
            api_key: API_KEY.to_owned(),
            signing_keys: vec![SIGNING_KEY.to_owned()],
            plans: vec![vizio::Plan::monthly("monthly", "8.99", "USD")],
            ..vizio::Configuration::default()
        };
        control.configure(&registration).await.unwrap();
        let mut wanted = vizio::NewSubscription::of_plan("monthly");
        wanted.subscription_id = Some(SUBSCRIPTION.to_owned());
        control.buy(&wanted).await.unwrap();
        Self { simulator, control }
    }

    fn config(&self, mut changes: Value) -> StoreConfig {
        changes["apiBaseUrl"] = json!(self.simulator.base_url());
        config(&changes)
    }

    async fn fails_with(&self, kind: FaultKind) -> LookUpError {
        let lookup = vec![LookupFault::always(kind).times(1)];
        let faults = Faults {
            lookup,
            ..Faults::default()
        };
        self.control.set_faults(&faults).await.unwrap();
        let config = self.config(json!({"timeoutSeconds": 1}));
        let error = look_up(&config, SUBSCRIPTION).await.unwrap_err();
        look_up(&config, SUBSCRIPTION)
            .await
            .expect("the fault is over");
        error
    }
}

async fn look_up(config: &StoreConfig, id: &str) -> Result<LookedUp, LookUpError> {
    let context = ConnectorContext::new().unwrap();
    config.look_up(&context, &locator(id), now()).await
}

fn status(status: u16) -> FaultKind {
    FaultKind::Status {
        status,
        retry_after: None,
    }
}

#[tokio::test]
async fn each_status_of_the_store_has_its_meaning() {
    let shop = Shop::open().await;
    for (code, kind, transient) in [
        (400, "rejected", false),
        (401, "unauthorized", true),
        (403, "unauthorized", true),
        (404, "not_found", false),
        (422, "rejected", false),
        (429, "throttled", true),
        (500, "unavailable", true),
        (502, "unavailable", true),
        (503, "unavailable", true),
    ] {
        let error = shop.fails_with(status(code)).await;
        assert_eq!(
            (error.kind(), error.is_transient()),
            (kind, transient),
            "{code}"
        );
    }
}

#[tokio::test]
async fn a_store_that_asks_to_wait_is_heard() {
    let shop = Shop::open().await;
    let busy = FaultKind::Status {
        status: 429,
        retry_after: Some(7),
    };
    let expected = LookUpError::Throttled {
        retry_after: Some(Duration::from_secs(7)),
    };
    assert_eq!(shop.fails_with(busy).await, expected);
}

#[tokio::test]
async fn a_store_that_hangs_or_breaks_off_says_nothing_of_the_purchase() {
    let shop = Shop::open().await;
    let hangs = LookUpError::out_of_time("no answer in time");
    assert_eq!(shop.fails_with(FaultKind::Hang).await, hangs);
    let breaks_off = LookUpError::Malformed("it is not JSON".to_owned());
    assert_eq!(shop.fails_with(FaultKind::Malformed).await, breaks_off);
}

#[tokio::test]
async fn wrong_credentials_and_an_unknown_purchase() {
    let shop = Shop::open().await;
    let wrong = shop.config(json!({"apiKey": "kid_wrong"}));
    assert_eq!(
        look_up(&wrong, SUBSCRIPTION).await,
        Err(LookUpError::Unauthorized)
    );
    let right = shop.config(json!({}));
    assert_eq!(look_up(&right, "vzs-0").await, Err(LookUpError::NotFound));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::always(Reply::new(200, "")).await;
    let redirect = Reply::new(302, "").with("location", &elsewhere.address);
    let server = Server::always(redirect).await;
    let config = config(&json!({"apiBaseUrl": server.address}));
    let error = look_up(&config, SUBSCRIPTION).await.unwrap_err();
    assert_eq!(error, LookUpError::Unavailable("status 302".to_owned()));
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_read_to_its_end() {
    let server = Server::always(Reply::new(200, vec![b' '; 300 * 1024])).await;
    let config = config(&json!({"apiBaseUrl": server.address}));
    let error = look_up(&config, SUBSCRIPTION).await.unwrap_err();
    assert_eq!(
        error,
        LookUpError::Malformed("it is larger than 256 KiB".to_owned())
    );
}

#[tokio::test]
async fn no_error_shows_a_secret_or_a_purchase() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let mut errors = vec![look_up(&config(&json!({"apiBaseUrl": nobody})), SUBSCRIPTION).await];
    let shop = Shop::open().await;
    for kind in [
        status(400),
        status(401),
        status(500),
        FaultKind::Hang,
        FaultKind::Malformed,
    ] {
        errors.push(Err(shop.fails_with(kind).await));
    }
    for error in errors {
        let error = error.unwrap_err();
        let shown = format!("{error} {error:?}");
        for hidden in [API_KEY, SIGNING_KEY, SUBSCRIPTION, "http"] {
            assert!(!shown.contains(hidden), "{shown}");
        }
    }
}
