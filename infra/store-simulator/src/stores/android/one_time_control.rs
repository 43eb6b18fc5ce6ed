//! The typed control client: what is bought once.

use reqwest::Method;

use super::{
    Android, OneTimeSold,
    model::{NewOneTimePurchase, OneTimeAction, OneTimeOptions, OneTimePurchase},
};
use crate::store_control::{Answer, NONE, StoreControl, encoded, name_of};

const PATH: &str = "/one-time-purchases";

#[expect(
    clippy::missing_errors_doc,
    reason = "the type says it for all of them"
)]
impl StoreControl<Android> {
    /// A customer buys something once.
    pub async fn buy_once(&self, wanted: &NewOneTimePurchase) -> Answer<OneTimeSold> {
        self.send(Method::POST, PATH, Some(wanted)).await
    }

    /// Lets something happen to what was bought once.
    pub async fn act_once(
        &self,
        token: &str,
        action: OneTimeAction,
        options: &OneTimeOptions,
    ) -> Answer<OneTimeSold> {
        let action = name_of(&action);
        let path = format!("{PATH}/{}/{action}", encoded(token));
        let answer = self.send(Method::POST, &path, Some(options)).await;
        answer.map_err(|error| error.at_path(&action))
    }

    /// An action that needs to be told nothing.
    pub async fn plainly_once(&self, token: &str, action: OneTimeAction) -> Answer<OneTimeSold> {
        self.act_once(token, action, &OneTimeOptions::default())
            .await
    }

    /// Takes back what was bought once and not acknowledged in time.
    pub async fn run_due_once(&self) -> Answer<Vec<OneTimeSold>> {
        let path = format!("{PATH}/run-due");
        self.send(Method::POST, &path, NONE).await
    }

    /// The store's record of something that was bought once.
    pub async fn one_time_purchase(&self, token: &str) -> Answer<OneTimePurchase> {
        let path = format!("{PATH}/{}", encoded(token));
        let answer = self.send(Method::GET, &path, NONE).await;
        answer.map_err(|error| error.at_path("/one-time-purchases/{token}"))
    }

    /// Everything that was bought once, by token.
    pub async fn one_time_purchases(&self) -> Answer<Vec<OneTimePurchase>> {
        self.send(Method::GET, PATH, NONE).await
    }
}
