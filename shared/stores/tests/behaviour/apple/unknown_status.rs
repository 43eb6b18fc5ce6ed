//! An App Store Server API with a status that nobody knows.

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderMap, Uri};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Answers as the API at `address` does, but for the number of each status. Ends with the test's
/// runtime.
pub(super) async fn instead_of(address: String) -> String {
    let address = Arc::new(address);
    let answer = move |uri: Uri, headers: HeaderMap| {
        let address = Arc::clone(&address);
        async move { changed(&format!("{address}{uri}"), &headers).await }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    own
}

async fn changed(address: &str, headers: &HeaderMap) -> String {
    let asked = reqwest::Client::new()
        .get(address)
        .header("authorization", &headers["authorization"])
        .send();
    let mut answer: Value = asked.await.unwrap().json().await.unwrap();
    let groups = answer.get_mut("data").and_then(Value::as_array_mut);
    for group in groups.into_iter().flatten() {
        for entry in group["lastTransactions"].as_array_mut().unwrap() {
            entry["status"] = json!(6);
        }
    }
    answer.to_string()
}
