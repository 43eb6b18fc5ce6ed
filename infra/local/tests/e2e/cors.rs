//! What a browser asks before it sends an app's request from another origin.

use reqwest::Method;
use reqwest::header::HeaderMap;

use crate::story::broadcaster;

/// The headers that apps and the monitoring agents in them send.
const HEADERS: [&str; 12] = [
    "authorization",
    "content-type",
    "correlation-id",
    "traceparent",
    "tracestate",
    "baggage",
    "sentry-trace",
    "x-datadog-trace-id",
    "x-datadog-parent-id",
    "x-datadog-origin",
    "x-datadog-sampling-priority",
    "x-datadog-tags",
];

fn listed(headers: &HeaderMap, name: &str) -> Vec<String> {
    let text = headers[name].to_str().unwrap();
    text.split(',')
        .map(|word| word.trim().to_ascii_lowercase())
        .collect()
}

#[tokio::test]
async fn a_preflight_allows_what_apps_and_their_monitoring_send() {
    let broadcaster = broadcaster().await;
    for (method, path) in [
        ("POST", "/vizio/purchase-validation"),
        ("GET", "/entitlements"),
    ] {
        let request = broadcaster
            .api
            .request(Method::OPTIONS, path)
            .header("origin", "https://tv.example")
            .header("access-control-request-method", method)
            .header("access-control-request-headers", HEADERS.join(","));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 204);
        let headers = answer.headers();
        assert_eq!(headers["access-control-allow-origin"], "*");
        let methods = listed(headers, "access-control-allow-methods");
        assert!(methods.contains(&method.to_ascii_lowercase()));
        let allowed = listed(headers, "access-control-allow-headers");
        for header in HEADERS {
            assert!(allowed.iter().any(|name| name == header), "{header}");
        }
        let publisher = "x-publisher-token".to_owned();
        assert!(!allowed.contains(&publisher), "that token is no app's");
    }
}

#[tokio::test]
async fn an_answer_lets_another_origin_read_when_to_come_again() {
    let broadcaster = broadcaster().await;
    let request = broadcaster
        .api
        .request(Method::GET, "/entitlements")
        .header("origin", "https://tv.example");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 401);
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    let exposed = listed(answer.headers(), "access-control-expose-headers");
    assert_eq!(exposed, ["retry-after"]);
}
