//! The bundle's part without AWS: one look at a time, one table for one customer's purchases.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use domain::{
    BroadcasterId, BroadcasterSettings, Cause, Claim, ConfigRules, CorrelationId, CustomerId,
    Environment, Event, Locator, Observation, OfferId, OfferRef, PurchaseKey, Reading, Scope,
    Store, StoreSnapshot, Subscription, Timestamp, VoidedPayment, reduce, reduce_missing, schedule,
};
use serde_json::json;
use store_simulator::android::model::{LookUp, NamedOwner};
use stores::StoreConfig;

use crate::store::{PACKAGE, Shop};

/// What stands under a key.
enum Entry {
    Purchase(Box<Subscription>),
    Alias(PurchaseKey),
}

/// The table, and everything that was announced.
#[derive(Default)]
pub struct Bundle {
    table: BTreeMap<PurchaseKey, Entry>,
    pub due: BTreeMap<PurchaseKey, Timestamp>,
    pub events: Vec<Event>,
}

static BROADCASTER: LazyLock<BroadcasterId> = LazyLock::new(|| BroadcasterId::new("7").unwrap());
static SETTINGS: LazyLock<BroadcasterSettings> = LazyLock::new(BroadcasterSettings::default);
static CONFIG: LazyLock<stores::connectors::android::Config> = LazyLock::new(config);

/// A configuration with a key that signs nothing here.
fn config() -> stores::connectors::android::Config {
    let key = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let der = aws_lc_rs::encoding::AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&key);
    let text = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, der.unwrap().as_ref());
    let json = json!({
        "packageNames": [PACKAGE],
        "serviceAccount": {
            "type": "service_account", "client_email": "play@example.iam.gserviceaccount.com",
            "private_key": format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n"),
            "token_uri": "https://oauth2.googleapis.com/token",
        },
    });
    let rules = ConfigRules { local_stack: false };
    let config = StoreConfig::parse(Store::Android, &json, Environment::Sandbox, &rules).unwrap();
    config
        .downcast_ref::<stores::connectors::android::Config>()
        .unwrap()
        .clone()
}

impl Bundle {
    /// The submission of a purchase for a customer.
    pub fn claim(&mut self, shop: &mut Shop, token: &str, customer: &str, now: Timestamp) {
        let claim = Claim {
            customer_id: CustomerId::new(customer).unwrap(),
            correlation_id: CorrelationId(uuid::Uuid::from_u128(1)),
            offer_id: None,
            coupon: None,
        };
        let key = self.follow(&PurchaseKey::new(token).unwrap());
        self.look(shop, &key, &Cause::Claim(claim), None, now);
    }

    /// A notification; what is about a replaced purchase is dropped.
    pub fn hear(
        &mut self,
        shop: &mut Shop,
        token: &str,
        voided: Option<VoidedPayment>,
        now: Timestamp,
    ) {
        let key = PurchaseKey::new(token).unwrap();
        if !matches!(self.table.get(&key), Some(Entry::Alias(_))) {
            self.look(shop, &key, &Cause::Notification, voided, now);
        }
    }

    /// A check that was due.
    pub fn check(&mut self, shop: &mut Shop, key: &PurchaseKey, now: Timestamp) {
        self.look(shop, key, &Cause::Reconciliation, None, now);
    }

    pub fn subscriptions(&self) -> impl Iterator<Item = &Subscription> {
        self.table.values().filter_map(|place| match place {
            Entry::Purchase(subscription) => Some(subscription.as_ref()),
            Entry::Alias(_) => None,
        })
    }

    /// Whether somebody holds the purchase, whatever it is called by now.
    pub fn holds(&self, token: &str) -> bool {
        let key = self.follow(&PurchaseKey::new(token).unwrap());
        self.known(&key)
            .is_some_and(|known| known.ownership.customer_id.is_some())
    }

    fn known(&self, key: &PurchaseKey) -> Option<&Subscription> {
        match self.table.get(key)? {
            Entry::Purchase(subscription) => Some(subscription),
            Entry::Alias(_) => None,
        }
    }

