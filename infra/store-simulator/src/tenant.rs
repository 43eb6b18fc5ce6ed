//! Interface that every store implements for its tenants, and the parts that all of them share.

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

/// Registration of a tenant of `T`'s store.
pub(crate) type ConfigurationOf<T> = <<T as Tenant>::Store as SimulatedStore>::Configuration;
/// Result of an action on a purchase of `T`'s store.
pub(crate) type OutcomeOf<T> = <<T as Tenant>::Store as SimulatedStore>::Outcome;

/// Configuration of a store, as the control API accepts it.
pub(crate) trait Registration: Clone {
    /// Returns an error that says what is wrong with the configuration, if anything.
    fn check(&self) -> Result<(), String>;

    /// Takes the clock's new time out of the configuration, and returns it with whether the clock
    /// is frozen.
    fn take_clock(&mut self) -> (Option<Timestamp>, bool);
}

/// State that every tenant has, whatever the store.
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

/// State of one tenant of a store: a partner, an application, an account.
pub(crate) trait Tenant: Sized + Send + Sync + 'static {
    /// Store that the tenant belongs to.
    type Store: SimulatedStore<Configuration: Registration>;

    /// Name of a tenant in the store's terms.
    const NOUN: &'static str;

    /// Creates a tenant without any data.
    fn open(id: &str, http: &reqwest::Client) -> Result<Self, Refusal>;

    fn tenancy(&self) -> &Tenancy<ConfigurationOf<Self>>;

    /// Refuses a configuration that conflicts with another tenant.
    fn admit(
        _tenants: &Registry<Self>,
        _id: &str,
        _wanted: &ConfigurationOf<Self>,
    ) -> Result<(), Refusal> {
        Ok(())
    }

    /// Applies a checked configuration to the store's model.
    fn adopt(&self, _configuration: &ConfigurationOf<Self>) -> Result<(), Refusal> {
        Ok(())
    }

    /// Returns the outboxes of its notifications.
    fn outboxes(&self) -> Vec<&Arc<Outbox>> {
        Vec::new()
    }

    /// Returns the calls and deliveries so far.
    fn calls(&self) -> <Self::Store as SimulatedStore>::Calls;

    /// Makes a purchase.
    fn buy(
        &self,
        wanted: &<Self::Store as SimulatedStore>::NewPurchase,
    ) -> Result<OutcomeOf<Self>, Refusal>;

    /// Applies an action to a purchase.
    fn act(
        &self,
        id: &str,
        action: <Self::Store as SimulatedStore>::Action,
        options: &<Self::Store as SimulatedStore>::Options,
    ) -> Result<OutcomeOf<Self>, Refusal>;

    /// Returns the store's record of a purchase.
    fn purchase(&self, id: &str) -> Option<<Self::Store as SimulatedStore>::Purchase>;

    /// Returns every purchase.
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

    /// Returns every delivery, outbox by outbox.
    fn deliveries(&self) -> Vec<DeliveryRecord> {
        let outboxes = self.outboxes().into_iter();
        outboxes.flat_map(|outbox| outbox.records()).collect()
    }

    /// Sends what is held back, and waits until no delivery is in progress or `limit` has passed.
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

/// Tenant of a store that renews by itself and sends notifications.
pub(crate) trait NotifiedTenant: Tenant<Store: NotifyingStore> {
    /// Does everything that is due by the clock.
    fn run_due(&self) -> Result<Vec<OutcomeOf<Self>>, Refusal>;

    /// Sends a notification that no action causes. `origin` is the simulator's address.
    fn notify(
        &self,
        custom: <Self::Store as NotifyingStore>::CustomNotification,
        origin: &str,
    ) -> Result<<Self::Store as NotifyingStore>::SentNotification, Refusal>;
}
