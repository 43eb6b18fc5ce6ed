//! DynamoDB without capacity for the journal.

use in_process_aws::Shortage;
use serde_json::Value;

use crate::{BEACON, batch, deliver, messages, started, story};

#[tokio::test]
async fn events_that_the_journal_leaves_unprocessed_are_written_before_anything_is_published() {
    let (aws, fanout) = started().await;
    let images = story(&aws, "vzs-1", 8).await;
    aws.run_short(Shortage::leaving("BatchWriteItem", 3));

    assert_eq!(deliver(&fanout, batch(&images)).await.unwrap(), [""; 0]);

    assert_eq!(aws.items("events").len(), 9);
    assert!(aws.inputs("BatchWriteItem").len() > 1);
    assert_eq!(messages(&aws, BEACON).len(), 9);
}

#[tokio::test]
async fn while_the_journal_takes_nothing_the_batch_fails_and_nothing_is_published() {
    for shortage in [
        Shortage::leaving("BatchWriteItem", 1),
        Shortage::of_operation("BatchWriteItem"),
    ] {
        let (aws, fanout) = started().await;
        let images = story(&aws, "vzs-1", 1).await;
        aws.run_short(shortage);
        assert!(deliver(&fanout, batch(&images)).await.is_err());
        assert_eq!(aws.published(), [Value::Null; 0]);

        aws.accept();
        assert_eq!(deliver(&fanout, batch(&images)).await.unwrap(), [""; 0]);
        assert_eq!(messages(&aws, BEACON).len(), 2);
    }
}
