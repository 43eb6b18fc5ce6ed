//! Offers and the products that lead to them.

use std::collections::BTreeSet;

use cloud::CloudError;
use cloud::broadcasters::{Broadcasters, ProductTaken};
use domain::{BroadcasterId, Offer, OfferId, Price, Store};
use in_process_aws::{InProcessAws, Refusal, Shortage};
use serde_json::json;

use crate::broadcaster;

async fn table() -> Broadcasters {
    let aws = InProcessAws::start().await;
    Broadcasters::from_environment(&aws.aws()).unwrap()
}

fn offer(id: &str, product: Option<&str>) -> Offer {
    Offer {
        offer_id: OfferId::new(id).unwrap(),
        title: format!("Offer {id}"),
        package_name: format!("Package {id}"),
        tags: ["all".to_owned()].into(),
        trial: None,
        rental: None,
        price: None,
        product_ids: product
            .map(|product| (Store::Vizio, product.to_owned()))
            .into_iter()
            .collect(),
    }
}

async fn put(table: &Broadcasters, offer: &Offer) -> Result<(), ProductTaken> {
    table.put_offer(&broadcaster(), offer).await.unwrap()
}

async fn led_to(table: &Broadcasters, product: &str) -> Option<String> {
    let found = table
        .offer_of_product(&broadcaster(), Store::Vizio, product)
        .await
        .unwrap();
    found.map(|offer| offer.offer_id.as_str().to_owned())
}

#[tokio::test]
async fn a_product_leads_to_its_offer() {
    let table = table().await;
    let monthly = Offer {
        price: Some(Price {
            currency: "USD".to_owned(),
            amount_micros: 8_990_000,
        }),
        ..offer("S1_US", Some("monthly"))
    };
    put(&table, &monthly).await.unwrap();

    let found = table
        .offer_of_product(&broadcaster(), Store::Vizio, "monthly")
        .await
        .unwrap();

    assert_eq!(found, Some(monthly.reference()));
    assert_eq!(
        table
            .offer(&broadcaster(), &monthly.offer_id)
            .await
            .unwrap(),
        Some(monthly)
    );
    assert_eq!(led_to(&table, "yearly").await, None);
    let other = BroadcasterId::new("700100201").unwrap();
    let theirs = table
        .offer_of_product(&other, Store::Vizio, "monthly")
        .await
        .unwrap();
    assert_eq!(theirs, None);
}

#[tokio::test]
async fn a_product_belongs_to_one_offer() {
    let table = table().await;
    put(&table, &offer("S1_US", Some("monthly"))).await.unwrap();

    let taken = put(&table, &offer("S2_US", Some("monthly"))).await;

    assert_eq!(taken, Err(ProductTaken));
    let second = OfferId::new("S2_US").unwrap();
    assert_eq!(
        table.offer(&broadcaster(), &second).await.unwrap(),
        None,
        "all or nothing"
    );
    assert_eq!(led_to(&table, "monthly").await.as_deref(), Some("S1_US"));
}

#[tokio::test]
async fn changing_an_offer_changes_what_its_products_lead_to() {
    let table = table().await;
    put(&table, &offer("S1_US", Some("monthly"))).await.unwrap();
    put(&table, &offer("S1_US", Some("monthly-2")))
        .await
        .unwrap();
    assert_eq!(led_to(&table, "monthly").await, None, "free again");
    assert_eq!(led_to(&table, "monthly-2").await.as_deref(), Some("S1_US"));

    put(&table, &offer("S2_US", Some("monthly"))).await.unwrap();
    put(&table, &offer("S1_US", None)).await.unwrap();
    assert_eq!(led_to(&table, "monthly-2").await, None);
    assert_eq!(led_to(&table, "monthly").await.as_deref(), Some("S2_US"));
}

#[tokio::test]
async fn a_deleted_offer_frees_its_products() {
    let table = table().await;
    let monthly = offer("S1_US", Some("monthly"));
    put(&table, &monthly).await.unwrap();

    assert!(
        table
            .delete_offer(&broadcaster(), &monthly.offer_id)
            .await
            .unwrap()
    );

    assert!(
        !table
            .delete_offer(&broadcaster(), &monthly.offer_id)
            .await
            .unwrap()
    );
    assert_eq!(led_to(&table, "monthly").await, None);
    put(&table, &offer("S2_US", Some("monthly"))).await.unwrap();
}

