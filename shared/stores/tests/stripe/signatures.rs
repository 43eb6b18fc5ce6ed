//! What proves that Stripe sent a notification.

use domain::{Environment, Timestamp};
use serde_json::{Value, json};
use stores::{ConnectorContext, Ignored, NotificationError, Received};

use crate::scene::{OTHER_SECRET, SECRET, hex_of, parse, settings};

/// Signed by hand: the body is what follows, to the byte.
const BODY: &[u8] = br#"{"id":"evt_1ExampleAbC","object":"event","type":"invoice.paid"}"#;
const TIME: &str = "1796206500";
const ALPHA: &str = "f7dd1be7ad9ff0171f7995c9fb5c0499a8b42af7305c008f08a762792456b8a9";
const BETA: &str = "c899bc16422db7d6982cd6e973575de3d0897d1dd7082b59f47429c3127952bc";

fn sent_at() -> Timestamp {
    Timestamp::from_second(TIME.parse().unwrap()).unwrap()
}

struct Delivery {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    now: Timestamp,
    changes: Value,
}

impl Delivery {
    fn with(header: &str) -> Self {
        Self::with_headers(&[("Stripe-Signature", header)])
    }

    fn with_headers(headers: &[(&str, &str)]) -> Self {
        let headers = headers.iter();
        Self {
            headers: headers
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: BODY.to_vec(),
            now: sent_at(),
            changes: json!({}),
        }
    }

    fn configured(mut self, changes: Value) -> Self {
        self.changes = changes;
        self
    }

    fn later(mut self, seconds: i64) -> Self {
        let away = jiff::SignedDuration::from_secs(seconds);
        self.now = self.now.checked_add(away).unwrap();
        self
    }

    /// Whether it is believed; what is believed is read, and this body has no `livemode`.
    async fn is_proven(&self) -> bool {
        let settings = settings("http://localhost:1", &self.changes);
        let config = parse(&settings, Environment::Production).unwrap();
        let context = ConnectorContext::new().unwrap();
        let read = config.read_notification(&context, &self.headers, &self.body, self.now);
        match read.await {
            Err(NotificationError::Forged) => false,
            Err(NotificationError::Unreadable(_)) => true,
            other => panic!("{other:?}"),
        }
    }
}

fn header(v1: &[&str]) -> String {
    let signatures = v1.iter().map(|v1| format!(",v1={v1}"));
    format!("t={TIME}{}", signatures.collect::<String>())
}

#[test]
fn the_key_is_the_whole_text_of_the_secret() {
    assert_eq!(hex_of(SECRET, TIME, BODY), ALPHA);
    assert_eq!(hex_of(OTHER_SECRET, TIME, BODY), BETA);
}

#[tokio::test]
async fn a_signature_by_the_configured_secret_is_right() {
    assert!(Delivery::with(&header(&[ALPHA])).is_proven().await);
    assert!(!Delivery::with(&header(&[BETA])).is_proven().await);
    let other = json!({"signingSecrets": [OTHER_SECRET]});
    let by_other = Delivery::with(&header(&[BETA])).configured(other);
    assert!(by_other.is_proven().await);
}

#[tokio::test]
async fn of_several_signatures_any_may_be_the_right_one() {
    for v1 in [[BETA, ALPHA], [ALPHA, BETA]] {
        assert!(Delivery::with(&header(&v1)).is_proven().await);
    }
    for (wrong, proven) in [(15, true), (16, false)] {
        let v1 = [vec![BETA; wrong], vec![ALPHA]].concat();
        let delivery = Delivery::with(&header(&v1));
        assert_eq!(delivery.is_proven().await, proven, "{wrong}");
    }
}

#[tokio::test]
async fn of_several_times_the_first_four_are_looked_at() {
    for (old, proven) in [(3, true), (4, false)] {
        let times = format!("{}t={TIME}", "t=1000000000,".repeat(old));
        let delivery = Delivery::with(&format!("{times},v1={ALPHA}"));
        assert_eq!(delivery.is_proven().await, proven, "{old}");
    }
}

#[tokio::test]
async fn of_several_secrets_any_may_be_the_right_one() {
    for secrets in [[SECRET, OTHER_SECRET], [OTHER_SECRET, SECRET]] {
        for v1 in [ALPHA, BETA] {
            let changes = json!({ "signingSecrets": secrets });
            let delivery = Delivery::with(&header(&[v1])).configured(changes);
            assert!(delivery.is_proven().await);
        }
    }
}

#[tokio::test]
async fn a_signature_of_another_scheme_does_not_count() {
    for scheme in ["v0", "v2", "V1", "v1 ", ""] {
        let header = format!("t={TIME},{scheme}={ALPHA}");
        assert!(!Delivery::with(&header).is_proven().await, "{scheme}");
    }
    let beside = format!("t={TIME},v0={BETA},v1={ALPHA},v0={BETA}");
    assert!(Delivery::with(&beside).is_proven().await);
}

