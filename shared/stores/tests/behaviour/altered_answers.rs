//! A store's API whose answers differ from those of its stand-in.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use serde_json::{Map, Value};
use tokio::net::TcpListener;

/// The API at `address` but for what `alter` does to each JSON answer. Ends with the test's runtime.
pub async fn instead_of(
    address: &str,
    alter: impl Fn(&mut Value) + Clone + Send + Sync + 'static,
) -> String {
    let address = Arc::<str>::from(address);
    let answer = move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
        let (address, alter) = (Arc::clone(&address), alter.clone());
        async move {
            let (status, text) = asked(method, format!("{address}{uri}"), headers, body).await;
            let altered = serde_json::from_str(&text).map(|mut answer: Value| {
                alter(&mut answer);
                answer.to_string()
            });
            (status, altered.unwrap_or(text))
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    own
}

async fn asked(
    method: Method,
    address: String,
    mut headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    for of_the_connection in [header::HOST, header::CONTENT_LENGTH] {
        headers.remove(of_the_connection);
    }
    let client = https::client(|builder| builder).unwrap();
    let asked = client.request(method, address).headers(headers).body(body);
    let answer = asked.send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

/// The API at `address` whose answers leave out these fields, wherever they stand, and whatever is null.
pub async fn without(address: &str, fields: &'static [&'static str]) -> String {
    instead_of(address, move |answer| leave_out(answer, fields)).await
}

/// The API at `address` with the entries of the list at this place in the opposite order.
pub async fn reversed(address: &str, list: &'static str) -> String {
    instead_of(address, move |answer| {
        let entries = answer.pointer_mut(list).and_then(Value::as_array_mut);
        entries.into_iter().for_each(|entries| entries.reverse());
    })
    .await
}

fn leave_out(value: &mut Value, fields: &[&str]) {
    match value {
        Value::Object(members) => {
            let kept = |(name, value): &(String, Value)| {
                !value.is_null() && !fields.contains(&name.as_str())
            };
            *members = std::mem::take(members)
                .into_iter()
                .filter(kept)
                .collect::<Map<_, _>>();
            members
                .values_mut()
                .for_each(|value| leave_out(value, fields));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| leave_out(value, fields)),
        _ => {}
    }
}
