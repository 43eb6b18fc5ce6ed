//! The connector against the simulated App Store, which was written from the same page by somebody
//! else.

use std::time::Duration;

use domain::{Environment, Locator, PurchaseKey, Store};
use serde_json::{Value, json};
use store_simulator::apple::model::{
    Action, Environment as World, NewPurchase, Options, Product, Purchase,
};
use store_simulator::apple::{AppleControl, Configuration, CustomNotification, Forgery, Signing};
use store_simulator::{Control, RunningSimulator, Simulator};
use stores::{ConnectorContext, LookUpError, LookedUp, StoreConfig, parse_submission};
use x509_parser::parse_x509_certificate;

use crate::authority::fingerprint;
use crate::json::changed;
use crate::scene::{BUNDLE, known, parse, submitted};

struct Simulated {
    control: AppleControl,
    settings: Value,
    context: ConnectorContext,
    _simulator: RunningSimulator,
}

impl Simulated {
    async fn start(registration: Configuration) -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let control = Control::new(simulator.base_url()).apple(BUNDLE);
        let registration = Configuration {
            products: vec![
                Product::monthly("basic", "8.99", "EUR").family_sharable(),
                Product::monthly("premium", "12.99", "EUR"),
            ],
            ..registration
        };
        control.configure(&registration).await.unwrap();
        let (key, root) = (control.api_key().await, control.root().await);
        let key = key.unwrap();
        let settings = json!({
            "issuerId": key.issuer_id,
            "keyId": key.key_id,
            "privateKey": key.private_key,
            "bundleId": BUNDLE,
            "appAppleId": registration.app_apple_id,
            "rootFingerprints": [root.unwrap().sha256],
            "apiBaseUrl": control.api_url(World::Production),
            "sandboxApiBaseUrl": control.api_url(World::Sandbox),
        });
        Self {
            control,
            settings,
            context: ConnectorContext::new().unwrap(),
            _simulator: simulator,
        }
    }

    async fn plain() -> Self {
        Self::start(Configuration::default()).await
    }

    fn config(&self, changes: &Value) -> StoreConfig {
        let settings = changed(self.settings.clone(), changes);
        parse(&settings, Environment::Production).unwrap()
    }

    async fn buy(&self, wanted: &NewPurchase) -> Purchase {
        self.control.buy(wanted).await.unwrap().purchase
    }

    async fn look(&self, changes: &Value, locator: &Locator) -> Result<LookedUp, LookUpError> {
        let now = self.control.now().await.unwrap();
        let config = self.config(changes);
        config.look_up(&self.context, locator, now).await
    }

    async fn key(&self, changes: &Value, locator: &Locator) -> Result<PurchaseKey, LookUpError> {
        let looked = self.look(changes, locator).await?;
        Ok(looked.snapshot.purchase_key)
    }

    async fn reconfigure(&self, changes: Configuration) {
        let products = vec![Product::monthly("basic", "8.99", "EUR")];
        let registration = Configuration {
            products,
            ..changes
        };
        self.control.configure(&registration).await.unwrap();
    }
}

fn basic() -> NewPurchase {
    NewPurchase::of("basic")
}

#[tokio::test]
async fn each_id_of_a_purchase_leads_to_its_key() {
    let apple = Simulated::plain().await;
    let bought = apple.buy(&basic()).await;
    let id = bought.original_transaction_id;
    apple.control.plainly(&id, Action::Renew).await.unwrap();
    let restored = apple.control.plainly(&id, Action::Restore).await.unwrap();
    let ids = restored.purchase.transactions.iter();
    let ids: Vec<&str> = ids.map(|one| one.transaction_id.as_str()).collect();
    assert!(ids.len() > 2, "{ids:?}");
    for submitted_id in ids {
        let key = apple
            .key(&json!({}), &submitted(submitted_id))
            .await
            .unwrap();
        assert_eq!(key.as_str(), id);
    }
}

