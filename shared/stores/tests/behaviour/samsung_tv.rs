//! Samsung Checkout in the suite, by its simulator.

mod everything;

use std::collections::BTreeMap;

use domain::{ConfigRules, Environment, Store, StoreSnapshot, Timestamp};
use serde_json::{Value, json};
use store_simulator::samsung_tv::{
    Action as Simulated, Configuration, NewPurchase, Options, Renewals, SamsungTvControl,
    WRONG_CHECK_VALUE,
};
use store_simulator::vizio::Plan as Tariff;
use store_simulator::{Control, RunningSimulator, Simulator};
use stores::StoreConfig;

use crate::altered_answers;
use crate::faults;
use crate::store_under_test::{Action, Arrival, Damage, Fault, Plan, StoreUnderTest};

const APP: &str = "3201911000042";
const KEY: &str = "QmFzZTY0TG9va2luZ0RwaURlbW9LZXkwMDAwMDAwMDE=";
const CUSTOMER: &str = "u7Qx81mZp0";
const SPORTS: &str = "DP990000000109";
const INVOICE: &str = "UP0126110500012345";

pub struct SamsungTv {
    simulator: RunningSimulator,
    control: SamsungTvControl,
}

impl SamsungTv {
    fn configured(&self, changes: &Value) -> StoreConfig {
        configured(&format!("{}/openapi", self.simulator.base_url()), changes)
    }

    async fn simulate(&self, action: Simulated, options: &Options) {
        self.control.act(INVOICE, action, options).await.unwrap();
    }

    async fn switch(&self, action: Simulated, plan: Plan) {
        let item = Self::product(plan);
        let outcome = self.control.change_product(INVOICE, action, item).await;
        outcome.unwrap();
    }
}

fn configured(api_base_url: &str, changes: &Value) -> StoreConfig {
    let mut json = json!({
        "appId": APP,
        "securityKey": KEY,
        "apiBaseUrl": api_base_url,
        "responseCheckValue": "strict",
        "secondOpinion": "strict",
        "timeoutSeconds": 1,
    });
    let fields = json.as_object_mut().unwrap();
    fields.extend(changes.as_object().unwrap().clone());
    let rules = ConfigRules { local_stack: true };
    StoreConfig::parse(Store::SamsungTv, &json, Environment::Sandbox, &rules).unwrap()
}

impl StoreUnderTest for SamsungTv {
    const STORE: Store = Store::SamsungTv;

