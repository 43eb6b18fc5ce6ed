//! Store credentials.

use std::time::{Duration, Instant};

use cloud::CloudError;
use cloud::secrets::StoreSecrets;
use cloud::store_configs::StoreConfigs;
use domain::{BroadcasterId, ConfigRules, Environment, FieldError, Store};
use in_process_aws::{API_KEY, InProcessAws, Refusal, SIGNING_KEY};
use serde_json::{Value, json};

use crate::broadcaster;

const NAME: &str = "in-process/700100200/vizio";

fn credentials() -> Value {
    json!({"apiKey": API_KEY, "partnerId": "demo", "signingKeys": [SIGNING_KEY]})
}

/// What the cache's user makes of a secret.
#[derive(Debug, PartialEq)]
struct Partner(String);

impl Partner {
    fn parse(
        _store: Store,
        json: &Value,
        _environment: Environment,
        rules: &ConfigRules,
    ) -> Result<Self, FieldError> {
        assert!(rules.local_stack, "the rules are those of the stack");
        let partner = json["partnerId"].as_str();
        let partner = partner.ok_or_else(|| FieldError::new("partnerId", "must be a string"))?;
        Ok(Self(partner.to_owned()))
    }
}

async fn configs() -> (InProcessAws, StoreConfigs<Partner>) {
    let aws = InProcessAws::start().await;
    let configs = StoreConfigs::from_environment(&aws.aws(), Partner::parse).unwrap();
    (aws, configs)
}

#[tokio::test]
async fn credentials_are_created_changed_and_read() {
    let (aws, configs) = configs().await;
    let broadcaster = broadcaster();
    assert!(
        configs
            .get(&broadcaster, Store::Vizio)
            .await
            .unwrap()
            .is_none()
    );

    configs
        .put(&broadcaster, Store::Vizio, &credentials())
        .await
        .unwrap();
    let stored: Value = serde_json::from_str(&aws.secret(NAME).unwrap()).unwrap();
    assert_eq!(stored, credentials());
    let config = configs
        .get(&broadcaster, Store::Vizio)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(*config, Partner("demo".to_owned()));

    let mut changed = credentials();
    changed["partnerId"] = json!("demo-2");
    configs
        .put(&broadcaster, Store::Vizio, &changed)
        .await
        .unwrap();
    assert!(aws.secret(NAME).unwrap().contains("demo-2"));
}

#[tokio::test]
async fn credentials_are_remembered_until_they_are_forgotten() {
    let (aws, configs) = configs().await;
    let broadcaster = broadcaster();
    aws.put_secret(NAME, &credentials());
    let get = async || configs.get(&broadcaster, Store::Vizio).await.unwrap();
    for _call in 0..3 {
        assert!(get().await.is_some());
    }
    assert_eq!(aws.inputs("GetSecretValue").len(), 1);
    configs.forget(&broadcaster, Store::Vizio).await;
    assert!(get().await.is_some());
    assert_eq!(aws.inputs("GetSecretValue").len(), 2);
}

#[tokio::test]
async fn a_store_that_is_not_configured_costs_one_call_in_five_seconds() {
    let (aws, configs) = configs().await;
    let broadcaster = broadcaster();
    let get = async || configs.get(&broadcaster, Store::Vizio).await.unwrap();
    let get_again = async || configs.get_again(&broadcaster, Store::Vizio).await.unwrap();
    for _call in 0..20 {
        assert!(get().await.is_none());
        assert!(get_again().await.is_none());
    }
    assert_eq!(aws.inputs("GetSecretValue").len(), 1);

    // Another function has configured it.
    aws.put_secret(NAME, &credentials());
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(get().await.is_some());
}

#[tokio::test]
async fn whoever_configures_a_store_finds_it_at_once() {
    let (aws, configs) = configs().await;
    let broadcaster = broadcaster();
    let get = async || configs.get(&broadcaster, Store::Vizio).await.unwrap();
    assert!(get().await.is_none());
    configs
        .put(&broadcaster, Store::Vizio, &credentials())
        .await
        .unwrap();
    assert!(get().await.is_some());
    assert_eq!(aws.inputs("GetSecretValue").len(), 2);
}

