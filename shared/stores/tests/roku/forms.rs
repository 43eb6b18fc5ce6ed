//! A whole life with the simulated store, in every form that its answers may have: after each word of
//! Roku the connector says of access and plan what the store itself grants.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use domain::{
    ConfigRules, Environment, Locator, PurchaseKey, Reading, Store, StoreState, Timestamp,
};
use serde_json::{Value, json};
use store_simulator::roku::model::{
    Action, AnswerForm, Channel, Fresh, NewPurchase, Options, Plan, StatusStyle,
};
use store_simulator::roku::{Alphabet, Configuration, RokuControl};
use store_simulator::{Control, RunningSimulator, Simulator};
use stores::{ConnectorContext, Received, StoreConfig};
use tokio::net::TcpListener;

use crate::scene::{API_KEY, CHANNEL};

const BASIC: &str = "basic";
const PREMIUM: &str = "premium";

/// What happens, in this order, and with which plan.
const LIFE: [(Action, Option<&str>); 21] = [
    (Action::Renew, None),
    (Action::EnterGrace, None),
    (Action::Recover, None),
    (Action::EnterGrace, None),
    (Action::Hold, None),
    (Action::Recover, None),
    (Action::Cancel, None),
    (Action::Resubscribe, None),
    (Action::Refund, None),
    (Action::Chargeback, None),
    (Action::Upgrade, Some(PREMIUM)),
    (Action::Renew, None),
    (Action::Downgrade, Some(BASIC)),
    (Action::Renew, None),
    (Action::StartOffer, None),
    (Action::Renew, None),
    (Action::Upgrade, Some(PREMIUM)),
    (Action::Credit, None),
    (Action::Renew, None),
    (Action::Cancel, None),
    (Action::LastDay, None),
];

struct Life {
    control: RokuControl,
    config: StoreConfig,
    context: ConnectorContext,
    delivered: Arc<Mutex<Vec<Vec<u8>>>>,
    /// What is kept of each purchase, as its next look is made with it.
    kept: BTreeMap<PurchaseKey, BTreeMap<String, String>>,
    _simulator: RunningSimulator,
}

impl Life {
    async fn begin(answers: AnswerForm, alphabet: Alphabet, settings: &Value) -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let control = Control::new(simulator.base_url()).roku("roku-forms");
        let delivered = Arc::<Mutex<Vec<Vec<u8>>>>::default();
        let registration = Configuration {
            api_keys: vec![API_KEY.to_owned()],
            channels: vec![Channel::new(CHANNEL, "Example TV")],
            plans: vec![
                Plan::monthly(BASIC, "8.99").with_trial_seconds(7 * 24 * 3600),
                Plan::monthly(PREMIUM, "12.99"),
            ],
            notification_url: Some(inbox(Arc::clone(&delivered)).await),
            clock_start: Some("2026-11-05T09:30:00Z".parse().unwrap()),
            clock_frozen: true,
            message_alphabet: alphabet,
            answers,
            ..Configuration::default()
        };
        control.configure(&registration).await.unwrap();
        let config = crate::json::changed(
            json!({
                "apiKeys": [API_KEY], "channelIds": [CHANNEL],
                "apiBaseUrl": control.service_url(), "keysUrl": control.jwks_url(),
            }),
            settings,
        );
        let rules = ConfigRules { local_stack: true };
        let config = StoreConfig::parse(Store::Roku, &config, Environment::Production, &rules);
        Self {
            control,
            config: config.unwrap(),
            context: ConnectorContext::new().unwrap(),
            delivered,
            kept: BTreeMap::new(),
            _simulator: simulator,
        }
    }

    /// Looks at what was told, in the order in which it came.
    async fn hear(&mut self) {
        let counts = self.control.flush(Duration::from_secs(20)).await.unwrap();
        assert_eq!((counts.pending, counts.failed), (0, 0));
        let bodies: Vec<_> = self.delivered.lock().unwrap().drain(..).collect();
        for body in bodies {
            let now = Timestamp::now();
            let read = self
                .config
                .read_notification(&self.context, &[], &body, now);
            if let Received::About(about) = read.await.unwrap().received {
                self.look(about.locator).await;
            }
        }
    }

    async fn look(&mut self, asked: Locator) -> Option<StoreState> {
        let mut details = self.kept.get(&asked.key).cloned().unwrap_or_default();
        details.extend(asked.details);
        let locator = Locator {
            key: asked.key,
            details,
        };
        let now = self.control.now().await.unwrap();
        let looked_up = self.config.look_up(&self.context, &locator, now).await;
        let snapshot = looked_up.unwrap().snapshot;
        let hints = snapshot.hints();
        let Reading::Known(state) = snapshot.reading else {
            return None;
        };
        let mut details = locator.details;
        details.extend(hints.unwrap());
        self.kept.insert(snapshot.purchase_key, details);
        Some(state)
    }

    /// The state at a look that nobody caused agrees with what the store grants.
    async fn agrees(&mut self, id: &str, after: &str) {
        let key = PurchaseKey::new(id).unwrap();
        let state = self
            .look(Locator {
                key,
                details: BTreeMap::new(),
            })
            .await;
        let state = state.unwrap_or_else(|| panic!("it is replaced after {after}"));
        let now = self.control.now().await.unwrap();
        let purchases = self.control.purchases().await.unwrap();
        let granted = purchases.iter().find(|purchase| purchase.grants(now));
        assert_eq!(
            state.grants_access(now),
            granted.is_some(),
            "{after}: {state:?}"
        );
        if let Some(granted) = granted {
            assert_eq!(state.product_id, granted.product_code, "{after}");
            assert_eq!(state.in_trial(), granted.in_trial, "{after}");
        }
    }
}

