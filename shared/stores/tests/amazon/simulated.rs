//! The connector against the store simulator, where another reading of the same documents shows.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use domain::{Environment, Locator, Reading, Status, Timestamp};
use serde_json::{Value, json};
use store_simulator::amazon::model::{Action, NewPurchase, Options, Product, Receipt};
use store_simulator::amazon::{AmazonControl, Configuration, CustomMessage, Forgery};
use store_simulator::{Control, RunningSimulator, Simulator};
use stores::{
    ConnectorContext, LookUpError, NotificationError, Received, StoreConfig, parse_submission,
};
use tokio::net::TcpListener;

use crate::json::changed;
use crate::scene::{PACKAGE, parse};
use crate::sns::Post;

struct Stage {
    control: AmazonControl,
    context: ConnectorContext,
    posts: Arc<Mutex<Vec<Post>>>,
    _simulator: RunningSimulator,
}

impl Stage {
    async fn set() -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let control = Control::new(simulator.base_url()).amazon(PACKAGE);
        let posts: Arc<Mutex<Vec<Post>>> = Arc::default();
        let kept = Arc::clone(&posts);
        let router = Router::new().fallback(async move |headers: HeaderMap, body: Bytes| {
            let headers = headers
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
            kept.lock().unwrap().push(Post {
                headers: headers.collect(),
                body: body.to_vec(),
            });
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let registration = Configuration {
            products: vec![Product::monthly("extv.basic", "extv.basic.monthly")],
            notification_url: Some(address),
            ..Configuration::default()
        };
        control.configure(&registration).await.unwrap();
        Self {
            control,
            context: ConnectorContext::new().unwrap(),
            posts,
            _simulator: simulator,
        }
    }

    fn config_in(&self, environment: Environment, changes: &Value) -> StoreConfig {
        let registered = Configuration::default();
        let settings = json!({
            "sharedSecret": registered.shared_secret,
            "packageNames": [PACKAGE],
            "topicArns": [registered.topic_arn],
            "apiBaseUrl": self.control.rvs_base_url(),
            "snsHost": self.control.sns_base_url(),
            "timeoutSeconds": 2,
        });
        parse(&changed(settings, changes), environment).unwrap()
    }

    fn config(&self, changes: &Value) -> StoreConfig {
        self.config_in(Environment::Production, changes)
    }

    async fn sold(&self, wanted: NewPurchase) -> Receipt {
        self.control.buy(&wanted.silently()).await.unwrap().receipt
    }

    async fn sent(&self, message: &CustomMessage) -> Post {
        self.control.notify(message).await.unwrap();
        self.control.flush(Duration::from_secs(20)).await.unwrap();
        self.posts.lock().unwrap().pop().unwrap()
    }

    async fn receive(
        &self,
        config: &StoreConfig,
        post: &Post,
    ) -> Result<Received, NotificationError> {
        let Post { headers, body } = post;
        config
            .read_notification(&self.context, headers, body, Timestamp::now())
            .await
            .map(|accepted| accepted.received)
    }

    async fn look(&self, config: &StoreConfig, locator: &Locator) -> Result<Reading, LookUpError> {
        let now = self.control.now().await.unwrap();
        let looked_up = config.look_up(&self.context, locator, now).await?;
        Ok(looked_up.snapshot.reading)
    }

    /// What is known of a receipt after a look-up.
    async fn known(&self, config: &StoreConfig, locator: Locator) -> Locator {
        let now = self.control.now().await.unwrap();
        let looked_up = config.look_up(&self.context, &locator, now).await.unwrap();
        let details = looked_up.snapshot.hints().unwrap();
        Locator { details, ..locator }
    }
}

fn locator(receipt: &Receipt) -> Locator {
    let body = json!({"receiptId": receipt.receipt_id, "userId": receipt.user_id});
    parse_submission(domain::Store::Amazon, &body)
        .unwrap()
        .locator
}

fn basic() -> NewPurchase {
    NewPurchase::of("extv.basic.monthly")
}

/// One word for what became of a message.
fn word(read: &Result<Received, NotificationError>) -> &'static str {
    match read {
        Ok(Received::About(_)) => "believed",
        Ok(Received::Ignored(why)) => why.as_str(),
        Ok(Received::Confirmation(_)) => "shown",
        Err(NotificationError::Forged) => "forged",
        Err(NotificationError::Unproven(_)) => "doubt",
        Err(NotificationError::OtherApplication) => "other application",
        Err(NotificationError::Unreadable(_)) => "unreadable",
    }
}

