//! Every version of the API that can be configured is read: the same month in the form of several.

use std::fs;
use std::path::Path;

use domain::Status;
use serde_json::{Value, json};
use stores::Received;

use crate::scene::{DAY, END, INVOICE, START, SUB, Scene, at, known, receive};

/// The versions by their names, with what Stripe answers in each.
fn versions() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stripe/versions");
    let files = fs::read_dir(folder).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let read = files.map(|path| {
        let json = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap();
        (name.to_owned(), json)
    });
    let read: Vec<_> = read.collect();
    assert!(read.len() > 5);
    read
}

async fn sold(version: &str, answers: &Value) -> Scene {
    let scene = Scene::configured(json!({ "apiVersion": version })).await;
    answer(&scene, answers);
    scene
}

fn answer(scene: &Scene, answers: &Value) {
    for (place, object) in answers.as_object().unwrap() {
        scene.server.has(place, object);
    }
}

#[tokio::test]
async fn a_paid_month_is_the_same_in_every_version() {
    for (version, fixture) in versions() {
        let scene = sold(&version, &fixture["answers"]).await;
        let state = scene.state().await;
        assert_eq!(state.status, Status::Active, "{version}");
        assert_eq!(state.product_id, "prod_SynthPrem", "{version}");
        assert_eq!(state.period_start, Some(at(START)), "{version}");
        assert_eq!(state.period_end, at(END), "{version}");
        assert_eq!(state.order_id.as_deref(), Some(INVOICE), "{version}");
        assert_eq!(state.price.unwrap().amount_micros, 9_990_000, "{version}");
        assert_eq!(state.details["paidEnd"], at(END).to_string(), "{version}");
        for asked in scene.server.asked() {
            assert_eq!(asked.headers["stripe-version"], version);
        }
    }
}

#[tokio::test]
async fn money_that_is_given_back_is_seen_in_every_version() {
    for (version, fixture) in versions() {
        let scene = sold(&version, &fixture["answers"]).await;
        answer(&scene, &fixture["givenBack"]);
        let state = scene.state().await;
        assert_eq!(state.status, Status::Revoked, "{version}");
        assert_eq!(state.revoked_at, Some(at(START + DAY)), "{version}");
    }
}

#[tokio::test]
async fn events_lead_to_the_subscription_in_every_version() {
    for (version, fixture) in versions() {
        let scene = sold(&version, &fixture["answers"]).await;
        for event in fixture["events"].as_array().unwrap() {
            let kind = &event["type"];
            let Ok(Received::About(about)) = receive(event).await else {
                panic!("{version} {kind}");
            };
            let seen = scene.look_at(&about.locator).await.unwrap();
            assert_eq!(seen.purchase_key.as_str(), SUB, "{version} {kind}");
            assert_eq!(known(seen).status, Status::Active, "{version} {kind}");
        }
    }
}

#[tokio::test]
async fn before_invoice_payments_a_bill_without_a_charge_was_paid_elsewhere() {
    let fixtures = versions();
    let (version, fixture) = fixtures
        .iter()
        .find(|(name, _)| name == "2024-04-10")
        .unwrap();
    let mut answers = fixture["answers"].clone();
    answers[format!("subscriptions/{SUB}")]["latest_invoice"]["charge"] = Value::Null;
    let scene = sold(version, &answers).await;
    assert_eq!(scene.state().await.status, Status::Active);
    assert_eq!(scene.server.paths(), [format!("subscriptions/{SUB}")]);
}

#[tokio::test]
async fn unless_configured_otherwise_the_newest_version_is_asked_for() {
    let scene = Scene::set().await;
    scene.state().await;
    let newest = "2026-10-28.endive";
    assert!(versions().iter().any(|(version, _)| version == newest));
    for asked in scene.server.asked() {
        assert_eq!(asked.headers["stripe-version"], newest);
    }
}
