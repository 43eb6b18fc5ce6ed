//! Cache of a broadcaster's configuration.

use std::time::Duration;

use cloud::broadcasters::{Broadcasters, Endpoint, Feed, TokenRecord};
use cloud::token::PublisherToken;
use domain::{ClaimRule, OfferId, Store};
use in_process_aws::{InProcessAws, OFFER, PRODUCT};

use crate::{at, broadcaster};

const VARIABLE: &str = "CONFIGURATION_CACHE_SECONDS";

async fn seeded() -> InProcessAws {
    let aws = InProcessAws::start().await;
    aws.seed_with(domain::BroadcasterSettings::default()).await;
    aws.forget_calls();
    aws
}

fn caching(aws: &InProcessAws, seconds: &str) -> Broadcasters {
    Broadcasters::caching(&aws.aws_with(VARIABLE, seconds)).unwrap()
}

fn reads(aws: &InProcessAws) -> usize {
    aws.calls()
        .iter()
        .filter(|call| ["GetItem", "Query"].contains(&call.operation.as_str()))
        .count()
}

fn endpoint() -> Endpoint {
    Endpoint {
        endpoint_id: "e1".to_owned(),
        url: "https://receiver.example/beacon".to_owned(),
        feed: Feed::Beacon,
        topics: std::collections::BTreeSet::new(),
        subscription_arn: "arn:aws:sns:us-east-1:123456789012:in-process-x:1".to_owned(),
        dead_letter_queue_url: "dead".to_owned(),
        created_at: at("2026-12-05T09:30:00Z"),
        audience_since: None,
    }
}

#[tokio::test]
async fn what_every_request_and_purchase_needs_is_read_once() {
    let aws = seeded().await;
    let (id, offer) = (broadcaster(), OfferId::new(OFFER).unwrap());
    let table = caching(&aws, "60");
    table.put_endpoint(&id, &endpoint()).await.unwrap();
    let token = PublisherToken::received(in_process_aws::TOKEN).unwrap();
    for _ in 0..3 {
        assert!(table.profile(&id).await.unwrap().is_some());
        assert!(table.keys(&id).await.unwrap().is_some());
        assert_eq!(table.owner_of(&token).await.unwrap(), Some(id.clone()));
        assert!(table.offer(&id, &offer).await.unwrap().is_some());
        let product = table.offer_of_product(&id, Store::Vizio, PRODUCT);
        assert!(product.await.unwrap().is_some());
        let rule = table.claim_rule(&id, Store::Vizio).await.unwrap();
        assert_eq!(rule, ClaimRule::default(), "also that there is none");
        assert!(table.has_endpoint(&id, Feed::Beacon).await.unwrap());
    }
    assert_eq!(reads(&aws), 7);
}

#[tokio::test]
async fn what_does_not_exist_is_found_as_soon_as_it_does() {
    let aws = seeded().await;
    let (id, table) = (broadcaster(), caching(&aws, "60"));
    assert!(!table.has_endpoint(&id, Feed::Beacon).await.unwrap());
    let token = PublisherToken::generate().unwrap();
    assert_eq!(table.owner_of(&token).await.unwrap(), None);

    table.put_endpoint(&id, &endpoint()).await.unwrap();
    let record = TokenRecord {
        name: "new".to_owned(),
        hash: token.hash(),
        issued_at: at("2026-12-05T09:30:00Z"),
        expires_at: None,
    };
    table.put_token(&id, &record).await.unwrap();

    assert!(table.has_endpoint(&id, Feed::Beacon).await.unwrap());
    assert!(!table.has_endpoint(&id, Feed::Webhooks).await.unwrap());
    assert_eq!(table.owner_of(&token).await.unwrap(), Some(id));
}

#[tokio::test]
async fn a_revoked_token_stops_when_its_time_is_over() {
    let aws = seeded().await;
    let table = caching(&aws, "1");
    let token = PublisherToken::received(in_process_aws::TOKEN).unwrap();
    assert!(table.owner_of(&token).await.unwrap().is_some());
    assert!(table.delete_token(&broadcaster(), "tests").await.unwrap());
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(table.owner_of(&token).await.unwrap(), None);
}

#[tokio::test]
async fn zero_seconds_cache_nothing_and_other_texts_are_refused() {
    let aws = seeded().await;
    let table = caching(&aws, "0");
    for _ in 0..2 {
        assert!(table.profile(&broadcaster()).await.unwrap().is_some());
    }
    assert_eq!(reads(&aws), 2);
    let error = Broadcasters::caching(&aws.aws_with(VARIABLE, "a minute"));
    assert!(error.unwrap_err().to_string().contains(VARIABLE));
}