#[tokio::test]
async fn whatever_is_wrong_with_a_message_has_its_answer() {
    let stage = Stage::set().await;
    let receipt = stage.sold(basic()).await;
    let config = stage.config(&json!({}));
    for forgery in Forgery::ALL {
        let expected = match forgery {
            Forgery::FutureTimestamp => "doubt",
            Forgery::OtherPackage => "other application",
            Forgery::ForeignConfirmation => "shown",
            Forgery::HeaderTopicDiffers | Forgery::CertificateOfAnotherIssuer => "believed",
            _ => "forged",
        };
        let message = CustomMessage::of_type("SUBSCRIPTION_RENEWED", &receipt).forged(forgery);
        let read = stage.receive(&config, &stage.sent(&message).await).await;
        assert_eq!(word(&read), expected, "{forgery:?}");
    }
    let endpoint = stage.control.endpoint().await.unwrap();
    assert_eq!(
        (endpoint.confirmation_visits, endpoint.unsubscribe_visits),
        (0, 0)
    );
}

#[tokio::test]
async fn both_versions_with_and_without_a_subject_are_believed() {
    let stage = Stage::set().await;
    let receipt = stage.sold(basic()).await;
    let config = stage.config(&json!({}));
    for version in ["1", "2"] {
        for subject in [None, Some("Hello")] {
            let message = CustomMessage::of_type("SUBSCRIPTION_RENEWED", &receipt);
            let mut message = message.version(version);
            message.subject = subject.map(str::to_owned);
            let read = stage.receive(&config, &stage.sent(&message).await).await;
            assert_eq!(word(&read), "believed", "{version} {subject:?}");
        }
    }
}

#[tokio::test]
async fn a_named_issuer_is_asked_of_the_certificate() {
    let stage = Stage::set().await;
    let receipt = stage.sold(basic()).await;
    let issuer = stage.control.certificate().await.unwrap().issuer_pem;
    let config = stage.config(&json!({ "certificateIssuers": [issuer] }));
    let message = CustomMessage::of_type("SUBSCRIPTION_RENEWED", &receipt);
    let read = stage.receive(&config, &stage.sent(&message).await).await;
    assert_eq!(word(&read), "believed");
    let message = message.forged(Forgery::CertificateOfAnotherIssuer);
    let read = stage.receive(&config, &stage.sent(&message).await).await;
    assert_eq!(word(&read), "forged");
}

#[tokio::test]
async fn a_certificate_may_be_rotated_at_any_time() {
    let stage = Stage::set().await;
    let receipt = stage.sold(basic()).await;
    let config = stage.config(&json!({}));
    let message = CustomMessage::of_type("SUBSCRIPTION_RENEWED", &receipt);
    for same_address in [false, true] {
        let read = stage.receive(&config, &stage.sent(&message).await).await;
        assert_eq!(word(&read), "believed");
        stage
            .control
            .rotate_certificate(same_address)
            .await
            .unwrap();
        let read = stage.receive(&config, &stage.sent(&message).await).await;
        assert_eq!(word(&read), "believed");
    }
}

