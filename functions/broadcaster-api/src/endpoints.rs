//! `/v1/endpoints`: a broadcaster's HTTPS endpoints, to which SNS delivers.

mod deliveries;

use cloud::api::{self, Answer, ApiError};
use cloud::broadcasters::{Endpoint, Feed};
use cloud::clock;
use domain::BroadcasterId;
use domain::beacon::NotificationType;
use domain::webhook::Topic;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use url::{Host, Url};
use uuid::Uuid;

use crate::BroadcasterApi;

pub(crate) use deliveries::Deliveries;
use deliveries::Wanted;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct EndpointBody {
    url: String,
    feed: Feed,
    #[serde(default)]
    topics: Vec<String>,
}

impl BroadcasterApi {
    pub(crate) async fn post_endpoint(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let body: EndpointBody = api::json_body(request)?;
        check_url(&body.url, self.local_stack)?;
        check_topics(&body)?;
        let endpoint_id = endpoint_id(publisher, &body);
        let before = self.broadcasters.endpoint(publisher, &endpoint_id).await?;
        // SNS refuses to subscribe an address again with another filter policy.
        if before
            .as_ref()
            .is_some_and(|before| before.topics != body.topics)
        {
            let rule =
                "topics must be those that the endpoint was registered with; delete it first";
            return Err(ApiError::conflict("REQ0001", rule));
        }
        // Registering an endpoint again asks SNS to send the confirmation again, which must also
        // work at the limit.
        if before.is_none() {
            self.check_number_of_endpoints(publisher).await?;
        }
        let wanted = Wanted {
            endpoint_id: &endpoint_id,
            url: &body.url,
            feed: body.feed,
            topics: &body.topics,
        };
        // The subscription comes first: an endpoint is stored only with the ARN by which it can be
        // deleted. A call that dies in between is repeated by the caller, with the same id.
        let subscribed = self.deliveries.subscribe(publisher, &wanted).await?;
        let endpoint = Endpoint {
            endpoint_id,
            url: body.url,
            feed: body.feed,
            topics: body.topics,
            subscription_arn: subscribed.subscription_arn,
            dead_letter_queue_url: subscribed.dead_letter_queue_url,
            created_at: before.map_or_else(clock::now, |before| before.created_at),
        };
        self.broadcasters.put_endpoint(publisher, &endpoint).await?;
        let shown = self.shown(&endpoint).await?;
        api::answer(StatusCode::CREATED, &shown)
    }

    pub(crate) async fn list_endpoints(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let after = api::query_parameter(request, "after");
        let page = self
            .broadcasters
            .endpoints(publisher, api::limit(request)?, after.as_deref())
            .await?;
        let mut rows = Vec::with_capacity(page.rows.len());
        for endpoint in &page.rows {
            rows.push(self.shown(endpoint).await?);
        }
        api::answer(StatusCode::OK, &api::page("endpoints", rows, page.next))
    }

    pub(crate) async fn delete_endpoint(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let id = api::path_parameter(request, "endpointId")?;
        let endpoint = self
            .broadcasters
            .endpoint(publisher, &id)
            .await?
            .ok_or_else(|| ApiError::not_found("no such endpoint"))?;
        self.deliveries.unsubscribe(&endpoint).await?;
        self.broadcasters
            .delete_endpoint(publisher, &endpoint)
            .await?;
        api::empty(StatusCode::NO_CONTENT)
    }

    /// Refuses an endpoint beyond the broadcaster's limit.
    async fn check_number_of_endpoints(&self, publisher: &BroadcasterId) -> Result<(), ApiError> {
        let profile = self.broadcasters.profile(publisher).await?;
        let profile = profile.ok_or_else(ApiError::credentials_invalid)?;
        let most = profile.settings.max_endpoints;
        // DynamoDB refuses a page limit below 1.
        let limit = i32::try_from(most.max(1)).unwrap_or(i32::MAX);
        let existing = self.broadcasters.endpoints(publisher, limit, None).await?;
        if existing.rows.len() < usize::try_from(most).unwrap_or(usize::MAX) {
            return Ok(());
        }
        let rule = format!("no more than {most} endpoints may be registered; delete one first");
        Err(ApiError::conflict("REQ0101", rule))
    }

    async fn shown(&self, endpoint: &Endpoint) -> Result<Value, ApiError> {
        Ok(json!({
            "endpointId": endpoint.endpoint_id,
            "url": without_password(&endpoint.url),
            "feed": endpoint.feed,
            "topics": endpoint.topics,
            "status": self.deliveries.status(endpoint).await?,
            "createdAt": endpoint.created_at,
        }))
    }
}

/// Derives the id from broadcaster, feed and URL, so that registering an endpoint again finds it.
fn endpoint_id(publisher: &BroadcasterId, body: &EndpointBody) -> String {
    let feed = match body.feed {
        Feed::Beacon => "beacon",
        Feed::Webhooks => "webhooks",
    };
    let name = format!("{publisher} {feed} {}", body.url);
    Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()).to_string()
}

fn check_url(text: &str, local_stack: bool) -> Result<(), ApiError> {
    let rule = |rule: &str| ApiError::body(format!("url {rule}"));
    if text.len() > 2048 {
        return Err(rule("must have at most 2048 characters"));
    }
    let url = Url::parse(text).map_err(|_| rule("must be an absolute URL"))?;
    if url.fragment().is_some() {
        return Err(rule("must have no fragment"));
    }
    // Plain HTTP is for the local stack's receivers only; the payloads name customers.
    let loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    match url.scheme() {
        "https" => Ok(()),
        "http" if loopback && local_stack => Ok(()),
        _ => Err(rule("must start with https://")),
    }
}

/// Returns the URL without the password that SNS allows in it for basic authentication.
fn without_password(text: &str) -> String {
    let Ok(mut url) = Url::parse(text) else {
        return text.to_owned();
    };
    if url.password().is_none() || url.set_password(Some("***")).is_err() {
        return text.to_owned();
    }
    url.into()
}

fn check_topics(body: &EndpointBody) -> Result<(), ApiError> {
    let known: Vec<&str> = match body.feed {
        Feed::Beacon => NotificationType::ALL
            .iter()
            .map(|kind| kind.as_str())
            .collect(),
        Feed::Webhooks => Topic::ALL.iter().map(|topic| topic.as_str()).collect(),
    };
    if body
        .topics
        .iter()
        .all(|topic| known.contains(&topic.as_str()))
    {
        Ok(())
    } else {
        Err(ApiError::body(format!(
            "topics must be among {}",
            known.join(", ")
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::{check_url, without_password};

    #[test]
    fn a_password_is_not_shown() {
        let shown = without_password("https://sns:secret@owner.example/hook");
        assert_eq!(shown, "https://sns:***@owner.example/hook");
        assert_eq!(
            without_password("https://owner.example/a?b"),
            "https://owner.example/a?b"
        );
    }

    #[test]
    fn only_https_and_http_on_loopback_where_the_stack_is_local() {
        assert!(check_url("https://owner.example/hook?x=1", false).is_ok());
        assert!(check_url("http://owner.example/hook", true).is_err());
        assert!(check_url("http://127.0.0.1:9/hook", true).is_ok());
        assert!(check_url("http://127.0.0.1:9/hook", false).is_err());
        assert!(check_url("ftp://owner.example/", false).is_err());
        assert!(check_url("/hook", false).is_err());
    }
}
