//! Vizio in the suite, by its simulator.

mod everything;

use std::time::Duration;

use domain::{ConfigRules, Environment, Store, StoreSnapshot, Timestamp};
use serde_json::{Value, json};
use store_simulator::vizio::{
    Action as Simulated, ActionOptions, Configuration, NewSubscription, Plan as Tariff,
    VizioControl,
};
use store_simulator::{Control, RunningSimulator, Simulator};
use stores::StoreConfig;

use crate::altered_answers;
use crate::faults;
use crate::inbox::Inbox;
use crate::store_under_test::{Action, Arrival, Damage, Fault, Plan, StoreUnderTest};

const API_KEY: &str = "kid_suite";
const SIGNING_KEY: &str = "sign_suite";
const PARTNER: &str = "vizio_partner_suite_inc";
const SUBSCRIPTION: &str = "vzs-88120044";
const SPORTS: &str = "demo_sports_499";
const THREE_DAYS: u64 = 3 * 24 * 3600;

pub struct Vizio {
    simulator: RunningSimulator,
    control: VizioControl,
    inbox: Inbox,
}

impl Vizio {
    fn configured(&self, changes: &Value) -> StoreConfig {
        let mut json = json!({
            "apiKey": API_KEY,
            "partnerId": PARTNER,
            "signingKeys": [SIGNING_KEY],
            "apiBaseUrl": self.simulator.base_url(),
            "timeoutSeconds": 1,
        });
        let fields = json.as_object_mut().unwrap();
        fields.extend(changes.as_object().unwrap().clone());
        let rules = ConfigRules { local_stack: true };
        StoreConfig::parse(Store::Vizio, &json, Environment::Sandbox, &rules).unwrap()
    }

    async fn simulate(&self, action: Simulated, options: &ActionOptions) {
        let outcome = self.control.act(SUBSCRIPTION, action, options).await;
        outcome.unwrap();
    }

    async fn sell(&self, plan: Plan) {
        let wanted = NewSubscription {
            subscription_id: Some(SUBSCRIPTION.to_owned()),
            partner_account_id: Some("cust-1".to_owned()),
            ..NewSubscription::of_plan(Self::product(plan))
        };
        self.control.buy(&wanted).await.unwrap();
    }

    /// The charge is tried when the period has ended.
    async fn fail(&self, grace_seconds: Option<u64>) {
        let subscription = self.control.purchase(SUBSCRIPTION).await.unwrap();
        let left = subscription
            .current_period_end
            .duration_since(self.now().await);
        self.wait(left.as_secs().try_into().unwrap()).await;
        self.control
            .fail(SUBSCRIPTION, grace_seconds)
            .await
            .unwrap();
    }
}

impl StoreUnderTest for Vizio {
    const STORE: Store = Store::Vizio;