#[tokio::test]
async fn a_confirmation_is_shown_until_the_topic_is_pinned_and_then_visited() {
    let stage = Stage::set().await;
    let asked = stage.sent(&CustomMessage::confirmation()).await;
    let read = stage
        .receive(&stage.config(&json!({"topicArns": null})), &asked)
        .await;
    let Ok(Received::Confirmation(shown)) = read else {
        panic!("{read:?}");
    };
    let endpoint = stage.control.endpoint().await.unwrap();
    assert!(!endpoint.confirmed);
    assert_eq!(endpoint.token, Some(shown.token));

    let read = stage.receive(&stage.config(&json!({})), &asked).await;
    assert_eq!(word(&read), "confirmed");
    let endpoint = stage.control.endpoint().await.unwrap();
    assert!(endpoint.confirmed);
    assert_eq!(endpoint.confirmation_visits, 1);
}

#[tokio::test]
async fn the_sandbox_and_production_know_their_own_receipts() {
    let stage = Stage::set().await;
    let (real, tried) = (
        stage.sold(basic()).await,
        stage.sold(basic().in_sandbox()).await,
    );
    let production = stage.config(&json!({}));
    let sandbox = stage.config_in(Environment::Sandbox, &json!({"sharedSecret": "any"}));
    assert!(stage.look(&production, &locator(&real)).await.is_ok());
    let missing = Err(LookUpError::NotFound);
    assert_eq!(stage.look(&production, &locator(&tried)).await, missing);
    assert_eq!(stage.look(&sandbox, &locator(&real)).await, missing);
    let reading = stage.look(&sandbox, &locator(&tried)).await.unwrap();
    let Reading::Known(state) = reading else {
        panic!("{reading:?}");
    };
    assert!(state.test);
    assert_eq!(state.product_id, "extv.basic_term");
}

#[tokio::test]
async fn slashes_in_ids_have_a_switch() {
    let stage = Stage::set().await;
    let wanted = basic().with_receipt_id("a/b+c=:1").for_user("u/v=");
    let receipt = locator(&stage.sold(wanted).await);
    let (encoded, raw) = (
        stage.config(&json!({})),
        stage.config(&json!({"rawReceiptSegments": true})),
    );
    assert!(stage.look(&encoded, &receipt).await.is_ok());
    assert!(stage.look(&raw, &receipt).await.is_err());
    let changes = json!({"slashes": "raw"});
    stage.control.reconfigure(&changes).await.unwrap();
    assert!(stage.look(&raw, &receipt).await.is_ok());
    assert!(stage.look(&encoded, &receipt).await.is_err());
}

#[tokio::test]
async fn another_user_and_an_invalid_receipt_are_told_apart() {
    let stage = Stage::set().await;
    let receipt = stage.sold(basic()).await;
    let config = stage.config(&json!({}));
    let mut strangers = locator(&receipt);
    strangers
        .details
        .insert("receiptUserId".to_owned(), "somebody=".to_owned());
    let error = stage.look(&config, &strangers).await.unwrap_err();
    assert_eq!(error.kind(), "rejected");

    let known = stage.known(&config, locator(&receipt)).await;
    let invalidate = Action::Invalidate;
    let id = &receipt.receipt_id;
    stage.control.plainly(id, invalidate).await.unwrap();
    let missing = Err(LookUpError::NotFound);
    assert_eq!(stage.look(&config, &locator(&receipt)).await, missing);
    let reading = stage.look(&config, &known).await.unwrap();
    assert!(matches!(reading, Reading::Known(state) if state.status == Status::Revoked));
}

#[tokio::test]
async fn an_end_by_customer_service_shows_to_those_who_knew_the_period() {
    let stage = Stage::set().await;
    let receipt = stage.sold(basic()).await;
    let config = stage.config(&json!({}));
    let known = stage.known(&config, locator(&receipt)).await;
    let id = &receipt.receipt_id;
    stage
        .control
        .act(id, Action::CancelByAmazon, &Options::default())
        .await
        .unwrap();
    let reading = stage.look(&config, &known).await.unwrap();
    assert!(matches!(reading, Reading::Known(state) if state.status == Status::Revoked));
}
