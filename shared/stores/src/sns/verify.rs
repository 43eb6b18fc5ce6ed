//! Verification that SNS sent a message. Checks that cost nothing come first, and only SNS's URLs
//! are requested.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Timestamp;
use jiff::SignedDuration;
use reqwest::Client;

use super::cache::{Certificates, Failure, Wanted};
use super::envelope::Envelope;
use super::{Kind, Refusal, Topic, Trust, Version, certificate};

/// Time by which SNS's clock may be ahead.
const SKEW: SignedDuration = SignedDuration::from_mins(15);

/// Message that SNS sent. Has no `Debug`, because whoever has the token can confirm.
pub(crate) struct Proven {
    pub(crate) kind: Kind,
    pub(crate) topic: Topic,
    /// Id of the message, equal for each delivery.
    pub(crate) message_id: String,
    pub(crate) message: String,
    /// Present in confirmations.
    pub(super) token: Option<String>,
    pub(super) subscribe_url: Option<String>,
}

/// Verifies a message over the bytes as they were received.
///
/// A notification must be of a pinned topic. The caller decides what a confirmation of another
/// topic is worth, and whether a message was received before.
///
/// Only a message of a pinned topic is worth a second delivery. For any other one, whatever
/// prevents the verification is the sender's choice, and the answer must not depend on the
/// configuration.
pub(crate) async fn verify(
    client: &Client,
    certificates: &Certificates,
    trust: &Trust,
    pinned: &BTreeSet<Topic>,
    (headers, body): (&[(String, String)], &[u8]),
    now: Timestamp,
) -> Result<Proven, Refusal> {
    let claim = Claim::read(trust, headers, body)?;
    let topic = claim.topic.clone();
    let is_pinned = pinned.contains(&topic);
    let proven = if is_pinned || claim.envelope.kind != Kind::Notification {
        prove(client, certificates, trust, claim, now).await
    } else {
        // Anybody has topics, and SNS signs for all of them. So nothing is requested for such a
        // message.
        Err(Refusal::Doubt("its topic is not pinned".to_owned()))
    };
    match proven {
        Err(Refusal::Doubt(why)) if !is_pinned => {
            let topic = topic.as_str();
            tracing::info!(topic, why, "a message came from a topic that is not pinned");
            forged("its topic is not pinned, and nothing proves it")
        }
        proven => proven,
    }
}

async fn prove(
    client: &Client,
    certificates: &Certificates,
    trust: &Trust,
    claim: Claim,
    now: Timestamp,
) -> Result<Proven, Refusal> {
    let address = trust.address(&claim.topic, &claim.path);
    let fit = |pem: &[u8]| claim.key(trust, pem, now).map(|_| ());
    let wanted = Wanted {
        client,
        address: &address,
        timeout: trust.timeout(),
        fit: &|pem| fit(pem).map_err(|why| why.to_string()),
        now,
    };
    let (held, is_new) = certificates.get(&wanted, None).await?;
    if let Err(refusal) = claim.check(trust, &held.pem, now) {
        if is_new {
            return Err(refusal);
        }
        // SNS may have replaced the certificate since it was cached.
        let (anew, _) = certificates.get(&wanted, Some(&held)).await?;
        claim.check(trust, &anew.pem, now)?;
    }
    claim.proven(trust, now)
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NoneThere(why) => {
                tracing::info!(why, "a message names no valid certificate of Amazon SNS");
                Self::Forged("it names no valid certificate of Amazon SNS")
            }
            Failure::OutOfReach(why) => Self::Doubt(why),
        }
    }
}

/// Parsed message in a form in which SNS could have sent it; not verified.
pub(super) struct Claim {
    envelope: Envelope,
    topic: Topic,
    version: Version,
    signature: Vec<u8>,
    /// Path of the certificate at SNS.
    path: String,
}

