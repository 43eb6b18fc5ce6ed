//! `/v1/endpoints`: a broadcaster's HTTPS endpoints, to which SNS delivers.

mod deliveries;
mod health;
mod replays;

use std::collections::BTreeSet;

use cloud::api::{self, Answer, ApiError};
use cloud::broadcasters::{Endpoint, Feed};
use cloud::clock;
use domain::BroadcasterId;
use domain::beacon::NotificationType;
use domain::webhook::Topic;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde::Deserialize;
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
    topics: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PatchBody {
    topics: BTreeSet<String>,
}

impl BroadcasterApi {
    pub(crate) async fn post_endpoint(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let body: EndpointBody = api::json_body(request)?;
        let url = address(&body.url, self.local_stack)?;
        check_topics(body.feed, &body.topics)?;
        let (endpoint_id, before) = self.registered(publisher, &body, &url).await?;
        // SNS refuses to subscribe an address again with another filter policy.
        if before
            .as_ref()
            .is_some_and(|before| before.topics != body.topics)
        {
            let rule = "topics must be those of the registered endpoint; PATCH changes them";
            return Err(ApiError::conflict("REQ0001", rule));
        }
        // Registering an endpoint again asks SNS to send the confirmation again, which must also
        // work at the limit.
        match &before {
            None => self.check_number_of_endpoints(publisher).await?,
            Some(before) if before.audience_since.is_none() => {
                self.deliveries.set_filter_policy(before).await?;
            }
            Some(_) => {}
        }
        let now = clock::now();
        let before = before.as_ref();
        let wanted = Wanted {
            endpoint_id: &endpoint_id,
            url: before.map_or(url.as_str(), |before| &before.url),
            feed: body.feed,
            topics: &body.topics,
        };
        // The subscription comes first: an endpoint is stored only with the ARN by which it can be
        // deleted. A call that dies in between is repeated by the caller, with the same id.
        let subscribed = self.deliveries.subscribe(publisher, &wanted).await?;
        if before.is_none() {
            self.broadcasters.renew_audiences(publisher, now).await?;
        }
        let endpoint = Endpoint {
            url: wanted.url.to_owned(),
            endpoint_id,
            feed: body.feed,
            topics: body.topics,
            subscription_arn: subscribed.subscription_arn,
            dead_letter_queue_url: subscribed.dead_letter_queue_url,
            created_at: before.map_or(now, |before| before.created_at),
            audience_since: before
                .and_then(|before| before.audience_since)
                .or(Some(now)),
        };
        self.broadcasters.put_endpoint(publisher, &endpoint).await?;
        let shown = self.shown(publisher, &endpoint).await?;
        api::answer(StatusCode::CREATED, &shown)
    }

    /// Changes which notification types or webhook topics an endpoint receives.
    pub(crate) async fn patch_endpoint(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let id = api::path_parameter(request, "endpointId")?;
        let body: PatchBody = api::json_body(request)?;
        let before = self.known(publisher, &id).await?;
        check_topics(before.feed, &body.topics)?;
        let endpoint = Endpoint {
            topics: body.topics,
            audience_since: before.audience_since.or_else(|| Some(clock::now())),
            ..before
        };
        // Nothing is stored unless SNS has taken it: what is shown is what is filtered by.
        self.deliveries.set_filter_policy(&endpoint).await?;
        self.broadcasters.put_endpoint(publisher, &endpoint).await?;
        let shown = self.shown(publisher, &endpoint).await?;
        api::answer(StatusCode::OK, &shown)
    }

    /// Returns the id of an address, and the endpoint that is registered with it. One that an
    /// earlier version registered has the id of the address as it was written then.
    async fn registered(
        &self,
        publisher: &BroadcasterId,
        body: &EndpointBody,
        url: &Url,
    ) -> Result<(String, Option<Endpoint>), ApiError> {
        let as_written = endpoint_id(publisher, body.feed, &body.url);
        let endpoint_id = endpoint_id(publisher, body.feed, url.as_str());
        for id in [&as_written, &endpoint_id] {
            if let Some(before) = self.broadcasters.endpoint(publisher, id).await? {
                return Ok((id.clone(), Some(before)));
            }
            if as_written == endpoint_id {
                break;
            }
        }
        Ok((endpoint_id, None))
    }

    async fn known(&self, publisher: &BroadcasterId, id: &str) -> Result<Endpoint, ApiError> {
        let endpoint = self.broadcasters.endpoint(publisher, id).await?;
        endpoint.ok_or_else(|| ApiError::not_found("no such endpoint"))
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
            rows.push(self.shown(publisher, endpoint).await?);
        }
        api::answer(StatusCode::OK, &api::page("endpoints", rows, page.next))
    }

    pub(crate) async fn delete_endpoint(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let id = api::path_parameter(request, "endpointId")?;
        let endpoint = self.known(publisher, &id).await?;
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
}

/// Derives the id from broadcaster, feed and URL, so that registering an endpoint again finds it.
fn endpoint_id(publisher: &BroadcasterId, feed: Feed, url: &str) -> String {
    let feed = match feed {
        Feed::Beacon => "beacon",
        Feed::Webhooks => "webhooks",
    };
    let name = format!("{publisher} {feed} {url}");
    Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()).to_string()
}

/// Parses and checks an address. SNS gets it as it was parsed, so that what was checked is what is
/// called.
fn address(text: &str, local_stack: bool) -> Result<Url, ApiError> {
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
        "https" => Ok(url),
        "http" if loopback && local_stack => Ok(url),
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

fn check_topics(feed: Feed, topics: &BTreeSet<String>) -> Result<(), ApiError> {
    let known: Vec<&str> = match feed {
        Feed::Beacon => NotificationType::ALL
            .iter()
            .map(|kind| kind.as_str())
            .collect(),
        Feed::Webhooks => Topic::ALL.iter().map(|topic| topic.as_str()).collect(),
    };
    if topics.iter().all(|topic| known.contains(&topic.as_str())) {
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
    use super::{address, without_password};

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
        assert!(address("https://owner.example/hook?x=1", false).is_ok());
        assert!(address("http://owner.example/hook", true).is_err());
        assert!(address("http://127.0.0.1:9/hook", true).is_ok());
        assert!(address("http://127.0.0.1:9/hook", false).is_err());
        assert!(address("ftp://owner.example/", false).is_err());
        assert!(address("/hook", false).is_err());
    }
}
