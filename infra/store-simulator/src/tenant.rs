//! What every store has to say about its tenants, and what is the same for all of them.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;

use crate::{
    DeliveryCounts, Faults, NotifyingStore, SimulatedStore, clock::Clock, delivery::DeliveryRecord,
    lookup_faults::LookupFaults, outbox::Outbox, refusal::Refusal, registry::Registry,
    settings::Settings,
};

/// How a tenant of `T`'s store is registered.
pub(crate) type ConfigurationOf<T> = <<T as Tenant>::Store as SimulatedStore>::Configuration;
/// What an action does to a purchase of `T`'s store.
pub(crate) type OutcomeOf<T> = <<T as Tenant>::Store as SimulatedStore>::Outcome;

/// A store's configuration, as the control API takes it.
pub(crate) trait Registration: Clone {
    /// Says what is wrong with it, if anything.
    fn check(&self) -> Result<(), String>;

    /// Takes out what the clock is set to, and says whether it is frozen.
    fn take_clock(&mut self) -> (Option<Timestamp>, bool);
}

/// What is kept of every tenant, whatever the store.
pub(crate) struct Tenancy<C> {
    pub(crate) id: String,
    pub(crate) settings: Arc<Settings<C>>,
    pub(crate) clock: Clock,
    pub(crate) faults: LookupFaults,
}

impl<C: Clone + Default> Tenancy<C> {
    pub(crate) fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            settings: Arc::default(),
            clock: Clock::real(),
            faults: LookupFaults::new(Vec::new(), 0),
        }
    }
}

/// One tenant's side of a store: a partner, an application, an account.
pub(crate) trait Tenant: Sized + Send + Sync + 'static {
    /// The store.
    type Store: SimulatedStore<Configuration: Registration>;

    /// How the store calls a tenant.
    const NOUN: &'static str;

    /// A tenant that nothing is known of yet.
    fn open(id: &str, http: &reqwest::Client) -> Result<Self, Refusal>;

    fn tenancy(&self) -> &Tenancy<ConfigurationOf<Self>>;

    /// Refuses a configuration that gets in the way of another tenant.
    fn admit(
        _tenants: &Registry<Self>,
        _id: &str,
        _wanted: &ConfigurationOf<Self>,
    ) -> Result<(), Refusal> {
        Ok(())
    }

    /// Takes over what the store's model has to know of a checked configuration.
    fn adopt(&self, _configuration: &ConfigurationOf<Self>) -> Result<(), Refusal> {
        Ok(())
    }

    /// The ways out of its notifications.
    fn outboxes(&self) -> Vec<&Arc<Outbox>> {
        Vec::new()
    }

    /// Calls and deliveries so far.
    fn calls(&self) -> <Self::Store as SimulatedStore>::Calls;

    /// A customer buys something.
    fn buy(
        &self,
        wanted: &<Self::Store as SimulatedStore>::NewPurchase,
    ) -> Result<OutcomeOf<Self>, Refusal>;

    /// Lets something happen to a purchase.
    fn act(
        &self,
        id: &str,
        action: <Self::Store as SimulatedStore>::Action,
        options: &<Self::Store as SimulatedStore>::Options,
    ) -> Result<OutcomeOf<Self>, Refusal>;

    /// The store's record of a purchase.
    fn purchase(&self, id: &str) -> Option<<Self::Store as SimulatedStore>::Purchase>;

    /// Every purchase.
    fn purchases(&self) -> Vec<<Self::Store as SimulatedStore>::Purchase>;

    fn configuration(&self) -> Arc<ConfigurationOf<Self>> {
        self.tenancy().settings.get()
    }

    /// Puts a checked configuration in force; purchases and counts stay.
    fn configure(&self, mut configuration: ConfigurationOf<Self>) -> Result<(), Refusal> {
        self.adopt(&configuration)?;
        let (start, frozen) = configuration.take_clock();
        self.tenancy().clock.configure(start, frozen);
        self.tenancy().settings.set(configuration);
        Ok(())
    }

    fn now(&self) -> Timestamp {
        self.tenancy().clock.now()
    }

    fn set_faults(&self, faults: Faults) {
        for outbox in self.outboxes() {
            outbox.set_faults(faults.delivery.clone(), faults.seed);
        }
        self.tenancy().faults.replace(faults.lookup, faults.seed);
    }

    /// Every delivery, by the ways out.
    fn deliveries(&self) -> Vec<DeliveryRecord> {
        let outboxes = self.outboxes().into_iter();
        outboxes.flat_map(|outbox| outbox.records()).collect()
    }

    /// Lets go what is held back, and waits until nothing is under way or `limit` is over.
    fn flush(&self, limit: Duration) -> impl Future<Output = DeliveryCounts> + Send {
        async move {
            let began = Instant::now();
            for outbox in self.outboxes() {
                outbox.release();
            }
            for outbox in self.outboxes() {
                outbox.settle(limit.saturating_sub(began.elapsed())).await;
            }
            DeliveryCounts::of(&self.deliveries())
        }
    }
}

/// A tenant whose store acts and tells by itself.
pub(crate) trait NotifiedTenant: Tenant<Store: NotifyingStore> {
    /// Does what is due by the clock.
    fn run_due(&self) -> Result<Vec<OutcomeOf<Self>>, Refusal>;

    /// Sends a notification that no action causes. `origin` is the simulator's address.
    fn notify(
        &self,
        custom: <Self::Store as NotifyingStore>::CustomNotification,
        origin: &str,
    ) -> Result<<Self::Store as NotifyingStore>::SentNotification, Refusal>;
}