impl Claim {
    pub(super) fn read(
        trust: &Trust,
        headers: &[(String, String)],
        body: &[u8],
    ) -> Result<Self, Refusal> {
        // Raw delivery has no envelope and no signature, so everything in the body would be the
        // sender's.
        let raw = values(headers, "x-amz-sns-rawdelivery");
        if raw.into_iter().any(|value| value != "false") {
            return forged("raw delivery, which is not signed");
        }
        let envelope = Envelope::read(body)?;
        let types = values(headers, "x-amz-sns-message-type");
        // The header is not signed, so it must agree with the signed type.
        if types.is_empty() || types.iter().any(|value| *value != envelope.kind.as_str()) {
            return forged("its header names another type");
        }
        let topic = Topic::parse(&envelope.topic_arn).ok_or(Refusal::Forged("no such topic"))?;
        let version = envelope.signature_version.as_deref();
        let version = version.and_then(Version::parse);
        let version = version.filter(|version| *version >= trust.least_version);
        let version = version.ok_or(Refusal::Forged("its signature is of no wanted version"))?;
        let signature = envelope.signature.as_deref().unwrap_or_default();
        let signature = STANDARD.decode(signature).ok();
        let signature = signature.filter(|signature| !signature.is_empty());
        let signature = signature.ok_or(Refusal::Forged("it is not signed"))?;
        let address = envelope.signing_cert_url.as_deref().unwrap_or_default();
        let path = certificate::path(address, &topic)
            .ok_or(Refusal::Forged("its certificate is not at Amazon SNS"))?
            .to_owned();
        Ok(Self {
            envelope,
            topic,
            version,
            signature,
            path,
        })
    }

    fn key(
        &self,
        trust: &Trust,
        pem: &[u8],
        now: Timestamp,
    ) -> Result<certificate::Key, certificate::Unfit> {
        certificate::key(pem, &self.topic, &trust.issuers, now)
    }

    /// Checks that this certificate's key signed the message. SNS keeps former certificates at
    /// their URLs, and the sender chooses which one is named.
    pub(super) fn check(&self, trust: &Trust, pem: &[u8], now: Timestamp) -> Result<(), Refusal> {
        let key = self.key(trust, pem, now);
        let key = key.map_err(|why| Failure::NoneThere(why.to_string()))?;
        let text = self.envelope.signed_text();
        if key.signed(self.version, &text, &self.signature) {
            Ok(())
        } else {
            forged("its signature is wrong")
        }
    }

    /// Checks the age of a message whose signature is valid. SNS gives up a delivery after an hour,
    /// so a much older one was sent by somebody else; a time in the future means that a clock is
    /// wrong.
    pub(super) fn proven(self, trust: &Trust, now: Timestamp) -> Result<Proven, Refusal> {
        let doubt = |why: &str| Refusal::Doubt(why.to_owned());
        let sent_at: Timestamp = self
            .envelope
            .timestamp
            .parse()
            .map_err(|_| doubt("its time cannot be read"))?;
        let age = now.duration_since(sent_at);
        if age > trust.longest_age {
            return forged("it is too old");
        }
        // Most likely our clock is wrong, so a later delivery may be accepted.
        if age < -SKEW {
            return Err(doubt("it is of the future"));
        }
        Ok(Proven {
            kind: self.envelope.kind,
            topic: self.topic,
            message_id: self.envelope.message_id,
            message: self.envelope.message,
            token: self.envelope.token,
            subscribe_url: self.envelope.subscribe_url,
        })
    }
}

/// Reads bytes as a message, as a certificate, and as the content of a message.
#[cfg(feature = "fuzzing")]
pub(crate) fn fuzz(trust: &Trust, bytes: &[u8], now: Timestamp) -> Vec<Proven> {
    const TOPIC: &str = "arn:aws:sns:us-east-1:000011112222:AB12C";
    let Some(topic) = Topic::parse(TOPIC) else {
        return Vec::new();
    };
    let text = String::from_utf8_lossy(bytes).into_owned();
    let _key = certificate::key(bytes, &topic, &trust.issuers, now);
    let _issuer = super::Issuer::parse(&text);
    let mut read = Vec::new();
    for kind in ["Notification", "SubscriptionConfirmation"] {
        let header = ("x-amz-sns-message-type".to_owned(), kind.to_owned());
        if let Ok(claim) = Claim::read(trust, &[header], bytes) {
            let _checked = claim.check(trust, bytes, now);
            read.extend(claim.proven(trust, now).ok());
        }
    }
    read.push(Proven {
        kind: Kind::SubscriptionConfirmation,
        topic,
        message_id: text.clone(),
        message: text.clone(),
        token: Some("t".to_owned()),
        subscribe_url: Some(text),
    });
    read
}

fn forged<T>(why: &'static str) -> Result<T, Refusal> {
    Err(Refusal::Forged(why))
}

fn values<'a>(headers: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    headers
        .iter()
        .filter(|(given, _)| given.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
        .collect()
}