#[tokio::test]
async fn offers_are_listed_page_by_page_and_nothing_else_is() {
    let table = table().await;
    for number in 1..=5 {
        let product = format!("product-{number}");
        put(&table, &offer(&format!("S{number}_US"), Some(&product)))
            .await
            .unwrap();
    }
    let mut seen = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = table
            .offers(&broadcaster(), 2, after.as_deref())
            .await
            .unwrap();
        seen.extend(
            page.rows
                .into_iter()
                .map(|offer| offer.offer_id.as_str().to_owned()),
        );
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, ["S1_US", "S2_US", "S3_US", "S4_US", "S5_US"]);
}

/// The offer was read before somebody else changed it and another offer took its product.
async fn changed_meanwhile() -> (InProcessAws, Broadcasters) {
    let aws = InProcessAws::start().await;
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();
    put(&table, &offer("S1_US", Some("monthly"))).await.unwrap();
    let items = aws.items("broadcasters");
    let read = items.iter().find(|item| item["sk"]["S"] == "offer#S1_US");
    let read = json!({ "Item": read.unwrap() }).to_string();
    put(&table, &offer("S1_US", Some("monthly-2")))
        .await
        .unwrap();
    put(&table, &offer("S2_US", Some("monthly"))).await.unwrap();
    aws.refuse(Refusal::Answer("GetItem", 1, 200, read));
    (aws, table)
}

#[tokio::test]
async fn a_change_that_read_the_offer_too_early_leaves_another_offers_product() {
    let (_aws, table) = changed_meanwhile().await;
    put(&table, &offer("S1_US", Some("monthly-3")))
        .await
        .unwrap();
    assert_eq!(led_to(&table, "monthly").await.as_deref(), Some("S2_US"));
    assert_eq!(led_to(&table, "monthly-2").await, None, "free again");
    assert_eq!(led_to(&table, "monthly-3").await.as_deref(), Some("S1_US"));
}

#[tokio::test]
async fn a_deletion_that_read_the_offer_too_early_leaves_another_offers_product() {
    let (_aws, table) = changed_meanwhile().await;
    let first = OfferId::new("S1_US").unwrap();
    assert!(table.delete_offer(&broadcaster(), &first).await.unwrap());
    assert_eq!(led_to(&table, "monthly").await.as_deref(), Some("S2_US"));
    assert_eq!(led_to(&table, "monthly-2").await, None);
}

#[tokio::test]
async fn a_transaction_that_is_throttled_is_sent_again() {
    let aws = InProcessAws::start().await;
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();
    aws.run_short(Shortage::of_operation("TransactWriteItems").times(2));
    aws.run_short(Shortage::cancelling(&["TransactionConflict"]).times(1));
    table
        .put_offer(&broadcaster(), &offer("S1_US", Some("monthly")))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(led_to(&table, "monthly").await.as_deref(), Some("S1_US"));
    let tokens = tokens(&aws);
    assert_eq!(tokens.len(), 4);
    let different: BTreeSet<_> = tokens.iter().collect();
    assert_eq!(different.len(), 4, "each is a transaction of its own");
}

/// Tokens by which DynamoDB recognises a repeated transaction.
fn tokens(aws: &InProcessAws) -> Vec<String> {
    let sent = aws.inputs("TransactWriteItems").into_iter();
    sent.map(|input| input["ClientRequestToken"].to_string())
        .collect()
}

#[tokio::test]
async fn a_transaction_that_still_runs_is_asked_for_and_not_sent_as_another() {
    let aws = InProcessAws::start().await;
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();
    let running = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionInProgressException",
        "Message": "The transaction is in progress",
    });
    let refusal = Refusal::Answer("TransactWriteItems", 2, 400, running.to_string());
    aws.refuse(refusal);
    table
        .put_offer(&broadcaster(), &offer("S1_US", Some("monthly")))
        .await
        .unwrap()
        .unwrap();
    let tokens = tokens(&aws);
    assert_eq!(tokens.len(), 3);
    assert!(tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
}

#[tokio::test]
async fn a_transaction_that_stays_throttled_says_nothing_of_products() {
    let aws = InProcessAws::start().await;
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();
    for reasons in [&["TransactionConflict"], &["ThrottlingError"]] {
        aws.run_short(Shortage::cancelling(reasons));
        let written = table
            .put_offer(&broadcaster(), &offer("S1_US", Some("monthly")))
            .await;
        assert!(matches!(written, Err(CloudError::Busy(_))), "{written:?}");
        aws.accept();
    }
}
