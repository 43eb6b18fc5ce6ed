//! Confirmation of a subscription by a visit of the URL in a `SubscriptionConfirmation`.

use reqwest::Client;
use url::form_urlencoded;

use super::{Proven, Refusal, Topic, Trust};
use crate::http;

/// Returns the token of a `SubscriptionConfirmation` and the URL that confirms it. The URL must be
/// SNS's, for the same topic and token.
pub(crate) fn address_of_confirmation(message: &Proven) -> Result<(&str, &str), Refusal> {
    let address = message.subscribe_url.as_deref().unwrap_or_default();
    let token = message.token.as_deref().unwrap_or_default();
    match path(address, &message.topic, token) {
        Some(_) => Ok((token, address)),
        None => Err(Refusal::Forged("its SubscribeURL is not Amazon SNS's")),
    }
}

/// Visits that URL. Repeating it changes nothing.
pub(crate) async fn confirm(
    client: &Client,
    trust: &Trust,
    message: &Proven,
) -> Result<(), Refusal> {
    let (token, address) = address_of_confirmation(message)?;
    let path = path(address, &message.topic, token);
    let address = trust.address(&message.topic, path.unwrap_or_default());
    let visit = http::exchange(client.get(address).timeout(trust.timeout())).await;
    let doubt = |why: String| Refusal::Doubt(format!("the subscription is not confirmed: {why}"));
    match visit {
        Ok(answer) if answer.status.as_u16() == 200 => Ok(()),
        Ok(answer) => Err(doubt(format!("status {}", answer.status.as_u16()))),
        Err(error) => Err(doubt(error.to_string())),
    }
}

/// Returns path and query of a URL that confirms this token of this topic and does nothing else.
fn path<'a>(address: &'a str, topic: &Topic, token: &str) -> Option<&'a str> {
    let path = address
        .strip_prefix("https://")?
        .strip_prefix(topic.host().as_str())?;
    let query = path.strip_prefix("/?")?;
    let readable = query.bytes().all(|b| b.is_ascii_graphic() && b != b'#');
    // A parameter that is given twice could be read in two ways.
    let once = |name: &str, expected: &str| {
        let mut given = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
        given.next().is_some_and(|(_, value)| value == expected) && given.next().is_none()
    };
    let confirms = once("Action", "ConfirmSubscription")
        && once("TopicArn", topic.as_str())
        && once("Token", token);
    (readable && confirms && !token.is_empty()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_confirmation_of_that_token_is_visited() {
        let topic = Topic::parse("arn:aws:sns:us-east-1:000011112222:AB12C").unwrap();
        let arn = topic.as_str();
        let host = "https://sns.us-east-1.amazonaws.com";
        let query = format!("/?Action=ConfirmSubscription&TopicArn={arn}&Token=t1");
        assert_eq!(
            path(&format!("{host}{query}"), &topic, "t1"),
            Some(query.as_str())
        );
        let encoded = query.replace(arn, &arn.replace(':', "%3A"));
        assert!(path(&format!("{host}{encoded}"), &topic, "t1").is_some());
        for wrong in [
            format!("http://sns.us-east-1.amazonaws.com{query}"),
            format!("https://sns.eu-west-1.amazonaws.com{query}"),
            format!("https://sns.us-east-1.amazonaws.com.evil.example{query}"),
            format!("https://sns.us-east-1.amazonaws.com@evil.example{query}"),
            format!("{host}:443{query}"),
            format!("{host}{query}#x"),
            format!("{host}{query} x"),
            format!("{host}{query}2"),
            format!("{host}{query}&Action=Unsubscribe"),
            format!("{host}/x{query}"),
            format!("{host}/?Action=Unsubscribe&TopicArn={arn}&Token=t1"),
            format!("{host}/?Action=ConfirmSubscription&TopicArn={arn}2&Token=t1"),
            format!("{host}/?Action=ConfirmSubscription&TopicArn={arn}"),
            host.to_owned(),
            String::new(),
        ] {
            assert_eq!(path(&wrong, &topic, "t1"), None, "{wrong}");
        }
        assert_eq!(path(&format!("{host}{query}"), &topic, ""), None);
    }
}
