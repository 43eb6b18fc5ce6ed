use serde_json::{Value, json};

use crate::endpoint::{Behaviour, Endpoint, EndpointClient, Options};

const TOPIC: &str = "arn:aws:sns:us-east-1:111122223333:beacon-iap-demo-owner";

async fn started(options: Options) -> (Endpoint, EndpointClient) {
    let endpoint = Endpoint::start(([127, 0, 0, 1], 0).into(), options)
        .await
        .unwrap();
    let client = EndpointClient::new(endpoint.base_url());
    (endpoint, client)
}

async fn post(endpoint: &Endpoint, body: impl Into<String>) -> u16 {
    let client = https::client(|builder| builder).unwrap();
    let address = format!("{}/sns/acme", endpoint.base_url());
    let request = client
        .post(address)
        .header("content-type", "text/plain; charset=UTF-8")
        .body(body.into());
    request.send().await.unwrap().status().as_u16()
}

fn notification() -> String {
    include_str!("../fixtures/notification-v2.json").to_owned()
}

fn confirmation(address: &str) -> String {
    json!({"Type": "SubscriptionConfirmation", "MessageId": "m", "Token": "t",
        "TopicArn": TOPIC, "Message": "confirm", "SubscribeURL": address, "Timestamp": "now"})
    .to_string()
}

#[tokio::test]
async fn a_notification_is_unescaped_and_kept_under_its_name() {
    let (endpoint, client) = started(Options::default()).await;
    assert_eq!(post(&endpoint, notification()).await, 200);
    let received = client.received("acme").await.unwrap();
    assert_eq!(received[0].message["transaction_id"], "2000000900000001");
    assert_eq!(received[0].topic_arn, TOPIC);
    let view = client.view("acme").await.unwrap();
    assert_eq!(view.purchases[0].external_user_id, "acme-000417");
    assert!(client.received("another").await.unwrap().is_empty());
    client.forget("acme").await.unwrap();
    assert!(client.received("acme").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_subscription_is_confirmed_at_the_address_that_it_names() {
    let (endpoint, client) = started(Options::default()).await;
    let address = format!("{}/received/anything", endpoint.base_url());
    assert_eq!(post(&endpoint, confirmation(&address)).await, 200);
    let waited = client.wait_until_confirmed("acme", std::time::Duration::from_secs(5));
    assert_eq!(waited.await.unwrap().topic_arn, TOPIC);
}

#[tokio::test]
async fn an_address_elsewhere_is_not_called() {
    let (endpoint, _client) = started(Options::default()).await;
    for address in ["http://169.254.169.254/", "https://sns.example.com/", "no"] {
        assert_eq!(post(&endpoint, confirmation(address)).await, 403);
    }
}

#[tokio::test]
async fn it_can_fail_on_purpose_and_then_keeps_nothing() {
    let (endpoint, client) = started(Options::default()).await;
    let failing = Behaviour {
        status: 503,
        delay_millis: 10,
    };
    client.behave("acme", failing).await.unwrap();
    assert_eq!(post(&endpoint, notification()).await, 503);
    client.behave("acme", Behaviour::default()).await.unwrap();
    assert_eq!(post(&endpoint, notification()).await, 200);
    assert_eq!(client.received("acme").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_careful_endpoint_refuses_the_unsigned_and_the_unknown_topic() {
    let careful = Options {
        verify: true,
        topic_prefix: None,
    };
    let (endpoint, _client) = started(careful).await;
    let mut unsigned: Value = serde_json::from_str(&notification()).unwrap();
    unsigned["SignatureVersion"] = Value::Null;
    assert_eq!(post(&endpoint, unsigned.to_string()).await, 403);

    let choosy = Options {
        verify: false,
        topic_prefix: Some("arn:aws:sns:us-east-1:999999999999:".to_owned()),
    };
    let (endpoint, _client) = started(choosy).await;
    assert_eq!(post(&endpoint, notification()).await, 403);
}

#[tokio::test]
async fn what_is_no_envelope_is_a_bad_request() {
    let (endpoint, _client) = started(Options::default()).await;
    assert_eq!(post(&endpoint, "{}").await, 400);
}
