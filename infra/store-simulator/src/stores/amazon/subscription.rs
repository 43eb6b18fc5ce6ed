//! Confirmation and unsubscription of an address.

use super::{Endpoint, MessageKind, SentMessage, app::App, custom::CustomMessage};
use crate::{keys::KeyError, tenant::Tenant as _};

/// The token is unknown, belongs to another topic, or is too old.
pub(super) struct WrongToken;

impl App {
    pub(super) fn subscription_arn(&self) -> String {
        let topic_arn = &self.configuration().topic_arn;
        format!("{topic_arn}:{}", self.subscription_id)
    }

    pub(super) fn endpoint(&self) -> Endpoint {
        let state = self.lock();
        Endpoint {
            confirmed: self.address.is_confirmed(),
            confirmed_url: self.address.confirmed_url(),
            token: state.last_token.clone(),
            subscription_arn: self.subscription_arn(),
            confirmation_visits: state.calls.confirmations,
            unsubscribe_visits: state.calls.unsubscribes,
        }
    }

    pub(super) fn ask_confirmation(&self) -> Result<SentMessage, KeyError> {
        self.send(&mut self.lock(), CustomMessage::confirmation())
    }

    /// Stops sending anything but confirmations.
    pub(super) fn unsubscribe(&self) -> Result<SentMessage, KeyError> {
        self.address.unsubscribe();
        let message = CustomMessage {
            kind: MessageKind::UnsubscribeConfirmation,
            ..CustomMessage::default()
        };
        self.send(&mut self.lock(), message)
    }

    pub(super) fn has_issued(&self, token: &str) -> bool {
        self.lock().tokens.contains_key(token)
    }

    /// Handles a visit to the confirmation URL.
    pub(super) fn confirmation_visited(
        &self,
        topic_arn: &str,
        token: &str,
    ) -> Result<(), WrongToken> {
        self.lock().calls.confirmations += 1;
        self.confirm(topic_arn, token)
    }

    /// Handles a visit to the unsubscribe URL.
    pub(super) fn unsubscribe_visited(&self) -> Result<SentMessage, KeyError> {
        self.lock().calls.unsubscribes += 1;
        self.unsubscribe()
    }

    /// Confirms with the token that an operator enters in the store's console.
    pub(super) fn enter_token(&self, token: &str) -> Result<Endpoint, WrongToken> {
        self.confirm(&self.configuration().topic_arn, token)?;
        Ok(self.endpoint())
    }

    /// Confirms the address. A token of a topic that is not the app's own confirms nothing here.
    fn confirm(&self, topic_arn: &str, token: &str) -> Result<(), WrongToken> {
        let state = self.lock();
        let now = self.now();
        let known = state.tokens.get(token);
        if !known.is_some_and(|known| known.is_good(topic_arn, now)) {
            return Err(WrongToken);
        }
        if topic_arn == self.configuration().topic_arn {
            self.address.confirm();
        }
        Ok(())
    }
}
