//! Responses of the store to look-ups.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    app::{App, State},
    apple_error::{AppleError, INTERNAL, NO_TRANSACTION, WRONG_TRANSACTION_ID},
    history::HistoryQuery,
    jws,
    model::{AppStore, Environment, Purchase},
};
use crate::tenant::Tenant as _;

impl App {
    /// Answers `GET v1/transactions/{transactionId}`.
    pub(super) fn transaction(
        &self,
        environment: Environment,
        id: &str,
    ) -> Result<Value, AppleError> {
        check_id(id)?;
        let mut state = self.lock();
        let found = state.store.transaction(id);
        let (purchase, transaction) = found
            .filter(|(purchase, _)| purchase.environment == environment)
            .ok_or(NO_TRANSACTION)?;
        let payload = state.store.transaction_payload(purchase, transaction);
        let signed = self.signed_now(&mut state, payload)?;
        Ok(json!({ "signedTransactionInfo": signed }))
    }

    /// Answers `GET v1/subscriptions/{anyTransactionId}`.
    pub(super) fn statuses(
        &self,
        environment: Environment,
        id: &str,
        query: &str,
    ) -> Result<Value, AppleError> {
        let wanted = wanted_statuses(query)?;
        let mut state = self.lock();
        let asked = self.find(&state, environment, id)?;
        let now = self.now();
        let omit = self.configuration().omit_asked;
        let mut groups = Vec::new();
        for (group, mut purchases) in state.store.statuses(asked) {
            let others = purchases.len() > 1;
            purchases.retain(|one| {
                let is_asked = one.original_transaction_id == asked.original_transaction_id;
                let fits = wanted.is_empty() || wanted.contains(&one.state_at(now).status());
                fits && !(omit && is_asked && others)
            });
            let last = purchases
                .iter()
                .filter_map(|one| LastTransaction::of(&state.store, one, now));
            groups.push((group.to_owned(), last.collect::<Vec<_>>()));
        }
        let mut data = Vec::new();
        for (group, last) in groups {
            let signed = last
                .into_iter()
                .map(|one| self.signed_last(&mut state, one));
            let signed = signed.collect::<Result<Vec<_>, _>>()?;
            if !signed.is_empty() {
                data.push(
                    json!({"subscriptionGroupIdentifier": group, "lastTransactions": signed}),
                );
            }
        }
        let mut answer = self.header(environment);
        answer.insert("data".to_owned(), json!(data));
        Ok(Value::Object(answer))
    }

    fn signed_last(&self, state: &mut State, last: LastTransaction) -> Result<Value, AppleError> {
        Ok(json!({
            "originalTransactionId": last.original_transaction_id,
            "status": last.status,
            "signedTransactionInfo": self.signed_now(state, last.transaction)?,
            "signedRenewalInfo": self.signed_now(state, last.renewal)?,
        }))
    }

    /// Returns the purchase that an id belongs to, in this environment.
    fn find<'a>(
        &self,
        state: &'a State,
        environment: Environment,
        id: &str,
    ) -> Result<&'a Purchase, AppleError> {
        check_id(id)?;
        let code = self.configuration().not_found_code;
        let found = state.store.purchase(id);
        found
            .filter(|purchase| purchase.environment == environment)
            .ok_or(AppleError::new(code))
    }

    /// Answers `GET v2/history/{anyTransactionId}`.
    pub(super) fn history(
        &self,
        environment: Environment,
        id: &str,
        query: &str,
    ) -> Result<Value, AppleError> {
        let query = HistoryQuery::parse(query)?;
        let mut state = self.lock();
        let asked = self.find(&state, environment, id)?;
        let purchases = state.store.of_same_customer(asked);
        let page = query.page(purchases, self.configuration().page_size);
        let payloads = page.transactions.iter().map(|(purchase, transaction)| {
            let store = &state.store;
            store.transaction_payload(purchase, transaction)
        });
        let (payloads, revision, has_more) =
            (payloads.collect::<Vec<_>>(), page.revision, page.has_more);
        let signed = payloads
            .into_iter()
            .map(|payload| self.signed_now(&mut state, payload));
        let signed = signed.collect::<Result<Vec<_>, _>>()?;
        let mut answer = self.header(environment);
        answer.insert("revision".to_owned(), json!(revision));
        answer.insert("hasMore".to_owned(), json!(has_more));
        answer.insert("signedTransactions".to_owned(), json!(signed));
        Ok(Value::Object(answer))
    }

    fn header(&self, environment: Environment) -> Map<String, Value> {
        let mut fields = Map::new();
        fields.insert("environment".to_owned(), json!(environment));
        fields.insert("bundleId".to_owned(), json!(self.bundle_id()));
        if environment == Environment::Production {
            let id = self.configuration().app_apple_id;
            fields.insert("appAppleId".to_owned(), json!(id));
        }
        fields
    }

    fn signed_now(
        &self,
        state: &mut State,
        mut payload: Map<String, Value>,
    ) -> Result<String, AppleError> {
        let now = self.now();
        let signed_date = state.store.signed_date(now);
        payload.insert("signedDate".to_owned(), json!(signed_date));
        jws::sign(&payload, self.configuration().api_forgery).map_err(|_| INTERNAL)
    }
}

fn check_id(id: &str) -> Result<(), AppleError> {
    let digits = id.bytes().all(|byte| byte.is_ascii_digit());
    if digits && !id.is_empty() {
        return Ok(());
    }
    Err(WRONG_TRANSACTION_ID)
}

/// Last transaction of one subscription, not signed yet.
struct LastTransaction {
    original_transaction_id: String,
    status: u8,
    transaction: Map<String, Value>,
    renewal: Map<String, Value>,
}

impl LastTransaction {
    fn of(store: &AppStore, purchase: &Purchase, now: Timestamp) -> Option<Self> {
        Some(Self {
            original_transaction_id: purchase.original_transaction_id.clone(),
            status: purchase.state_at(now).status(),
            transaction: store.transaction_payload(purchase, purchase.latest()?),
            renewal: store.renewal_payload(purchase, now)?,
        })
    }
}

/// Parses the numbers of `status`; none means all.
fn wanted_statuses(query: &str) -> Result<Vec<u8>, AppleError> {
    let given = url::form_urlencoded::parse(query.as_bytes());
    let given = given.filter(|(name, _)| name == "status");
    let number = |value: &str| value.parse().ok().filter(|status| (1..=5).contains(status));
    given
        .map(|(_, value)| number(&value).ok_or(AppleError::new(4_000_031)))
        .collect()
}
