//! Certificates: what they have to be, and how they are kept.

use std::time::Duration;

use aws_lc_rs::rsa::KeySize;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Timestamp;
use jiff::SignedDuration;
use serde_json::{Value, json};
use stores::{NotificationError, Received, StoreConfig};
use tokio::task::JoinSet;

use crate::amazon::{Call, Reply};
use crate::keys::{
    AMAZON, Authority, NAME, OTHER, Saying, Signer, elliptic_certificate, pem, usual,
};
use crate::scene::{Scene, is_doubt, now};
use crate::sns::{HOST, Post, confirmation, notification, post, posted, signed_by};

fn plain() -> Post {
    post(notification(&json!({})))
}

fn by_other() -> Post {
    posted(&signed_by(&OTHER, notification(&json!({}))))
}

/// The certificate is this.
async fn publishing(certificate: &str) -> Scene {
    let scene = Scene::set().await;
    publish(&scene, certificate);
    scene
}

fn publish(scene: &Scene, certificate: &str) {
    let replies = [Reply::new(200, certificate)];
    scene.amazon.replies(Call::Certificate, replies);
}

/// Which certificate is named is the sender's choice: that it does not do is no reason to ask for the message
/// again.
async fn is_refused_under(certificate: &str) -> bool {
    let scene = publishing(certificate).await;
    scene.receive(&plain()).await == Err(NotificationError::Forged)
}

