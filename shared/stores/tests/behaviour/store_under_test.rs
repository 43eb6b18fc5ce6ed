//! What the suite asks of a store and its stand-in.

use domain::{Store, StoreSnapshot, Timestamp};
use serde_json::Value;
use stores::StoreConfig;

/// Something that happens at the store, to the one purchase that a test is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Somebody buys [`Plan::Basic`].
    Buy,
    /// Somebody starts [`Plan::Trial`].
    StartTrial,
    /// The period ends, the next one is paid.
    Renew,
    /// The period ends, the charge fails; access goes on for three days.
    FailWithGrace,
    /// The period ends, the charge fails; access ends.
    FailWithoutGrace,
    /// The failed charge succeeds.
    Recover,
    /// The customer opts out.
    Cancel,
    /// The customer opts in again.
    Reactivate,
    /// The period ends, and with it the subscription.
    Expire,
    /// The last payment is returned.
    Refund,
    /// The first payment is returned, which is not the last.
    RefundFirst,
    /// [`Plan::Premium`] takes over at once.
    Upgrade,
    /// [`Plan::Basic`] shall take over at the next renewal.
    Downgrade,
    /// The customer suspends it, at once.
    Pause,
    /// The pause is over.
    Resume,
    /// Somebody buys [`Plan::Basic`] in a way that is paid later.
    BuyPending,
    /// That payment arrives.
    CompletePending,
    /// A tester buys [`Plan::Basic`].
    BuyTest,
    /// Somebody pays one period of [`Plan::Basic`], and no more.
    BuyPrepaid,
    /// Somebody buys [`StoreUnderTest::one_time_product`].
    BuyOnce,
    /// The same person pays another period.
    TopUp,
    /// The same person buys something else that no offer lists, in the same purchase if the store can.
    BuyBeside,
    /// Customer 2, whom the store names for it, makes the next payment.
    PayAsAnother,
    /// The last payment is taken back, but a look-up does not show it yet.
    Void,
}

/// What the customers can buy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    Basic,
    Premium,
    /// Starts with a week for nothing.
    Trial,
}

/// What goes wrong with the store's look-ups, until [`StoreUnderTest::heal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No answer comes.
    Hangs,
    /// A fault of its own.
    Fails,
    /// Asks to wait seven seconds.
    Throttles,
    /// An answer that breaks off.
    BreaksOff,
    /// Says that it does not know the purchase.
    Denies,
}

/// What goes wrong with the store's notifications, until [`StoreUnderTest::heal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// They never come.
    Lost,
    /// They are not what the store sent, or not by the store.
    Forged,
}

/// A notification as it arrived.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// By the clock that its proof goes by.
    pub at: Timestamp,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// A store with its stand-in. Everything happens by the stand-in's own clock, which stands still
/// unless an action or a test moves it.
pub trait StoreUnderTest: Sized {
    const STORE: Store;

    /// A fresh store.
    async fn start() -> Self;

    /// A configuration that works.
    fn config(&self) -> StoreConfig;
    /// The same with credentials that the store refuses.
    fn config_with_bad_credentials(&self) -> StoreConfig;
    /// That of another application, for which the same signing secret happens to be used.
    fn config_of_another_application(&self) -> StoreConfig;
    /// One under which the store's status is a word that we don't know, and nothing stands in for
    /// it. May let the store say such a word.
    async fn config_with_unknown_status(&self) -> StoreConfig;
    /// One under which the store leaves out the fields that it need not send.
    async fn config_with_fields_left_out(&self) -> StoreConfig;
    /// One under which the store lists what it lists in the opposite order. Of a store that answers
    /// about one thing at a time: any.
    async fn config_with_lists_reversed(&self) -> StoreConfig {
        self.config()
    }
    /// One under which the store names its customer, who is `"1"` until another one pays; `None` if it
    /// never does.
    fn config_with_binding(&self) -> Option<StoreConfig>;

    /// What an app submits for the purchase.
    fn submission(&self) -> Value;
    /// What an app submits that knows the renewed purchase by a later name only; `None` if a
    /// purchase never gets one.
    async fn submission_by_a_later_name(&self) -> Option<Value>;
    /// What an app submits that hands on all that the store gave to the buyer.
    async fn submission_with_proof(&self) -> Value {
        self.submission()
    }
    /// What an app submits that never bought anything.
    fn submission_of_nothing(&self) -> Value;
    /// The store's id of a product.
    fn product(plan: Plan) -> &'static str;
    /// The store's id of something that is bought once and does not renew; `None` if it sells nothing
    /// of the kind.
    fn one_time_product() -> Option<&'static str> {
        None
    }
    /// Everything that the store could possibly say, under a configuration that looks for all of it.
    async fn everything_it_can_say(&self) -> Vec<StoreSnapshot>;
    /// Everything that the store could possibly tell by itself.
    async fn everything_it_can_tell(&self) -> Vec<Arrival>;

    async fn now(&self) -> Timestamp;
    async fn wait(&self, seconds: u64);
    async fn act(&self, action: Action);
    async fn look_ups_go_wrong(&self, fault: Fault);
    async fn notifications_go_wrong(&self, damage: Damage);
    async fn heal(&self);
    /// The notifications that arrived since the last time, once all have arrived.
    async fn arrivals(&self) -> Vec<Arrival>;
}
