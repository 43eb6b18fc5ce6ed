//! Questions of topics whether an address of notifications is the broadcaster's.

use cloud::broadcasters::{Broadcasters, ReceivedConfirmation};
use domain::{Confirmation, Store, Timestamp};
use in_process_aws::InProcessAws;
use jiff::SignedDuration;
use serde_json::json;

use crate::{at, broadcaster};

const PINNED: &str = "arn:aws:sns:us-east-1:000011112222:AB12C";

/// The time, so many minutes after the first question.
fn minute(minute: i64) -> Timestamp {
    at("2026-12-05T09:30:00Z") + SignedDuration::from_mins(minute)
}

fn asked(topic: &str, token: &str, at: Timestamp) -> ReceivedConfirmation {
    ReceivedConfirmation {
        confirmation: Confirmation {
            topic: topic.to_owned(),
            token: token.to_owned(),
            url: "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription".to_owned(),
        },
        received_at: at,
    }
}

struct Scene {
    aws: InProcessAws,
    table: Broadcasters,
}

impl Scene {
    async fn set() -> Self {
        let aws = InProcessAws::start().await;
        let table = Broadcasters::from_environment(&aws.aws()).unwrap();
        Self { aws, table }
    }

    async fn put(&self, received: &ReceivedConfirmation) {
        self.table
            .put_confirmation(&broadcaster(), Store::Amazon, received, |topic| {
                topic == PINNED
            })
            .await
            .unwrap();
    }

    async fn kept(&self, store: Store) -> Vec<ReceivedConfirmation> {
        self.table
            .confirmations(&broadcaster(), store)
            .await
            .unwrap()
    }

    async fn topics(&self) -> Vec<String> {
        let kept = self.kept(Store::Amazon).await.into_iter();
        kept.map(|one| one.confirmation.topic).collect()
    }
}

#[tokio::test]
async fn each_topic_s_last_question_is_kept_the_latest_first() {
    let scene = Scene::set().await;
    let other = "arn:aws:sns:us-east-1:999988887777:ZZ99Z";
    scene.put(&asked(PINNED, "t1", minute(0))).await;
    scene.put(&asked(other, "t2", minute(1))).await;
    assert_eq!(scene.topics().await, [other, PINNED]);
    let again = asked(PINNED, "t3", minute(2));
    scene.put(&again).await;
    assert_eq!(scene.topics().await, [PINNED, other]);
    assert_eq!(scene.kept(Store::Amazon).await[0], again);
    assert_eq!(scene.kept(Store::Roku).await, []);
}

/// A stranger has as many topics as they like, and each can ask.
#[tokio::test]
async fn a_stranger_s_questions_displace_each_other_and_no_one_else_s() {
    let scene = Scene::set().await;
    let genuine = "arn:aws:sns:us-east-1:333344445555:not-pinned-yet";
    scene.put(&asked(PINNED, "t", minute(0))).await;
    scene.put(&asked(genuine, "t", minute(1))).await;
    for number in 0..30 {
        let topic = format!("arn:aws:sns:us-east-1:999988887777:flood-{number}");
        scene.put(&asked(&topic, "t", minute(2 + number))).await;
    }
    let kept = scene.topics().await;
    assert_eq!(kept.len(), 21, "twenty, and the one that is pinned");
    assert!(kept.contains(&PINNED.to_owned()) && kept.contains(&genuine.to_owned()));
    assert_eq!(kept[0], "arn:aws:sns:us-east-1:999988887777:flood-29");
}

#[tokio::test]
async fn what_can_no_longer_be_answered_makes_way_first() {
    let scene = Scene::set().await;
    let outdated = "arn:aws:sns:us-east-1:333344445555:long-ago";
    scene.put(&asked(outdated, "t", minute(0))).await;
    for number in 0..20 {
        let topic = format!("arn:aws:sns:us-east-1:999988887777:topic-{number}");
        scene.put(&asked(&topic, "t", minute(3000 + number))).await;
    }
    let kept = scene.topics().await;
    assert_eq!(kept.len(), 20);
    assert!(!kept.contains(&outdated.to_owned()));
}

/// There was one item for each store.
#[tokio::test]
async fn the_question_that_an_earlier_version_kept_is_read() {
    let scene = Scene::set().await;
    let item = json!({
        "pk": {"S": broadcaster().as_str()}, "sk": {"S": "confirmation#amazon"},
        "topic": {"S": PINNED}, "token": {"S": "t1"},
        "url": {"S": "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription"},
        "receivedAt": {"S": "2026-12-05T09:30:00Z"},
    });
    let input = json!({"TableName": "broadcasters", "Item": item});
    let _put = scene.aws.dynamodb("PutItem", input);
    let kept = scene.kept(Store::Amazon).await;
    assert_eq!(kept, [asked(PINNED, "t1", minute(0))]);
    scene.put(&asked(PINNED, "t2", minute(1))).await;
    let kept = scene.kept(Store::Amazon).await;
    assert_eq!(kept, [asked(PINNED, "t2", minute(1))]);
}