    fn follow(&self, key: &PurchaseKey) -> PurchaseKey {
        let mut key = key.clone();
        while let Some(Entry::Alias(to)) = self.table.get(&key) {
            key = to.clone();
        }
        key
    }

    fn look(
        &mut self,
        shop: &mut Shop,
        key: &PurchaseKey,
        cause: &Cause,
        voided: Option<VoidedPayment>,
        now: Timestamp,
    ) {
        let scope = Scope {
            broadcaster_id: &BROADCASTER,
            environment: Environment::Sandbox,
            settings: &SETTINGS,
            received_at: now,
            now,
        };
        let current = self.known(key).cloned();
        let decision = match seen(shop, key, now) {
            None => reduce_missing(current.as_ref(), now, cause, &scope),
            Some(snapshot) => {
                let replaced = self.take_over(shop, current.as_ref(), &snapshot, now);
                let mut observation = Observation::new(snapshot.clone(), offer(&snapshot));
                observation.replaced = replaced;
                observation.voided = voided;
                reduce(current.as_ref(), &observation, cause, &scope)
            }
        };
        self.events.extend(decision.events);
        if let Some(next) = decision.next {
            self.keep(shop, next, now);
        }
    }

    /// Turns what the purchase has replaced into leads; answers the nearest one that was known.
    fn take_over(
        &mut self,
        shop: &Shop,
        current: Option<&Subscription>,
        snapshot: &StoreSnapshot,
        now: Timestamp,
    ) -> Option<Subscription> {
        let owned = current.is_some_and(|current| current.ownership.customer_id.is_some());
        let mut replaces = snapshot.replaces.clone().filter(|_| !owned);
        while let Some(key) = replaces.take().filter(|key| *key != snapshot.purchase_key) {
            match self.table.remove(&key) {
                Some(Entry::Alias(to)) => {
                    self.table.insert(key, Entry::Alias(to.clone()));
                    replaces = Some(to);
                }
                known => {
                    let lead = Entry::Alias(snapshot.purchase_key.clone());
                    self.table.insert(key.clone(), lead);
                    self.due.remove(&key);
                    match known {
                        Some(Entry::Purchase(subscription)) => return Some(*subscription),
                        _ => replaces = seen(shop, &key, now).and_then(|seen| seen.replaces),
                    }
                }
            }
        }
        None
    }

    fn keep(&mut self, shop: &mut Shop, mut next: Subscription, now: Timestamp) {
        let key = next.purchase_key.clone();
        if next.state.acknowledge_by.is_some() && next.access_granted(now) {
            let product = next.state.product_id.clone();
            let owner = NamedOwner::default();
            let heard = shop.play.acknowledge(key.as_str(), &product, &owner, now);
            if heard.is_ok() {
                next.state.acknowledge_by = None;
            }
        }
        match schedule::next_check(&next, now) {
            Some(due) => self
                .due
                .insert(key.clone(), schedule::spread(due, &next, now)),
            None => self.due.remove(&key),
        };
        self.table.insert(key, Entry::Purchase(Box::new(next)));
    }
}

/// What the store says of a purchase, if it still knows it.
fn seen(shop: &Shop, key: &PurchaseKey, now: Timestamp) -> Option<StoreSnapshot> {
    let LookUp::Found(answer) = shop.play.look_up(key.as_str(), now) else {
        return None;
    };
    let locator = Locator {
        key: key.clone(),
        details: [("packageName".to_owned(), PACKAGE.to_owned())].into(),
    };
    Some(stores::connectors::android::snapshot(&CONFIG, &locator, &answer, now).unwrap())
}

fn offer(snapshot: &StoreSnapshot) -> Option<OfferRef> {
    let Reading::Known(state) = &snapshot.reading else {
        return None;
    };
    Some(OfferRef {
        offer_id: OfferId::new(state.product_id.clone()).unwrap(),
        package_name: state.product_id.clone(),
        tags: std::collections::BTreeSet::new(),
        rental: None,
        price: None,
    })
}