    async fn start() -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let control = Control::new(simulator.base_url()).vizio(PARTNER);
        let inbox = Inbox::open().await;
        let week = 7 * 24 * 3600;
        let registration = Configuration {
            api_key: API_KEY.to_owned(),
            signing_keys: vec![SIGNING_KEY.to_owned()],
            notification_url: Some(inbox.address.clone()),
            plans: vec![
                Tariff::monthly(Self::product(Plan::Basic), "8.99", "USD"),
                Tariff::monthly(Self::product(Plan::Premium), "12.99", "USD"),
                Tariff::monthly(SPORTS, "4.99", "USD"),
                Tariff::monthly(Self::product(Plan::Trial), "8.99", "USD").with_trial_seconds(week),
            ],
            clock_start: Some("2026-11-05T09:30:00Z".parse().unwrap()),
            clock_frozen: true,
            ..Configuration::default()
        };
        control.configure(&registration).await.unwrap();
        Self {
            simulator,
            control,
            inbox,
        }
    }

    fn config(&self) -> StoreConfig {
        self.configured(&json!({}))
    }

    fn config_with_bad_credentials(&self) -> StoreConfig {
        self.configured(&json!({"apiKey": "kid_expired"}))
    }

    fn config_of_another_application(&self) -> StoreConfig {
        self.configured(&json!({"partnerId": "vizio_partner_other_inc"}))
    }

    /// Takes the currency for the status: the simulator itself has no word that we don't know.
    async fn config_with_unknown_status(&self) -> StoreConfig {
        let pointers = json!({"lookUp.status": "/data/currency", "lookUp.active": ""});
        self.configured(&json!({ "fieldPointers": pointers }))
    }

    async fn config_with_fields_left_out(&self) -> StoreConfig {
        let address =
            altered_answers::without(&self.simulator.base_url(), everything::OPTIONAL).await;
        self.configured(&json!({ "apiBaseUrl": address }))
    }

    fn config_with_binding(&self) -> Option<StoreConfig> {
        Some(self.configured(&json!({"accountIdPattern": "cust-{customerId}"})))
    }

    fn submission(&self) -> Value {
        json!({"subscriptionId": SUBSCRIPTION, "invoiceNumber": "VZINV-0000001"})
    }

    async fn submission_by_a_later_name(&self) -> Option<Value> {
        None
    }

    fn submission_of_nothing(&self) -> Value {
        json!({"subscriptionId": "vzs-never-sold"})
    }

    fn product(plan: Plan) -> &'static str {
        match plan {
            Plan::Basic => "demo_monthly_899",
            Plan::Premium => "demo_monthly_1299",
            Plan::Trial => "demo_monthly_899_trial",
        }
    }

    async fn everything_it_can_say(&self) -> Vec<StoreSnapshot> {
        everything::said(&self.config_with_binding().unwrap()).await
    }

    async fn everything_it_can_tell(&self) -> Vec<Arrival> {
        everything::told()
    }

    async fn now(&self) -> Timestamp {
        self.control.now().await.unwrap()
    }

    async fn wait(&self, seconds: u64) {
        self.control.advance_clock(seconds).await.unwrap();
    }

    async fn act(&self, action: Action) {
        let plainly = ActionOptions::default();
        match action {
            Action::Buy => self.sell(Plan::Basic).await,
            Action::StartTrial => self.sell(Plan::Trial).await,
            Action::Renew => self.simulate(Simulated::Renew, &plainly).await,
            Action::FailWithGrace => self.fail(Some(THREE_DAYS)).await,
            Action::FailWithoutGrace => self.fail(None).await,
            Action::Recover => self.simulate(Simulated::Recover, &plainly).await,
            Action::Cancel => self.simulate(Simulated::Cancel, &plainly).await,
            Action::Reactivate => self.simulate(Simulated::Reactivate, &plainly).await,
            Action::Expire => self.simulate(Simulated::Expire, &plainly).await,
            Action::Refund => self.simulate(Simulated::Refund, &plainly).await,
            Action::RefundFirst => {
                let subscription = self.control.purchase(SUBSCRIPTION).await.unwrap();
                let first = subscription.invoices.first().unwrap();
                let options = ActionOptions {
                    invoice_number: Some(first.invoice_number.clone()),
                    ..plainly
                };
                self.simulate(Simulated::Refund, &options).await;
            }
            Action::Upgrade => {
                let options = ActionOptions::to_plan(Self::product(Plan::Premium));
                self.simulate(Simulated::Upgrade, &options).await;
            }
            Action::Downgrade => {
                let options = ActionOptions::to_plan(Self::product(Plan::Basic));
                self.simulate(Simulated::Downgrade, &options).await;
            }
            Action::BuyBeside => {
                let sports = NewSubscription::of_plan(SPORTS).for_account("cust-1");
                self.control.buy(&sports).await.unwrap();
            }
            Action::PayAsAnother => {
                let by_another = ActionOptions {
                    partner_account_id: Some("cust-2".to_owned()),
                    ..plainly
                };
                self.simulate(Simulated::Renew, &by_another).await;
            }
            Action::Pause
            | Action::Resume
            | Action::BuyPending
            | Action::CompletePending
            | Action::BuyTest
            | Action::BuyPrepaid
            | Action::BuyOnce
            | Action::TopUp
            | Action::Void => panic!("declared absent"),
        }
    }

    async fn look_ups_go_wrong(&self, fault: Fault) {
        let faults = faults::of_look_ups(fault);
        self.control.set_faults(&faults).await.unwrap();
    }

    async fn notifications_go_wrong(&self, damage: Damage) {
        let faults = match damage {
            Damage::Lost => faults::losing(),
            Damage::Forged => faults::changing(),
        };
        self.control.set_faults(&faults).await.unwrap();
    }

    async fn heal(&self) {
        self.control.clear_faults().await.unwrap();
    }

    async fn arrivals(&self) -> Vec<Arrival> {
        let counts = self.control.flush(Duration::from_secs(20)).await.unwrap();
        assert_eq!((counts.pending, counts.failed), (0, 0));
        self.inbox.take(self.now().await)
    }
}