    async fn start() -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let control = Control::new(simulator.base_url()).samsung_tv(APP);
        let registration = Configuration {
            security_key: KEY.to_owned(),
            products: vec![
                Tariff::monthly(Self::product(Plan::Basic), "8.99", "USD"),
                Tariff::monthly(Self::product(Plan::Premium), "12.99", "USD"),
                Tariff::monthly(SPORTS, "4.99", "USD"),
            ],
            renewals: Renewals::AddInvoice,
            clock_start: Some("2026-11-05T09:30:00Z".parse().unwrap()),
            clock_frozen: true,
            ..Configuration::default()
        };
        control.configure(&registration).await.unwrap();
        Self { simulator, control }
    }

    fn config(&self) -> StoreConfig {
        self.configured(&json!({}))
    }

    /// The code is the simulator's own; what it means has to be configured.
    fn config_with_bad_credentials(&self) -> StoreConfig {
        let codes = json!({ WRONG_CHECK_VALUE: "unauthorized" });
        self.configured(&json!({"securityKey": "expired", "statusCodes": codes}))
    }

    fn config_of_another_application(&self) -> StoreConfig {
        self.configured(&json!({"appId": "3201911000099"}))
    }

    async fn config_with_unknown_status(&self) -> StoreConfig {
        let words = ["00", "01", "02", "03", "04"].map(|word| (word, "unknown"));
        self.configured(&json!({"subscriptionStatuses": BTreeMap::from(words)}))
    }

    async fn config_with_fields_left_out(&self) -> StoreConfig {
        let address = altered_answers::without(
            &format!("{}/openapi", self.simulator.base_url()),
            everything::OPTIONAL,
        )
        .await;
        configured(&address, &json!({}))
    }

    async fn config_with_lists_reversed(&self) -> StoreConfig {
        let address = altered_answers::reversed(
            &format!("{}/openapi", self.simulator.base_url()),
            "/InvoiceDetails",
        )
        .await;
        // The check value is made over the items in their order.
        configured(&address, &json!({"responseCheckValue": "off"}))
    }

    fn config_with_binding(&self) -> Option<StoreConfig> {
        None
    }

    fn submission(&self) -> Value {
        json!({"invoiceId": INVOICE, "samsungCustomerId": CUSTOMER, "countryCode": "US"})
    }

    async fn submission_by_a_later_name(&self) -> Option<Value> {
        let purchase = self.control.purchase(INVOICE).await.unwrap();
        let mut submission = self.submission();
        submission["invoiceId"] = json!(purchase.invoices.last().unwrap().invoice_id);
        Some(submission)
    }

    fn submission_of_nothing(&self) -> Value {
        json!({"invoiceId": "UP-never-sold", "samsungCustomerId": CUSTOMER, "countryCode": "US"})
    }

    fn product(plan: Plan) -> &'static str {
        match plan {
            Plan::Basic => "DP990000000101",
            Plan::Premium => "DP990000000102",
            Plan::Trial => "DP990000000103",
        }
    }

    async fn everything_it_can_say(&self) -> Vec<StoreSnapshot> {
        everything::said().await
    }

    async fn everything_it_can_tell(&self) -> Vec<Arrival> {
        Vec::new()
    }

    async fn now(&self) -> Timestamp {
        self.control.now().await.unwrap()
    }

    async fn wait(&self, seconds: u64) {
        self.control.advance_clock(seconds).await.unwrap();
    }

    async fn act(&self, action: Action) {
        let plainly = Options::default();
        match action {
            Action::Buy => {
                let wanted = NewPurchase::of(Self::product(Plan::Basic), CUSTOMER);
                let sold = self.control.buy(&wanted.with_invoice(INVOICE)).await;
                sold.unwrap();
            }
            Action::BuyBeside => {
                let sports = NewPurchase::of(SPORTS, CUSTOMER);
                self.control.buy(&sports).await.unwrap();
            }
            Action::Renew | Action::Recover => self.simulate(Simulated::Renew, &plainly).await,
            Action::FailWithoutGrace => self.simulate(Simulated::Fail, &plainly).await,
            Action::Cancel => self.simulate(Simulated::Cancel, &plainly).await,
            Action::Reactivate => self.simulate(Simulated::Reactivate, &plainly).await,
            Action::Expire => self.simulate(Simulated::Expire, &plainly).await,
            Action::Refund => self.simulate(Simulated::Refund, &plainly).await,
            Action::RefundFirst => {
                let invoice_id = Some(INVOICE.to_owned());
                let options = Options {
                    invoice_id,
                    ..plainly
                };
                self.simulate(Simulated::Refund, &options).await;
            }
            Action::Upgrade => self.switch(Simulated::Switch, Plan::Premium).await,
            Action::Downgrade => self.switch(Simulated::Reserve, Plan::Basic).await,
            Action::StartTrial
            | Action::FailWithGrace
            | Action::Pause
            | Action::Resume
            | Action::BuyPending
            | Action::CompletePending
            | Action::BuyTest
            | Action::BuyPrepaid
            | Action::BuyOnce
            | Action::TopUp
            | Action::PayAsAnother
            | Action::Void => panic!("declared absent"),
        }
    }

    async fn look_ups_go_wrong(&self, fault: Fault) {
        let faults = faults::of_look_ups(fault);
        self.control.set_faults(&faults).await.unwrap();
    }

    async fn notifications_go_wrong(&self, _damage: Damage) {
        panic!("declared absent");
    }

    async fn heal(&self) {
        self.control.clear_faults().await.unwrap();
    }

    async fn arrivals(&self) -> Vec<Arrival> {
        Vec::new()
    }
}
