//! Typed control client: one-time purchases.

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
    /// Makes a one-time purchase.
    pub async fn buy_once(&self, wanted: &NewOneTimePurchase) -> Answer<OneTimeSold> {
        self.send(Method::POST, PATH, Some(wanted)).await
    }

    /// Applies an action to a one-time purchase.
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

    /// Applies an action without options.
    pub async fn plainly_once(&self, token: &str, action: OneTimeAction) -> Answer<OneTimeSold> {
        self.act_once(token, action, &OneTimeOptions::default())
            .await
    }

    /// Refunds the one-time purchases that were not acknowledged in time.
    pub async fn run_due_once(&self) -> Answer<Vec<OneTimeSold>> {
        let path = format!("{PATH}/run-due");
        self.send(Method::POST, &path, NONE).await
    }

    /// Returns the store's record of a one-time purchase.
    pub async fn one_time_purchase(&self, token: &str) -> Answer<OneTimePurchase> {
        let path = format!("{PATH}/{}", encoded(token));
        let answer = self.send(Method::GET, &path, NONE).await;
        answer.map_err(|error| error.at_path("/one-time-purchases/{token}"))
    }

    /// Returns every one-time purchase, by token.
    pub async fn one_time_purchases(&self) -> Answer<Vec<OneTimePurchase>> {
        self.send(Method::GET, PATH, NONE).await
    }
}