#[tokio::test]
async fn without_a_time_or_a_signature_nothing_is_proven() {
    let upper = ALPHA.to_uppercase();
    for header in [
        "",
        ",",
        "=",
        "t=,v1=",
        TIME,
        &format!("t={TIME}"),
        &format!("v1={ALPHA}"),
        &format!("t=,v1={ALPHA}"),
        &format!("T={TIME},v1={ALPHA}"),
        &format!("t={TIME},v1="),
        &format!("t={TIME},v1={}", &ALPHA[1..]),
        &format!("t={TIME},v1={}", &ALPHA[2..]),
        &format!("t={TIME},v1={ALPHA}00"),
        &format!("t={TIME},v1=not-hexadecimal"),
        &format!("t={TIME};v1={ALPHA}"),
    ] {
        assert!(!Delivery::with(header).is_proven().await, "{header}");
    }
    assert!(!Delivery::with_headers(&[]).is_proven().await);
    let elsewhere = [("Signature", &*header(&[ALPHA]))];
    assert!(!Delivery::with_headers(&elsewhere).is_proven().await);
    assert!(Delivery::with(&header(&[&upper])).is_proven().await);
}

#[tokio::test]
async fn the_time_counts_as_it_was_sent() {
    for time in [
        "1796206500.0",
        "01796206500",
        "+1796206500",
        "-1796206500",
        "1796206500000",
        "99999999999999999999",
        "soon",
    ] {
        let header = format!("t={time},v1={ALPHA}");
        assert!(!Delivery::with(&header).is_proven().await, "{time}");
    }
    let padded = "01796206500";
    let header = format!("t={padded},v1={}", hex_of(SECRET, padded, BODY));
    assert!(Delivery::with(&header).is_proven().await);
}

#[tokio::test]
async fn a_changed_body_is_refused() {
    for body in [
        [BODY, b"\n"].concat(),
        BODY[..BODY.len() - 1].to_vec(),
        [b" ", BODY].concat(),
        Vec::new(),
    ] {
        let changed = Delivery {
            body,
            ..Delivery::with(&header(&[ALPHA]))
        };
        assert!(!changed.is_proven().await);
    }
}

#[tokio::test]
async fn five_minutes_are_the_most_in_both_directions() {
    for (seconds, proven) in [
        (0, true),
        (300, true),
        (301, false),
        (-300, true),
        (-301, false),
        (3 * 24 * 3600, false),
    ] {
        let delivery = Delivery::with(&header(&[ALPHA])).later(seconds);
        assert_eq!(delivery.is_proven().await, proven, "{seconds}");
    }
}

#[tokio::test]
async fn how_many_seconds_is_configured() {
    for (seconds, proven) in [(30, true), (31, false)] {
        let delivery = Delivery::with(&header(&[ALPHA])).later(seconds);
        let delivery = delivery.configured(json!({"signatureToleranceSeconds": 30}));
        assert_eq!(delivery.is_proven().await, proven, "{seconds}");
    }
}

#[tokio::test]
async fn several_headers_are_read_as_one() {
    let (first, second) = (header(&[BETA]), header(&[ALPHA]));
    let apart = [
        ("stripe-signature", &*first),
        ("STRIPE-SIGNATURE", &*second),
    ];
    assert!(Delivery::with_headers(&apart).is_proven().await);
    let joined = format!("{first}, {second}");
    assert!(Delivery::with(&joined).is_proven().await);
    let old = format!("t=1000000000,v1={BETA}, t={TIME},v1={ALPHA}");
    assert!(Delivery::with(&old).is_proven().await);
}

#[tokio::test]
async fn an_old_time_is_not_made_young_by_another_beside_it() {
    let old = "1796200000";
    let header = format!("t={old},v1={},t={TIME}", hex_of(SECRET, old, BODY));
    assert!(!Delivery::with(&header).is_proven().await);
}

#[tokio::test]
async fn what_is_not_proven_is_never_read() {
    let broken = Delivery {
        body: b"{".to_vec(),
        ..Delivery::with(&header(&[ALPHA]))
    };
    assert!(!broken.is_proven().await);
}

#[tokio::test]
async fn a_proven_event_is_read() {
    let body = json!({"id": "evt_1", "object": "event", "type": "invoice.created",
        "livemode": true, "created": 1, "data": {"object": {}}});
    let body = body.to_string().into_bytes();
    let header = format!("t={TIME},v1={}", hex_of(SECRET, TIME, &body));
    let settings = settings("http://localhost:1", &json!({}));
    let config = parse(&settings, Environment::Production).unwrap();
    let headers = [("Stripe-Signature".to_owned(), header)];
    let context = ConnectorContext::new().unwrap();
    let read = config.read_notification(&context, &headers, &body, sent_at());
    assert_eq!(
        read.await,
        Ok(Received::Ignored(Ignored::UnknownKind).into())
    );
}
