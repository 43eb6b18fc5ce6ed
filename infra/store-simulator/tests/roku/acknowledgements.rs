//! Acknowledgements, and redelivery without one.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
};

use serde_json::json;
use store_simulator::{
    Outcome,
    roku::{CustomPush, model::Action},
};

use crate::scene::Scene;

#[tokio::test]
async fn only_200_acknowledges() {
    let (scene, purchase) = Scene::bought().await;
    scene.settle().await;
    scene.receiver.answer_with(&[201, 204, 302, 400, 200]);
    let id = &purchase.transaction_id;
    scene.store.plainly(id, Action::Cancel).await.unwrap();
    assert_eq!(scene.settle().await.delivered, 2);
    let calls = scene.store.calls().await.unwrap();
    let attempts = calls.deliveries[1].attempts.iter();
    let statuses: Vec<_> = attempts.map(|attempt| attempt.status.unwrap()).collect();
    assert_eq!(statuses, [201, 204, 302, 400, 200]);
    let received = scene.receiver.received();
    assert!(
        received[2..]
            .iter()
            .all(|again| again.body == received[1].body)
    );
}

#[tokio::test]
async fn a_notification_is_given_up_after_its_attempts() {
    let scene = Scene::set().await;
    let changes = json!({"deliveryAttempts": 2});
    scene.store.reconfigure(&changes).await.unwrap();
    scene.receiver.answer_with(&[500, 404]);
    scene.buy("monthly").await;
    let counts = scene.settle().await;
    assert_eq!((counts.failed, counts.delivered), (1, 0));
}

/// Starts a server that sends these responses verbatim, one per connection.
fn answering(answers: Vec<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for answer in answers {
            let (mut connection, _) = listener.accept().unwrap();
            read_request(&mut connection);
            connection.write_all(answer.as_bytes()).unwrap();
        }
    });
    format!("http://{address}/")
}

fn read_request(connection: &mut TcpStream) {
    let mut request = String::new();
    let mut piece = [0; 4_096];
    loop {
        let length = connection.read(&mut piece).unwrap();
        request.push_str(std::str::from_utf8(&piece[..length]).unwrap());
        let Some((head, body)) = request.split_once("\r\n\r\n") else {
            continue;
        };
        let head = head.to_ascii_lowercase();
        let announced = head.split_once("content-length: ").unwrap().1;
        let announced = announced.lines().next().unwrap();
        if body.len() >= announced.parse().unwrap() {
            return;
        }
    }
}

fn text(text: &str) -> String {
    let length = text.len();
    format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{text}")
}

/// Builds a response that does not state its length.
fn without_length(text: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{text}")
}

async fn attempts(required: bool, message: &CustomPush, answers: Vec<String>) -> (usize, Outcome) {
    let scene = Scene::set().await;
    let changes = json!({"notificationUrl": answering(answers),
        "requireResponseKey": required, "deliveryAttempts": 6});
    scene.store.reconfigure(&changes).await.unwrap();
    scene.store.notify(message).await.unwrap();
    scene.settle().await;
    let calls = scene.store.calls().await.unwrap();
    let delivery = calls.deliveries.last().unwrap();
    (delivery.attempts.len(), delivery.outcome)
}

#[tokio::test]
async fn where_the_response_key_is_required_the_answer_must_bring_it() {
    let message = CustomPush::raw(json!({"responseKey": "key-1"}));
    let answers = || {
        let wrong = ["", "key-2", "key-1\n"].map(text);
        let right = [without_length("key-1"), text("key-1")];
        [&wrong[..], &right].concat()
    };
    let required = attempts(true, &message, answers()).await;
    assert_eq!(required, (5, Outcome::Delivered));
    let not_required = attempts(false, &message, answers()).await;
    assert_eq!(not_required, (1, Outcome::Delivered));
}

#[tokio::test]
async fn a_message_without_a_response_key_needs_none() {
    let message = CustomPush::text("hello");
    let answered = attempts(true, &message, vec![text("")]).await;
    assert_eq!(answered, (1, Outcome::Delivered));
}
