//! The typed control client of this store.

use reqwest::Method;

use super::{
    ActionOutcome, Calls, Configuration, CustomMessage, Endpoint, PublishedCertificate,
    SentMessage,
    bodies::{EnteredToken, Rotation},
    model::{Action, NewPurchase, Options, Receipt},
};
use crate::store_control::{Answer, NONE, SimulatedStore, StoreControl};

/// The Amazon Appstore. A rule for look-ups is about the verification service, its subscription id
/// is a receipt id.
#[derive(Debug, Clone, Copy)]
pub struct Amazon;

impl SimulatedStore for Amazon {
    const SLUG: &'static str = "amazon";
    type Configuration = Configuration;
    type Calls = Calls;
}

/// Steers one app's side of the store.
pub type AmazonControl = StoreControl<Amazon>;

#[expect(
    clippy::missing_errors_doc,
    reason = "the type says it for all of them"
)]
impl StoreControl<Amazon> {
    /// The app.
    #[must_use]
    pub fn package_name(&self) -> &str {
        self.tenant()
    }

    /// What stands for `https://appstore-sdk.amazon.com`.
    #[must_use]
    pub fn rvs_base_url(&self) -> String {
        self.base_url().to_owned()
    }

    /// What stands for `https://sns.{region}.amazonaws.com`.
    #[must_use]
    pub fn sns_base_url(&self) -> String {
        self.base_url().to_owned()
    }

    /// Does whatever is due by the clock.
    pub async fn run_due(&self) -> Answer<Vec<ActionOutcome>> {
        self.send(Method::POST, "/clock/run-due", NONE).await
    }

    /// A customer buys something.
    pub async fn buy(&self, wanted: &NewPurchase) -> Answer<ActionOutcome> {
        self.send(Method::POST, "/receipts", Some(wanted)).await
    }

    /// Lets something happen to a receipt.
    pub async fn act(
        &self,
        receipt_id: &str,
        action: Action,
        options: &Options,
    ) -> Answer<ActionOutcome> {
        let path = format!("{}/{}", path_of(receipt_id), action.as_str());
        let answer = self.send(Method::POST, &path, Some(options)).await;
        answer.map_err(|error| error.at_path(action.as_str()))
    }

    /// An action that needs to be told nothing.
    pub async fn plainly(&self, receipt_id: &str, action: Action) -> Answer<ActionOutcome> {
        self.act(receipt_id, action, &Options::default()).await
    }

    /// The store's record of a purchase.
    pub async fn receipt(&self, receipt_id: &str) -> Answer<Receipt> {
        let answer = self.send(Method::GET, &path_of(receipt_id), NONE).await;
        answer.map_err(|error| error.at_path("/receipts/{receiptId}"))
    }

    /// Every receipt, by id.
    pub async fn receipts(&self) -> Answer<Vec<Receipt>> {
        self.send(Method::GET, "/receipts", NONE).await
    }

    /// Sends a message that no action causes.
    pub async fn notify(&self, custom: &CustomMessage) -> Answer<SentMessage> {
        self.send(Method::POST, "/notifications", Some(custom))
            .await
    }

    /// Asks the address for notifications to confirm that it wants them.
    pub async fn ask_confirmation(&self) -> Answer<SentMessage> {
        self.send(Method::POST, "/endpoint/confirmation", NONE)
            .await
    }

    /// Enters the token of a confirmation in the store's console.
    pub async fn enter_token(&self, token: &str) -> Answer<Endpoint> {
        let body = EnteredToken {
            token: token.to_owned(),
        };
        self.send(Method::POST, "/endpoint/token", Some(&body))
            .await
    }

    /// Unsubscribes the address, and tells it so. Nothing else is sent until it is confirmed again.
    pub async fn unsubscribe(&self) -> Answer<SentMessage> {
        self.send(Method::POST, "/endpoint/unsubscription", NONE)
            .await
    }

    /// How the topic stands to the address for notifications.
    pub async fn endpoint(&self) -> Answer<Endpoint> {
        self.send(Method::GET, "/endpoint", NONE).await
    }

    /// The certificate that messages name.
    pub async fn certificate(&self) -> Answer<PublishedCertificate> {
        self.send(Method::GET, "/certificate", NONE).await
    }

    /// Messages are signed with a new key from now on; its certificate is at another address, unless
    /// it takes over that of the old one.
    pub async fn rotate_certificate(&self, same_address: bool) -> Answer<PublishedCertificate> {
        let body = Rotation { same_address };
        self.send(Method::POST, "/certificate/rotate", Some(&body))
            .await
    }
}

/// The path of a receipt in the control API. Ids have signs that mean something there.
fn path_of(receipt_id: &str) -> String {
    let encoded: String = receipt_id
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("/receipts/{encoded}")
}