#[tokio::test]
async fn what_the_device_signed_leads_to_its_key_in_one_question() {
    let apple = Simulated::plain().await;
    let bought = apple.buy(&basic().in_sandbox()).await;
    let id = bought.original_transaction_id;
    let signed = apple
        .control
        .signed_transaction(&id, &Signing::default())
        .await;
    let body = json!({"jwsRepresentation": signed.unwrap()});
    let submission = parse_submission(Store::Apple, &body).unwrap();
    let both = json!({"sandboxPurchases": true});
    let looked = apple.look(&both, &submission.locator).await.unwrap();
    assert!(known(looked.snapshot).test);
    let calls = apple.control.calls().await.unwrap();
    assert_eq!(calls.by_environment.values().sum::<u64>(), 1);
    let error = apple
        .look(&json!({}), &submission.locator)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), "rejected");
}

#[tokio::test]
async fn either_number_says_that_an_id_is_not_there() {
    for code in [4_040_010, 4_040_005] {
        let apple = Simulated::start(Configuration {
            not_found_code: code,
            ..Configuration::default()
        })
        .await;
        let bought = apple.buy(&basic().in_sandbox()).await;
        let locator = submitted(&bought.original_transaction_id);
        let error = apple.look(&json!({}), &locator).await.unwrap_err();
        assert_eq!(error, LookUpError::NotFound);
        let both = json!({"sandboxPurchases": true});
        assert!(apple.look(&both, &locator).await.is_ok());
    }
}

#[tokio::test]
async fn an_app_that_was_never_released_sells_in_the_sandbox() {
    let apple = Simulated::start(Configuration {
        released: false,
        ..Configuration::default()
    })
    .await;
    let bought = apple.buy(&basic().in_sandbox()).await;
    let locator = submitted(&bought.original_transaction_id);
    let both = json!({"sandboxPurchases": true});
    let error = apple.look(&both, &locator).await.unwrap_err();
    assert_eq!(error, LookUpError::Unauthorized);
    let switched = json!({"sandboxPurchases": true, "sandboxOn401": true});
    assert!(apple.look(&switched, &locator).await.is_ok());
}

#[tokio::test]
async fn a_family_member_has_a_purchase_of_their_own() {
    let apple = Simulated::plain().await;
    let bought = apple.buy(&basic()).await;
    let id = bought.original_transaction_id;
    let shared = apple.control.plainly(&id, Action::Share).await.unwrap();
    let member = shared.purchase.original_transaction_id;
    assert_ne!(member, id);
    let looked = apple.look(&json!({}), &submitted(&member)).await.unwrap();
    assert_eq!(looked.snapshot.purchase_key.as_str(), member);
    let unwanted = json!({"familySharing": false});
    let error = apple
        .look(&unwanted, &submitted(&member))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), "rejected");
    assert!(apple.look(&unwanted, &submitted(&id)).await.is_ok());

    apple
        .control
        .plainly(&member, Action::Revoke)
        .await
        .unwrap();
    let looked = apple.look(&json!({}), &submitted(&member)).await.unwrap();
    assert!(known(looked.snapshot).status.is_ended());
}

#[tokio::test]
async fn what_is_missing_among_the_statuses_is_the_other_of_its_group() {
    let apple = Simulated::start(Configuration {
        omit_asked: true,
        ..Configuration::default()
    })
    .await;
    let bought = apple.buy(&basic().by_customer("anna")).await;
    let id = bought.original_transaction_id;
    apple.control.plainly(&id, Action::Cancel).await.unwrap();
    apple.control.plainly(&id, Action::Expire).await.unwrap();
    let anew = Options {
        new_original: true,
        ..Options::default()
    };
    let second = apple
        .control
        .act(&id, Action::Resubscribe, &anew)
        .await
        .unwrap();
    let second = second.purchase.original_transaction_id;
    assert_ne!(second, id);
    let key = apple.key(&json!({}), &submitted(&id)).await.unwrap();
    assert_eq!(key.as_str(), second);
}