fn of_years(from: i32, until: i32) -> Saying {
    Saying {
        years: (from, until),
        ..usual()
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_valid_now_proves_nothing() {
    for (from, until) in [(2020, 2021), (2027, 2049)] {
        let certificate = AMAZON.certificate(&of_years(from, until));
        assert!(is_refused_under(&certificate).await, "{from}");
    }
    assert!(!is_refused_under(&AMAZON.certificate(&of_years(2026, 2026))).await);
}

#[tokio::test]
async fn a_certificate_of_another_name_proves_nothing() {
    let named = |common, alternatives| Saying {
        common,
        alternatives,
        ..usual()
    };
    for wrong in [
        named("evil.example", vec!["evil.example"]),
        named(NAME, vec!["evil.example"]),
        named("evil.example", vec![]),
        named(NAME, vec!["sns.us-east-1.amazonaws.com"]),
        named(NAME, vec!["*.amazonaws.com"]),
        named(NAME, vec!["sns-signing.us-east-1.amazonaws.com"]),
    ] {
        let certificate = AMAZON.certificate(&wrong);
        assert!(is_refused_under(&certificate).await);
    }
    for right in [
        named(NAME, vec![]),
        named("other.example", vec!["other.example", NAME]),
    ] {
        let certificate = AMAZON.certificate(&right);
        assert!(!is_refused_under(&certificate).await);
    }
}

#[tokio::test]
async fn a_certificate_without_a_strong_rsa_key_proves_nothing() {
    assert!(is_refused_under(&elliptic_certificate()).await);
    let authority = Saying {
        authority: true,
        ..usual()
    };
    assert!(is_refused_under(&AMAZON.certificate(&authority)).await);
}

#[tokio::test]
async fn what_is_no_certificate_proves_nothing() {
    let good = AMAZON.certificate(&usual());
    let half = &good[..good.len() / 2];
    let key = pem("PUBLIC KEY", b"no key");
    let relabelled = good.replace("CERTIFICATE", "X509 CRL");
    for wrong in ["", "<html>", half, &key, &relabelled] {
        assert!(is_refused_under(wrong).await, "{wrong}");
    }
}

#[tokio::test]
async fn a_file_that_holds_anything_but_one_certificate_proves_nothing() {
    let good = AMAZON.certificate(&usual());
    let other = OTHER.certificate(&usual());
    let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----");
    let inside = good.strip_prefix(begin).unwrap().trim_ascii();
    let inside = inside.strip_suffix(end).unwrap();
    let mut der = STANDARD.decode(inside.replace(['\r', '\n'], "")).unwrap();
    der.push(0);
    for wrong in [
        format!("Bag Attributes\n{good}"),
        format!("# SNS\n{good}"),
        format!("\u{feff}{good}"),
        format!("{good}more"),
        format!("{good}{other}"),
        format!("{other}{good}"),
        format!("{good}{}", pem("PRIVATE KEY", b"key")),
        good.replace(begin, &format!("{begin}\nProc-Type: 4,ENCRYPTED\n")),
        good.replace(end, &format!("{end}\0")),
        pem("CERTIFICATE", &der),
    ] {
        assert!(is_refused_under(&wrong).await, "{wrong}");
    }
    for right in [format!("\r\n{good}\r\n\r\n"), good.replace('\n', "\r\n")] {
        assert!(!is_refused_under(&right).await, "{right}");
    }
}

#[tokio::test]
async fn a_certificate_that_is_out_of_reach_is_a_doubt_and_one_that_is_not_there_is_none() {
    let good = AMAZON.certificate(&usual());
    let large = format!("{good}{}", "\n".repeat(64 * 1024));
    let elsewhere = "/SimpleNotificationService-elsewhere.pem";
    for (reply, doubted) in [
        (Reply::new(404, ""), false),
        (Reply::new(403, &good), false),
        (Reply::new(302, &good).with("location", elsewhere), false),
        (Reply::new(200, &large), false),
        (Reply::new(408, &good), true),
        (Reply::new(429, &good), true),
        (Reply::new(500, &good), true),
        (Reply::new(200, &good).after(Duration::from_secs(3)), true),
    ] {
        let scene = Scene::set().await;
        scene.amazon.replies(Call::Certificate, [reply.clone()]);
        let changes = json!({"timeoutSeconds": 1});
        let read = scene.receive_by(&changes, &plain()).await;
        assert_eq!(is_doubt(&read), doubted, "{reply:?}: {read:?}");
        assert!(read.is_err());
        assert_eq!(scene.amazon.count(Call::Certificate), 1);
    }
    let scene = Scene::set().await;
    let unreachable = json!({"snsHost": "http://localhost:1"});
    let read = scene.receive_by(&unreachable, &plain()).await;
    assert!(is_doubt(&read), "{read:?}");
}

#[tokio::test]
async fn the_certificate_is_fetched_by_its_address_and_kept() {
    let scene = Scene::set().await;
    for _ in 0..3 {
        scene.told(&plain()).await;
    }
    let expected = format!("GET {}", crate::sns::FILE);
    assert_eq!(scene.amazon.asked(Call::Certificate), [expected]);
}

#[tokio::test]
async fn another_address_is_another_certificate() {
    let scene = Scene::set().await;
    scene.told(&plain()).await;
    publish(&scene, &OTHER.certificate(&usual()));
    let next = json!({"SigningCertURL": format!("{HOST}/SimpleNotificationService-next.pem")});
    let next = posted(&signed_by(&OTHER, notification(&next)));
    scene.told(&next).await;
    scene.told(&plain()).await;
    assert_eq!(scene.amazon.count(Call::Certificate), 2);
}

#[tokio::test]
async fn only_what_is_right_is_kept() {
    let scene = Scene::set().await;
    scene.amazon.replies(
        Call::Certificate,
        [
            Reply::new(503, ""),
            Reply::new(200, "garbage"),
            Reply::new(200, AMAZON.certificate(&usual())),
        ],
    );
    for _ in 0..2 {
        assert!(scene.receive(&plain()).await.is_err());
    }
    scene.told(&plain()).await;
    scene.told(&plain()).await;
    assert_eq!(scene.amazon.count(Call::Certificate), 3);
}

async fn at(scene: &Scene, config: &StoreConfig, now: Timestamp) -> bool {
    let time = now.to_string();
    let Post { headers, body } = post(notification(&json!({ "Timestamp": time })));
    let read = config.read_notification(&scene.context, &headers, &body, now);
    let read = read.await.map(|accepted| accepted.received);
    matches!(read, Ok(Received::About(_)))
}

#[tokio::test]
async fn a_certificate_is_kept_for_a_day() {
    let scene = Scene::set().await;
    let config = scene.config(&json!({}));
    let almost = SignedDuration::from_hours(24) - SignedDuration::from_secs(1);
    for (later, fetched) in [
        (SignedDuration::ZERO, 1),
        (almost, 1),
        (SignedDuration::from_hours(24), 2),
        (SignedDuration::from_hours(47), 2),
    ] {
        assert!(at(&scene, &config, now() + later).await);
        assert_eq!(scene.amazon.count(Call::Certificate), fetched, "{later}");
    }
}

#[tokio::test]
async fn a_kept_certificate_does_not_outlive_its_dates() {
    let scene = publishing(&AMAZON.certificate(&of_years(2020, 2026))).await;
    let config = scene.config(&json!({}));
    let last: Timestamp = "2026-12-30T23:59:59Z".parse().unwrap();
    assert!(at(&scene, &config, last).await);
    assert!(!at(&scene, &config, last + SignedDuration::from_hours(23)).await);
    assert_eq!(scene.amazon.count(Call::Certificate), 2);
}

#[tokio::test]
async fn a_rotated_certificate_at_the_same_address_is_fetched_once_more() {
    let scene = Scene::set().await;
    scene.told(&plain()).await;
    publish(&scene, &OTHER.certificate(&usual()));
    scene.told(&by_other()).await;
    scene.told(&by_other()).await;
    assert_eq!(scene.amazon.count(Call::Certificate), 2);
    assert_eq!(
        scene.receive(&plain()).await,
        Err(NotificationError::Forged)
    );
}

#[tokio::test]
async fn a_wrong_signature_asks_once_more_and_a_flood_of_them_does_not() {
    let scene = Scene::set().await;
    scene.told(&plain()).await;
    for _ in 0..20 {
        let read = scene.receive(&by_other()).await;
        assert_eq!(read, Err(NotificationError::Forged));
    }
    let asked = scene.amazon.count(Call::Certificate);
    assert!((2..6).contains(&asked), "{asked}");
    scene.told(&plain()).await;
}

#[tokio::test]
async fn a_wrong_signature_while_the_certificate_is_out_of_reach_is_a_doubt() {
    let scene = Scene::set().await;
    scene.told(&plain()).await;
    scene
        .amazon
        .replies(Call::Certificate, [Reply::new(503, "")]);
    assert!(is_doubt(&scene.receive(&by_other()).await));
    scene.told(&plain()).await;
}

#[tokio::test]
async fn who_needs_one_certificate_at_once_fetches_it_once() {
    let scene = Scene::set().await;
    let good = AMAZON.certificate(&usual());
    let slow = Reply::new(200, &good).after(Duration::from_millis(200));
    scene.amazon.replies(Call::Certificate, [slow]);
    let post = plain();
    let reads = tokio::join!(
        scene.receive(&post),
        scene.receive(&post),
        scene.receive(&post),
    );
    assert!(reads.0.is_ok() && reads.1.is_ok() && reads.2.is_ok());
    assert_eq!(scene.amazon.count(Call::Certificate), 1);

    let scene = Scene::set().await;
    let failing = Reply::new(503, "").after(Duration::from_millis(200));
    scene.amazon.replies(Call::Certificate, [failing]);
    let reads = tokio::join!(scene.receive(&post), scene.receive(&post));
    assert!(is_doubt(&reads.0) && is_doubt(&reads.1));
    assert_eq!(scene.amazon.count(Call::Certificate), 1);
}

#[tokio::test]
async fn not_more_than_so_many_are_kept() {
    let scene = Scene::set().await;
    scene.told(&plain()).await;
    for number in 0..70 {
        let address = format!("{HOST}/SimpleNotificationService-{number}.pem");
        let post = post(notification(&json!({ "SigningCertURL": address })));
        scene.told(&post).await;
    }
    scene.told(&plain()).await;
    assert_eq!(scene.amazon.count(Call::Certificate), 72);
}

#[tokio::test]
async fn addresses_that_give_nothing_take_no_place_of_what_is_kept() {
    let scene = Scene::set().await;
    scene.told(&plain()).await;
    let nothing = Reply::new(404, "").after(Duration::from_millis(500));
    scene.amazon.replies(Call::Certificate, [nothing]);
    let config = scene.config(&json!({}));
    let mut flood = JoinSet::new();
    for number in 0..70 {
        let address = format!("{HOST}/SimpleNotificationService-{number}.pem");
        let Post { headers, body } = post(confirmation(&json!({ "SigningCertURL": address })));
        let (context, config) = (scene.context.clone(), config.clone());
        flood.spawn(async move {
            let read = config.read_notification(&context, &headers, &body, now());
            read.await.is_err()
        });
    }
    assert!(flood.join_all().await.into_iter().all(|refused| refused));
    scene.told(&plain()).await;
    assert_eq!(scene.amazon.count(Call::Certificate), 71);
}

fn trusting(authorities: &[&Authority]) -> Value {
    let pems: Vec<&String> = authorities.iter().map(|authority| &authority.pem).collect();
    json!({ "certificateIssuers": pems })
}

#[tokio::test]
async fn where_issuers_are_named_others_prove_nothing() {
    let ours = Authority::named("Amazon RSA 2048 M01", (2020, 2049));
    let impostor = Authority::named("Amazon RSA 2048 M01", (2020, 2049));
    let renamed = Authority::named("Other", (2020, 2049));
    let scene = publishing(&ours.issue(&usual(), &AMAZON)).await;
    let either = trusting(&[&renamed, &ours]);
    let read = scene.receive_by(&either, &plain()).await;
    assert!(matches!(read, Ok(Received::About(_))));
    for others in [&[&impostor][..], &[&renamed]] {
        let read = scene.receive_by(&trusting(others), &plain()).await;
        assert_eq!(read, Err(NotificationError::Forged));
    }
    let own = publishing(&AMAZON.certificate(&usual())).await;
    let read = own.receive_by(&trusting(&[&ours]), &plain()).await;
    assert_eq!(read, Err(NotificationError::Forged));
}

#[tokio::test]
async fn an_issuer_counts_only_in_its_time() {
    let former = Authority::named("Amazon RSA 2048 M01", (2020, 2025));
    let scene = publishing(&former.issue(&usual(), &AMAZON)).await;
    let read = scene.receive_by(&trusting(&[&former]), &plain()).await;
    assert_eq!(read, Err(NotificationError::Forged));
}

#[tokio::test]
async fn a_longer_key_does() {
    let longer = Signer::of(KeySize::Rsa3072);
    let scene = publishing(&longer.certificate(&usual())).await;
    scene
        .told(&posted(&signed_by(&longer, notification(&json!({})))))
        .await;
}

#[tokio::test]
async fn each_region_has_its_host_and_its_name() {
    for (region, partition, host, name) in [
        (
            "eu-west-1",
            "aws",
            "https://sns.eu-west-1.amazonaws.com",
            NAME,
        ),
        (
            "me-south-1",
            "aws",
            "https://sns.me-south-1.amazonaws.com",
            "sns-signing.me-south-1.amazonaws.com",
        ),
        (
            "cn-north-1",
            "aws-cn",
            "https://sns.cn-north-1.amazonaws.com.cn",
            "sns-cn-north-1.amazonaws.com.cn",
        ),
        (
            "us-gov-east-1",
            "aws-us-gov",
            "https://sns.us-gov-east-1.amazonaws.com",
            "sns-us-gov-west-1.amazonaws.com",
        ),
    ] {
        let arn = format!("arn:{partition}:sns:{region}:000011112222:AB12C");
        let address = format!("{host}/SimpleNotificationService-1.pem");
        let changes = json!({"TopicArn": arn, "SigningCertURL": address});
        let post = post(notification(&changes));
        let pinned = json!({"topicArns": [arn]});
        let named = Saying {
            common: name,
            alternatives: vec![name],
            ..usual()
        };
        let scene = publishing(&AMAZON.certificate(&named)).await;
        let read = scene.receive_by(&pinned, &post).await;
        assert!(read.is_ok(), "{region}: {read:?}");
    }
}