#[tokio::test]
async fn deleted_credentials_are_gone_at_once() {
    let aws = InProcessAws::start().await;
    let secrets = StoreSecrets::from_environment(&aws.aws()).unwrap();
    let broadcaster = broadcaster();
    aws.put_secret(NAME, &credentials());
    assert!(secrets.delete(&broadcaster, Store::Vizio).await.unwrap());
    assert_eq!(aws.secret(NAME), None);
    assert!(!secrets.delete(&broadcaster, Store::Vizio).await.unwrap());
}

#[tokio::test]
async fn whoever_names_many_broadcasters_fills_no_memory() {
    let (aws, configs) = configs().await;
    aws.put_secret(NAME, &credentials());
    let get = async |broadcaster| configs.get(&broadcaster, Store::Vizio).await.unwrap();
    assert!(get(broadcaster()).await.is_some());
    for stranger in 1..=1000 {
        let stranger = BroadcasterId::new(stranger.to_string()).unwrap();
        assert!(get(stranger).await.is_none());
    }
    aws.forget_calls();
    assert!(get(broadcaster()).await.is_some(), "it is still remembered");
    assert_eq!(aws.inputs("GetSecretValue").len(), 0);
    let first = BroadcasterId::new("1").unwrap();
    assert!(get(first).await.is_none());
    assert_eq!(aws.inputs("GetSecretValue").len(), 1);
}

#[tokio::test]
async fn only_a_changed_secret_takes_the_place_of_one_that_was_refused() {
    let (aws, configs) = configs().await;
    let broadcaster = broadcaster();
    aws.put_secret(NAME, &credentials());
    let get = async || configs.get(&broadcaster, Store::Vizio).await.unwrap();
    let config = get().await.unwrap();
    let rotated = async |asked| {
        let rotated = configs.rotated(&broadcaster, Store::Vizio, &config, asked);
        rotated.await.unwrap()
    };
    assert!(rotated(Instant::now()).await.is_none(), "it is the same");
    let asked = Instant::now();
    let mut changed = credentials();
    changed["apiKey"] = json!("another");
    aws.put_secret(NAME, &changed);
    aws.forget_calls();

    assert!(rotated(asked).await.is_some());
    let other = get().await.unwrap();
    assert!(!std::sync::Arc::ptr_eq(&config, &other));
    // Whoever was refused at the same time gets it without another call.
    assert!(rotated(asked).await.is_some());
    assert!(rotated(Instant::now()).await.is_some());
    assert_eq!(aws.inputs("GetSecretValue").len(), 1);
}

#[tokio::test]
async fn a_damaged_secret_is_named_and_not_shown() {
    let (aws, configs) = configs().await;
    let mut damaged = credentials();
    damaged["partnerId"] = json!(5);
    aws.put_secret(NAME, &damaged);
    let error = configs.get(&broadcaster(), Store::Vizio).await.unwrap_err();
    assert!(matches!(error, CloudError::Stored { .. }), "{error}");
    silent(&format!("{error} {error:?}"));
    assert!(error.to_string().contains("partnerId"), "{error}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_not_shown() {
    let (aws, configs) = configs().await;
    let whole = json!({"Name": NAME, "SecretString": credentials().to_string()}).to_string();
    let broken = whole.strip_suffix('}').unwrap().to_owned();
    aws.refuse(Refusal::Garbled("GetSecretValue", broken));
    let error = configs.get(&broadcaster(), Store::Vizio).await.unwrap_err();
    silent(&format!("{error} {error:?}"));
}

fn silent(error: &str) {
    for secret in [API_KEY, SIGNING_KEY] {
        assert!(!error.contains(secret), "{error}");
    }
}
