//! One partner of the store: its registration, its customers' subscriptions, its clock.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    Action, ActionOptions, ActionOutcome, Calls, Configuration, CustomNotification, LookupCalls,
    NewSubscription, SentNotification, Status, Subscription,
    actions::ActionError,
    configuration::Settings,
    notification::{self, Notice, Sender},
    transitions::{self, Context},
};
use crate::{
    clock::Clock,
    faults::{FaultKind, Faults},
    lookup_faults::LookupFaults,
    outbox::{Notification, Outbox},
};

/// More renewals than this are not made up for at once.
const MAX_RENEWALS_AT_ONCE: usize = 240;

pub(crate) struct Partner {
    id: String,
    settings: Arc<Settings>,
    state: Mutex<State>,
    pub(crate) outbox: Arc<Outbox>,
}

struct State {
    clock: Clock,
    subscriptions: BTreeMap<String, Subscription>,
    invoices_issued: u64,
    lookup_faults: LookupFaults,
    lookups: LookupCalls,
}

impl Partner {
    pub(crate) fn new(id: &str, http: reqwest::Client) -> Arc<Self> {
        let settings = Arc::new(Settings::default());
        let outbox = Outbox::new(http, Arc::<Settings>::clone(&settings));
        Arc::new(Self {
            id: id.to_owned(),
            settings,
            state: Mutex::new(State {
                clock: Clock::start(None, false),
                subscriptions: BTreeMap::new(),
                invoices_issued: 0,
                lookup_faults: LookupFaults::new(Vec::new(), 0),
                lookups: LookupCalls::default(),
            }),
            outbox,
        })
    }

    pub(crate) fn configuration(&self) -> Configuration {
        self.settings.current()
    }

    /// Takes a checked configuration; subscriptions and counts stay.
    pub(crate) fn configure(&self, mut configuration: Configuration) {
        let mut state = self.lock();
        match configuration.clock_start.take() {
            Some(start) => state.clock = Clock::start(Some(start), configuration.clock_frozen),
            None => state.clock.set_frozen(configuration.clock_frozen),
        }
        self.settings.replace(configuration);
    }

    pub(crate) fn set_faults(&self, faults: Faults) {
        self.lock().lookup_faults = LookupFaults::new(faults.lookup, faults.seed);
        self.outbox.set_faults(faults.delivery, faults.seed);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.lock().clock.now()
    }

    pub(crate) fn advance_clock(&self, seconds: u64) -> Timestamp {
        self.lock().clock.advance(seconds)
    }

    pub(crate) fn subscription(&self, id: &str) -> Option<Subscription> {
        self.lock().subscriptions.get(id).cloned()
    }

    pub(crate) fn subscriptions(&self) -> Vec<Subscription> {
        self.lock().subscriptions.values().cloned().collect()
    }

    pub(crate) fn calls(&self) -> Calls {
        Calls {
            lookups: self.lock().lookups.clone(),
            notifications: self.outbox.records(),
        }
    }

    /// Notes that a look-up has come, and says what shall go wrong with it.
    pub(crate) fn lookup_arrives(&self, subscription_id: &str) -> Option<FaultKind> {
        let mut state = self.lock();
        state.lookups.total += 1;
        let counts = &mut state.lookups.by_subscription;
        *counts.entry(subscription_id.to_owned()).or_default() += 1;
        state.lookup_faults.next(subscription_id)
    }

    pub(crate) fn lookup_ends(&self, outcome: impl Into<String>) {
        let mut state = self.lock();
        *state.lookups.by_outcome.entry(outcome.into()).or_default() += 1;
    }

    pub(crate) fn create(&self, wanted: &NewSubscription) -> Result<ActionOutcome, ActionError> {
        let mut state = self.lock();
        let id = wanted.subscription_id.clone();
        let id = id.unwrap_or_else(|| format!("vzs-{}", Uuid::new_v4().simple()));
        if state.subscriptions.contains_key(&id) {
            return Err(ActionError::Exists);
        }
        let configuration = self.settings.current();
        let mut context = state.context(&configuration);
        let (subscription, notices) = transitions::create(id, wanted, &mut context)?;
        Ok(self.settle(&mut state, subscription, &notices, wanted.notify))
    }

    pub(crate) fn act(
        &self,
        id: &str,
        action: Action,
        options: &ActionOptions,
    ) -> Result<ActionOutcome, ActionError> {
        self.act_locked(&mut self.lock(), id, action, options)
    }

