//! State of one partner of the store: registration, customers' subscriptions, clock.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    Action, ActionOptions, ActionOutcome, Calls, Configuration, CustomNotification, LookupCalls,
    NewSubscription, SentNotification, Status, Subscription, Vizio,
    actions::ActionError,
    notification::{self, Notice, Sender},
    transitions::{self, Context},
};
use crate::{
    faults::FaultKind,
    outbox::{Notification, Outbox},
    refusal::Refusal,
    tenant::{NotifiedTenant, Tenancy, Tenant},
};

/// Maximum number of overdue renewals of a subscription that are made at once.
const MAX_RENEWALS_AT_ONCE: usize = 240;

pub(crate) struct Partner {
    tenancy: Tenancy<Configuration>,
    state: Mutex<State>,
    outbox: Arc<Outbox>,
}

struct State {
    subscriptions: BTreeMap<String, Subscription>,
    invoices_issued: u64,
    lookups: LookupCalls,
}

impl Tenant for Partner {
    type Store = Vizio;

    const NOUN: &'static str = "partner";

    fn open(id: &str, http: &reqwest::Client) -> Result<Self, Refusal> {
        let tenancy = Tenancy::new(id);
        Ok(Self {
            outbox: Outbox::new(http.clone(), tenancy.settings.clone()),
            tenancy,
            state: Mutex::new(State {
                subscriptions: BTreeMap::new(),
                invoices_issued: 0,
                lookups: LookupCalls::default(),
            }),
        })
    }

    fn tenancy(&self) -> &Tenancy<Configuration> {
        &self.tenancy
    }

    fn outboxes(&self) -> Vec<&Arc<Outbox>> {
        vec![&self.outbox]
    }

    fn calls(&self) -> Calls {
        Calls {
            lookups: self.lock().lookups.clone(),
            notifications: self.outbox.records(),
        }
    }

    fn buy(&self, wanted: &NewSubscription) -> Result<ActionOutcome, Refusal> {
        let mut state = self.lock();
        let id = wanted.subscription_id.clone();
        let id = id.unwrap_or_else(|| format!("vzs-{}", Uuid::new_v4().simple()));
        if state.subscriptions.contains_key(&id) {
            return Err(ActionError::Exists.into());
        }
        let configuration = self.configuration();
        let mut context = self.context(&mut state, &configuration);
        let (subscription, notices) = transitions::create(id, wanted, &mut context)?;
        Ok(self.settle(&mut state, subscription, &notices, wanted.notify))
    }

    fn act(
        &self,
        id: &str,
        action: Action,
        options: &ActionOptions,
    ) -> Result<ActionOutcome, Refusal> {
        Ok(self.act_locked(&mut self.lock(), id, action, options)?)
    }

    fn purchase(&self, id: &str) -> Option<Subscription> {
        self.lock().subscriptions.get(id).cloned()
    }

    fn purchases(&self) -> Vec<Subscription> {
        self.lock().subscriptions.values().cloned().collect()
    }
}

impl NotifiedTenant for Partner {
    /// Does what is due by the clock: renewals of subscriptions that renew, the end of those that
    /// were cancelled or could not be charged.
    fn run_due(&self) -> Result<Vec<ActionOutcome>, Refusal> {
        let mut state = self.lock();
        let ids: Vec<String> = state.subscriptions.keys().cloned().collect();
        let options = ActionOptions::default();
        let mut outcomes = Vec::new();
        for id in ids {
            for _ in 0..MAX_RENEWALS_AT_ONCE {
                let Some(action) = state.due(&id, self.now()) else {
                    break;
                };
                match self.act_locked(&mut state, &id, action, &options) {
                    Ok(outcome) => outcomes.push(outcome),
                    Err(_) => break,
                }
            }
        }
        Ok(outcomes)
    }

    fn notify(
        &self,
        custom: CustomNotification,
        _origin: &str,
    ) -> Result<SentNotification, Refusal> {
        let state = self.lock();
        let event_type = custom.event_type.unwrap_or_else(|| "TEST".to_owned());
        let raw = custom.raw.map(String::into_bytes);
        if raw.is_some() {
            return Ok(self.hand_over(event_type, custom.subscription_id, |_| raw));
        }
        let about = match &custom.subscription_id {
            Some(id) => {
                let found = state.subscriptions.get(id);
                Some(found.ok_or(ActionError::UnknownSubscription)?)
            }
            None => None,
        };
        let configuration = self.configuration();
        let sender = self.sender(&configuration);
        let name = event_type.clone();
        Ok(
            self.hand_over(event_type, custom.subscription_id, |notification_id| {
                notification::body(&sender, notification_id, &name, about, None).ok()
            }),
        )
    }
}

impl Partner {
    /// Counts a look-up, and returns the fault that it is to have.
    pub(crate) fn lookup_arrives(&self, subscription_id: &str) -> Option<FaultKind> {
        let mut state = self.lock();
        state.lookups.total += 1;
        let counts = &mut state.lookups.by_subscription;
        *counts.entry(subscription_id.to_owned()).or_default() += 1;
        self.tenancy.faults.next(subscription_id)
    }

    pub(crate) fn lookup_ends(&self, outcome: impl Into<String>) {
        let mut state = self.lock();
        *state.lookups.by_outcome.entry(outcome.into()).or_default() += 1;
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
        let configuration = self.configuration();
        let mut context = self.context(state, &configuration);
        let notices = transitions::apply(&mut subscription, action, options, &mut context)?;
        Ok(self.settle(state, subscription, &notices, options.notify))
    }

    /// Stores the subscription and sends its notifications, under one lock so that they leave in
    /// the order of the changes.
    fn settle(
        &self,
        state: &mut State,
        subscription: Subscription,
        notices: &[Notice],
        notify: bool,
    ) -> ActionOutcome {
        let configuration = self.configuration();
        let sender = self.sender(&configuration);
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
            now: self.now(),
        }
    }

    fn context<'a>(
        &'a self,
        state: &'a mut State,
        configuration: &'a Configuration,
    ) -> Context<'a> {
        Context {
            configuration,
            clock: &self.tenancy.clock,
            invoices_issued: &mut state.invoices_issued,
        }
    }

    fn sender<'a>(&'a self, configuration: &'a Configuration) -> Sender<'a> {
        Sender {
            partner_id: &self.tenancy.id,
            app_id: &configuration.app_id,
            now: self.now(),
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
    fn due(&self, id: &str, now: Timestamp) -> Option<Action> {
        let subscription = self.subscriptions.get(id)?;
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