#[tokio::test]
async fn no_answer_counts_whose_signature_does_not_hold() {
    let apple = Simulated::plain().await;
    let bought = apple.buy(&basic()).await;
    let locator = submitted(&bought.original_transaction_id);
    for forgery in Forgery::REFUSED {
        apple
            .reconfigure(Configuration {
                api_forgery: forgery,
                ..Configuration::default()
            })
            .await;
        let error = apple.look(&json!({}), &locator).await.unwrap_err();
        assert_eq!(error.kind(), "malformed", "{forgery:?}");
    }
}

#[tokio::test]
async fn a_root_that_was_issued_again_is_known_by_its_key() {
    let apple = Simulated::plain().await;
    let bought = apple.buy(&basic()).await;
    let locator = submitted(&bought.original_transaction_id);
    apple
        .reconfigure(Configuration {
            api_forgery: Forgery::ReissuedRoot,
            ..Configuration::default()
        })
        .await;
    let root = apple.control.root().await.unwrap().bytes();
    let (_, root) = parse_x509_certificate(&root).unwrap();
    let key = fingerprint(root.tbs_certificate.subject_pki.raw);
    assert!(
        apple
            .look(&json!({"rootFingerprints": [key]}), &locator)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn what_nobody_took_is_had_from_the_history_page_by_page() {
    let apple = Simulated::start(Configuration {
        notification_url: Some("http://127.0.0.1:1/".to_owned()),
        delivery_attempts: 1,
        page_size: 2,
        ..Configuration::default()
    })
    .await;
    let since = apple.control.now().await.unwrap();
    let bought = apple.buy(&basic()).await;
    let id = bought.original_transaction_id;
    for action in [Action::Cancel, Action::Reactivate, Action::Cancel] {
        apple.control.plainly(&id, action).await.unwrap();
    }
    apple.buy(&basic().in_sandbox()).await;
    let test = CustomNotification::test(World::Production);
    apple.control.notify(&test).await.unwrap();
    apple.control.flush(Duration::from_secs(20)).await.unwrap();
    apple.control.advance_clock(60).await.unwrap();
    let until = apple.control.now().await.unwrap();

    let mut told = Vec::new();
    for (changes, expected) in [(json!({}), 4), (json!({"sandboxPurchases": true}), 5)] {
        let config = apple.config(&changes);
        let mut next = None;
        told.clear();
        loop {
            let undelivered = config
                .undelivered(&apple.context, since, until, next.as_deref())
                .await
                .unwrap();
            assert!(undelivered.notifications.len() <= 2);
            told.extend(undelivered.notifications.into_iter().map(|one| one.kind));
            next = undelivered.next;
            if next.is_none() {
                break;
            }
        }
        assert_eq!(told.len(), expected, "{told:?}");
    }
    let config = apple.config(&json!({}));
    let findings = config.check(&apple.context, until).await;
    let told: Vec<_> = findings
        .iter()
        .map(|found| (found.tried, found.ok))
        .collect();
    assert_eq!(
        told,
        [("credentials", Some(true)), ("notifications", Some(false))]
    );
}

#[tokio::test]
async fn a_key_that_was_withdrawn_is_refused_and_the_next_one_is_taken() {
    let apple = Simulated::plain().await;
    let bought = apple.buy(&basic()).await;
    let locator = submitted(&bought.original_transaction_id);
    assert!(apple.look(&json!({}), &locator).await.is_ok());
    let next = apple.control.rotate_api_key(false).await.unwrap();
    let error = apple.look(&json!({}), &locator).await.unwrap_err();
    assert_eq!(error, LookUpError::Unauthorized);
    let changes = json!({"keyId": next.key_id, "privateKey": next.private_key});
    assert!(apple.look(&changes, &locator).await.is_ok());
}