    /// What is due by the clock: renewals of those that renew, the end of those that
    /// were cancelled or could not be charged.
    pub(crate) fn run_due(&self) -> Vec<ActionOutcome> {
        let mut state = self.lock();
        let ids: Vec<String> = state.subscriptions.keys().cloned().collect();
        let options = ActionOptions::default();
        let mut outcomes = Vec::new();
        for id in ids {
            for _ in 0..MAX_RENEWALS_AT_ONCE {
                let Some(action) = state.due(&id) else { break };
                match self.act_locked(&mut state, &id, action, &options) {
                    Ok(outcome) => outcomes.push(outcome),
                    Err(_) => break,
                }
            }
        }
        outcomes
    }

    /// Sends a notification that no action causes.
    pub(crate) fn send(&self, custom: CustomNotification) -> Result<SentNotification, ActionError> {
        let state = self.lock();
        let about = match &custom.subscription_id {
            Some(id) => Some(state.subscriptions.get(id)),
            None => None,
        };
        let event_type = custom.event_type.unwrap_or_else(|| "TEST".to_owned());
        let raw = custom.raw.map(String::into_bytes);
        if raw.is_some() {
            return Ok(self.hand_over(event_type, custom.subscription_id, |_| raw));
        }
        let about = match about {
            Some(found) => Some(found.ok_or(ActionError::UnknownSubscription)?),
            None => None,
        };
        let configuration = self.settings.current();
        let sender = self.sender(&configuration, &state);
        let name = event_type.clone();
        Ok(
            self.hand_over(event_type, custom.subscription_id, |notification_id| {
                notification::body(&sender, notification_id, &name, about, None).ok()
            }),
        )
    }

    fn act_locked(
        &self,
        state: &mut State,
        id: &str,
        action: Action,
        options: &ActionOptions,
    ) -> Result<ActionOutcome, ActionError> {
        let known = state.subscriptions.get(id).cloned();
        let mut subscription = known.ok_or(ActionError::UnknownSubscription)?;
        let configuration = self.settings.current();
        let mut context = state.context(&configuration);
        let notices = transitions::apply(&mut subscription, action, options, &mut context)?;
        Ok(self.settle(state, subscription, &notices, options.notify))
    }

    /// Stores the subscription and sends its notifications, under one lock so that
    /// they leave in the order of the changes.
    fn settle(
        &self,
        state: &mut State,
        subscription: Subscription,
        notices: &[Notice],
        notify: bool,
    ) -> ActionOutcome {
        let configuration = self.settings.current();
        let sender = self.sender(&configuration, state);
        let wanted = notices.iter().filter(|_| notify);
        let notifications = wanted.map(|notice| {
            let event_type = notice.event.as_str();
            let id = Some(subscription.subscription_id.clone());
            self.hand_over(event_type.to_owned(), id, |notification_id| {
                let about = Some(&subscription);
                notification::body(&sender, notification_id, event_type, about, Some(notice)).ok()
            })
        });
        let notifications = notifications.collect();
        let id = subscription.subscription_id.clone();
        state.subscriptions.insert(id, subscription.clone());
        ActionOutcome {
            subscription,
            notifications,
            now: state.clock.now(),
        }
    }

    fn sender<'a>(&'a self, configuration: &'a Configuration, state: &State) -> Sender<'a> {
        Sender {
            partner_id: &self.id,
            app_id: &configuration.app_id,
            now: state.clock.now(),
        }
    }

    fn hand_over(
        &self,
        event_type: String,
        subscription_id: Option<String>,
        body: impl FnOnce(&str) -> Option<Vec<u8>>,
    ) -> SentNotification {
        let notification_id = notification::new_id();
        let body = body(&notification_id).unwrap_or_default();
        let sent = SentNotification {
            notification_id,
            event_type,
        };
        self.outbox.send(Notification {
            notification_id: sent.notification_id.clone(),
            event_type: sent.event_type.clone(),
            subscription_id,
            body,
            headers: Vec::new(),
        });
        sent
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn context<'a>(&'a mut self, configuration: &'a Configuration) -> Context<'a> {
        Context {
            configuration,
            clock: &mut self.clock,
            invoices_issued: &mut self.invoices_issued,
        }
    }

    fn due(&self, id: &str) -> Option<Action> {
        let subscription = self.subscriptions.get(id)?;
        let now = self.clock.now();
        match subscription.status {
            Status::Trial | Status::Active => {
                (subscription.current_period_end <= now).then_some(Action::Renew)
            }
            Status::Canceled | Status::PastDue => {
                (subscription.end() <= now).then_some(Action::Expire)
            }
            Status::Expired | Status::Refunded => None,
        }
    }
}