async fn inbox(delivered: Arc<Mutex<Vec<Vec<u8>>>>) -> String {
    let accept = move |body: Bytes| {
        delivered.lock().unwrap().push(body.to_vec());
        async {}
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let router = Router::new().fallback(accept);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

async fn lives(mut life: Life) {
    let sold = life.control.buy(&NewPurchase::of(BASIC)).await.unwrap();
    let mut id = sold.purchase.original_transaction_id;
    life.hear().await;
    life.agrees(&id, "buying").await;
    for (action, plan) in LIFE {
        let options = Options {
            product_code: plan.map(str::to_owned),
            amount: matches!(action, Action::StartOffer | Action::Credit)
                .then(|| "1.00".to_owned()),
            ..Options::default()
        };
        let outcome = life.control.act(&id, action, &options).await.unwrap();
        id = outcome.purchase.original_transaction_id;
        life.hear().await;
        life.agrees(&id, &format!("{action:?}")).await;
    }
    life.control.plainly(&id, Action::Expire).await.unwrap();
    life.agrees(&id, "the end").await;
}

#[tokio::test]
async fn every_transaction_shows_how_it_stands() {
    let answers = AnswerForm::default();
    lives(Life::begin(answers, Alphabet::UrlUnpadded, &json!({})).await).await;
}

#[tokio::test]
async fn only_the_transactions_of_charges_are_known() {
    let answers = AnswerForm {
        only_charges: true,
        pending_active_entitled: false,
        ..AnswerForm::default()
    };
    lives(Life::begin(answers, Alphabet::Standard, &json!({})).await).await;
}

#[tokio::test]
async fn only_the_latest_transaction_shows_how_it_stands() {
    let answers = AnswerForm {
        fresh: Fresh::Latest,
        date_offset: "-0800".to_owned(),
        ..AnswerForm::default()
    };
    lives(Life::begin(answers, Alphabet::Url, &json!({})).await).await;
}

#[tokio::test]
async fn only_the_latest_charge_shows_how_it_stands() {
    let answers = AnswerForm {
        fresh: Fresh::Latest,
        only_charges: true,
        channel_id_as_text: true,
        ..AnswerForm::default()
    };
    lives(Life::begin(answers, Alphabet::StandardUnpadded, &json!({})).await).await;
}

#[tokio::test]
async fn only_the_first_transaction_shows_how_it_stands() {
    let answers = AnswerForm {
        fresh: Fresh::Original,
        escaped_slashes: true,
        date_offset: String::new(),
        status_style: StatusStyle::Underscored,
        ..AnswerForm::default()
    };
    let original = json!({"freshTransaction": "original"});
    lives(Life::begin(answers, Alphabet::UrlUnpadded, &original).await).await;
}
