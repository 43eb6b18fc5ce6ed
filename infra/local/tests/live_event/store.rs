//! A store that takes its time, and longer for the broadcaster with the event.

use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Json};
use axum::routing::get;

/// Time of a look-up for the broadcaster with the event.
pub const SLOW: Duration = Duration::from_secs(5);

/// Time of a look-up for the others.
pub const USUAL: Duration = Duration::from_millis(300);

/// Part of the ids of purchases of the broadcaster with the event.
pub const OF_EVENT: &str = "-event-";

/// Starts it and returns its URL.
pub async fn start() -> String {
    let path = "/entitlements/v1/partners/{partner}/subscriptions/{id}";
    let router = Router::new().route(path, get(look_up));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

async fn look_up(Path((_partner, id)): Path<(String, String)>) -> impl IntoResponse {
    let time = if id.contains(OF_EVENT) { SLOW } else { USUAL };
    tokio::time::sleep(time).await;
    Json(in_process_aws::active_at_vizio(&id))
}
