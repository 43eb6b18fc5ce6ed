//! Behaviour that the store's documents leave open or contradict: every variant can be configured.

use serde_json::{Value, json};
use store_simulator::roku::model::{Action, AnswerForm, Fresh, Options, StatusStyle};

use crate::{API_KEY, scene::Scene, stage::Stage};

fn fresh_by(fresh: Fresh) -> AnswerForm {
    AnswerForm {
        fresh,
        ..AnswerForm::default()
    }
}

#[test]
fn either_the_latest_or_the_first_id_can_be_the_fresh_one() {
    let (mut stage, first) = Stage::bought("monthly");
    let renewed = stage.does(&first, Action::Renew);
    let latest = renewed.purchase.transaction_id;
    let cancelled = stage.does(&first, Action::Cancel);
    let cancellation = &cancelled.purchase.transactions.last().unwrap();
    let cancellation = cancellation.transaction_id.clone();
    let shown = |form: &AnswerForm, id: &str| {
        let answer = stage.pay.look_up(id, form, stage.now).unwrap();
        (answer["isEntitled"] == true, answer["cancelled"] == true)
    };
    let form = fresh_by(Fresh::Every);
    for id in [&first, &latest, &cancellation] {
        assert_eq!(shown(&form, id), (true, true));
    }
    let form = fresh_by(Fresh::Latest);
    assert_eq!(shown(&form, &first), (false, false));
    assert_eq!(shown(&form, &latest), (true, true));
    assert_eq!(shown(&form, &cancellation), (true, true));
    let form = fresh_by(Fresh::Original);
    assert_eq!(shown(&form, &first), (true, true));
    assert_eq!(shown(&form, &latest), (true, false));
}

#[test]
fn ids_of_what_is_no_charge_can_be_unknown() {
    let (mut stage, id) = Stage::bought("monthly");
    let cancelled = stage.does(&id, Action::Cancel).purchase;
    let cancellation = &cancelled.transactions.last().unwrap().transaction_id;
    assert_eq!(
        stage.answer(cancellation)["transactionId"],
        json!(cancellation)
    );
    let form = AnswerForm {
        only_charges: true,
        ..AnswerForm::default()
    };
    assert!(stage.pay.look_up(cancellation, &form, stage.now).is_none());
    assert!(stage.pay.look_up(&id, &form, stage.now).is_some());
}

#[test]
fn a_downgrade_that_waits_is_entitled_or_not() {
    let (mut stage, id) = Stage::bought("monthly");
    let options = Options::to_product("basic");
    let waiting = stage.does_with(&id, Action::Downgrade, &options).purchase;
    for entitled in [true, false] {
        let form = AnswerForm {
            pending_active_entitled: entitled,
            status_style: StatusStyle::Underscored,
            ..AnswerForm::default()
        };
        let id = &waiting.transaction_id;
        let answer = stage.pay.look_up(id, &form, stage.now).unwrap();
        assert_eq!(answer["isEntitled"], entitled);
        assert_eq!(answer["purchaseStatus"], "Pending_Active");
    }
}

#[tokio::test]
async fn dates_and_channels_can_be_written_otherwise() {
    let (scene, purchase) = Scene::bought().await;
    let id = &purchase.transaction_id;
    let form = json!({"answers": {"dateOffset": "-0800", "escapedSlashes": true,
        "channelIdAsText": true}});
    scene.store.reconfigure(&form).await.unwrap();
    let text = scene.validate_with(API_KEY, id).await.text().await.unwrap();
    let written = r#""purchaseDate":"\/Date(1794700800000-0800)\/""#;
    assert!(text.contains(written), "{text}");
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(answer["channelId"], "712345");
    let form = json!({"answers": {"dateOffset": ""}});
    scene.store.reconfigure(&form).await.unwrap();
    let answer = scene.validate(id).await;
    assert_eq!(answer["purchaseDate"], "/Date(1794700800000)/");
}

#[test]
fn look_ups_can_show_anything() {
    let (mut stage, id) = Stage::bought("monthly");
    let options = Options {
        fields: json!({"purchaseStatus": "valid", "isDunning": true, "total": null})
            .as_object()
            .unwrap()
            .clone(),
        without: vec!["purchaseType".to_owned()],
        ..Options::default()
    };
    assert!(
        stage
            .does_with(&id, Action::SetAnswer, &options)
            .published
            .is_empty()
    );
    let answer = stage.answer(&id);
    assert_eq!(answer["purchaseStatus"], "valid");
    assert_eq!(answer["isDunning"], true);
    assert_eq!(answer["total"], Value::Null);
    assert!(answer.get("purchaseType").is_none());
    stage.does(&id, Action::SetAnswer);
    assert_eq!(stage.answer(&id)["purchaseStatus"], "Active");
}
