//! What the SDK sees when DynamoDB runs short of capacity.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, KeysAndAttributes, Put, PutRequest, TransactWriteItem, WriteRequest,
};
use in_process_aws::{InProcessAws, Shortage};

type Item = HashMap<String, AttributeValue>;

fn item(pk: &str) -> Item {
    [("pk".to_owned(), AttributeValue::S(pk.to_owned()))].into()
}

async fn put(client: &Client, pk: &str) -> Result<(), String> {
    let put = client.put_item().table_name("purchases");
    let put = put.set_item(Some(item(pk))).send().await;
    put.map(|_| ())
        .map_err(|error| error.code().unwrap_or_default().to_owned())
}

/// Writes these items in one batch. Returns how many were left, or the error's code.
async fn write(client: &Client, keys: &[&str]) -> Result<usize, String> {
    let request = |pk: &&str| {
        let put = PutRequest::builder().set_item(Some(item(pk))).build();
        WriteRequest::builder().put_request(put.unwrap()).build()
    };
    let batch = client.batch_write_item();
    let batch = batch.request_items("purchases", keys.iter().map(request).collect());
    let answer = batch
        .send()
        .await
        .map_err(|error| error.code().unwrap_or_default().to_owned())?;
    let left = answer.unprocessed_items.unwrap_or_default();
    Ok(left.get("purchases").map_or(0, Vec::len))
}

#[tokio::test]
async fn an_operation_or_a_key_is_throttled() {
    let aws = InProcessAws::start().await;
    let client = Client::new(&aws.aws().config);
    aws.run_short(Shortage::of_operation("PutItem").times(1));
    aws.run_short(Shortage::of_key("hot"));
    assert_eq!(
        put(&client, "cold").await,
        Err("ThrottlingException".to_owned())
    );
    assert_eq!(put(&client, "cold").await, Ok(()));
    let exceeded = Err("ProvisionedThroughputExceededException".to_owned());
    assert_eq!(put(&client, "hot").await, exceeded);
    aws.accept();
    assert_eq!(put(&client, "hot").await, Ok(()));
}

#[tokio::test]
async fn the_sdk_sends_a_throttled_call_again_by_itself() {
    let aws = InProcessAws::start().await;
    let client = Client::new(&aws.retrying().config);
    aws.run_short(Shortage::of_key("hot").times(2));
    assert_eq!(put(&client, "hot").await, Ok(()));
    assert_eq!(aws.inputs("PutItem").len(), 3);
}

#[tokio::test]
async fn a_transaction_is_cancelled_with_a_reason_for_each_item_and_writes_nothing() {
    let aws = InProcessAws::start().await;
    let client = Client::new(&aws.aws().config);
    let puts = ["cold", "hot"].map(|pk| {
        let put = Put::builder().table_name("purchases");
        let put = put.set_item(Some(item(pk))).build().unwrap();
        TransactWriteItem::builder().put(put).build()
    });
    let cases = [
        (
            Shortage::of_key("hot"),
            ["None", "ProvisionedThroughputExceeded"],
        ),
        (
            Shortage::of_operation("TransactWriteItems"),
            ["ThrottlingError", "ThrottlingError"],
        ),
        (
            Shortage::cancelling(&["TransactionConflict"]),
            ["TransactionConflict", "None"],
        ),
    ];
    for (shortage, expected) in cases {
        aws.run_short(shortage);
        let sent = client.transact_write_items();
        let sent = sent.set_transact_items(Some(puts.to_vec())).send().await;
        let error = sent.unwrap_err().into_service_error();
        let reasons = match &error {
            TransactWriteItemsError::TransactionCanceledException(cancelled) => {
                cancelled.cancellation_reasons()
            }
            _ => &[],
        };
        let codes: Vec<_> = reasons.iter().filter_map(|reason| reason.code()).collect();
        assert_eq!(codes, expected);
        assert!(aws.items("purchases").is_empty());
        aws.accept();
    }
}

#[tokio::test]
async fn a_share_of_a_batch_is_left_and_a_batch_of_which_nothing_would_be_done_is_refused() {
    let aws = InProcessAws::start().await;
    let client = Client::new(&aws.aws().config);
    aws.run_short(Shortage::leaving("BatchWriteItem", 3));
    assert_eq!(write(&client, &["1", "2", "3", "4", "5"]).await, Ok(1));
    assert_eq!(
        write(&client, &["6", "7", "8"]).await,
        Ok(1),
        "the sixth of all"
    );
    assert_eq!(aws.items("purchases").len(), 6);
    aws.accept();
    aws.run_short(Shortage::leaving("BatchWriteItem", 1));
    let exceeded = Err("ProvisionedThroughputExceededException".to_owned());
    assert_eq!(write(&client, &["9"]).await, exceeded);
}

#[tokio::test]
async fn keys_that_are_left_can_be_asked_for_again() {
    let aws = InProcessAws::start().await;
    let client = Client::new(&aws.aws().config);
    assert_eq!(write(&client, &["1", "2", "3"]).await, Ok(0));
    aws.run_short(Shortage::leaving("BatchGetItem", 2));
    let keys = ["1", "2", "3"].map(item).to_vec();
    let keys = KeysAndAttributes::builder().set_keys(Some(keys)).build();
    let mut requests = HashMap::from([("purchases".to_owned(), keys.unwrap())]);
    let mut found = 0;
    for _call in 0..2 {
        let read = client.batch_get_item().set_request_items(Some(requests));
        let answer = read.send().await.unwrap();
        found += answer.responses.unwrap()["purchases"].len();
        requests = answer.unprocessed_keys.unwrap_or_default();
    }
    assert_eq!(found, 3);
    assert!(requests.is_empty());
}
