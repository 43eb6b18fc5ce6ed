//! An endpoint that was down, and what it hears afterwards.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use reqwest::Method;
use serde_json::{Value, json};

use crate::due;
use crate::endpoint::Behaviour;
use crate::stack::Stack;

use super::timeline::{LIMIT, Timeline};

/// Time between two looks at what waits.
const PAUSE: Duration = Duration::from_millis(200);

/// Plays `missed`, of which the endpoint hears nothing, and lets it hear everything afterwards.
pub(super) async fn play(
    show: &mut Timeline<'_>,
    stack: &Stack,
    missed: impl AsyncFnOnce(&mut Timeline<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let feed = show.broadcaster.beacon_feed();
    let down = Behaviour {
        // SNS gives it up at once. It repeats other failures for half an hour.
        status: 404,
        ..Behaviour::default()
    };
    show.step("the broadcaster's endpoint answers 404 from now on");
    show.broadcaster.endpoint.behave(&feed, down).await?;
    missed(show).await?;
    let path = format!("/v1/endpoints/{}", endpoint_id(show).await?);
    let began = Instant::now();
    let waiting = loop {
        let shown = show.broadcaster.call(Method::GET, &path, None).await?;
        let waiting = shown.body.get("waiting").and_then(Value::as_u64);
        let waiting = waiting.unwrap_or_default();
        if waiting > 0 {
            break waiting;
        }
        ensure!(began.elapsed() < LIMIT, "nothing waits: {shown:?}");
        tokio::time::sleep(PAUSE).await;
    };
    show.line("call", &format!("GET {path}: {waiting} waiting"));
    let up = Behaviour::default();
    show.broadcaster.endpoint.behave(&feed, up).await?;
    show.store("the endpoint is mended; the broadcaster asks for what it missed");
    let path = format!("{path}/redeliver");
    let asked = show.broadcaster.call(Method::POST, &path, None).await?;
    show.line("call", &format!("POST {path}: {}", asked.status));
    ensure!(asked.status.is_success(), "{asked:?}");
    // Its run of the next minute would do it as well.
    due::call(stack, "redelivery", &json!({})).await
}

/// Returns the endpoint of the Beacon feed.
async fn endpoint_id(show: &Timeline<'_>) -> anyhow::Result<String> {
    let listed = show
        .broadcaster
        .call(Method::GET, "/v1/endpoints", None)
        .await?;
    let endpoints = listed.body.get("endpoints").and_then(Value::as_array);
    let mut endpoints = endpoints.into_iter().flatten();
    let is_beacon = |endpoint: &&Value| endpoint.get("feed").is_some_and(|feed| feed == "beacon");
    let beacon = endpoints.find(is_beacon);
    let id = beacon.and_then(|endpoint| endpoint.get("endpointId")?.as_str());
    Ok(id.context("the Beacon feed has no endpoint")?.to_owned())
}
