//! Interface of a store's connector.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::pin::Pin;
use std::time::Duration;

use domain::{FieldError, Locator, Proof, StoreSnapshot, StoreState, Timestamp};

use crate::{
    Accepted, ConnectorContext, Finding, LookUpError, LookedUp, NotificationError, Submission,
    Undelivered, credential_check,
};

/// Future of a call to a store.
pub type Call<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Rate limit of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Part of the store with a limit of its own, such as its sandbox; empty for the store.
    pub part: &'static str,
    /// Least interval between two calls.
    pub interval: Duration,
}

impl Pace {
    /// Builds the limit of a whole store.
    #[must_use]
    pub const fn of_store(interval: Duration) -> Self {
        Self { part: "", interval }
    }
}

/// Connector of one store, with a broadcaster's credentials and switches. `Debug` shows no secret.
///
/// A method with a body is a feature that most stores lack.
pub trait Connector: Any + Debug + Send + Sync {
    /// Returns every field that the configuration can have, and whether it is set. Never a value.
    fn set_fields(&self) -> BTreeMap<String, bool>;

    /// Returns the secrets that are texts: the field of each and the number of its secret
    /// characters. Keys in PEM are left out, because parsing the configuration loads them.
    fn secret_lengths(&self) -> Vec<(&'static str, usize)> {
        Vec::new()
    }

    /// Whether the broadcaster has pinned this topic: its confirmation must not be displaced by
    /// others.
    fn pins(&self, _topic: &str) -> bool {
        false
    }

    /// Returns the rate limit of look-ups of a purchase, if the store has one.
    fn pace(&self, _locator: &Locator) -> Option<Pace> {
        None
    }

    /// Returns how long a notification's state waits for the store's answer before it is applied
    /// without it (unless [`NoticePolicy`](domain::NoticePolicy) allows that at once). Never, for a
    /// store that sends none.
    fn give_up_after(&self) -> Duration {
        Duration::MAX
    }

    /// Returns the time after a submission for which the store's answer may lag behind the purchase
    /// that the submission proves; `answer` is `None` if the store does not know the purchase. Zero
    /// if nothing is proven, if the answer shows it already, and for a store whose answers do not
    /// lag behind.
    fn catches_up_within(
        &self,
        _locator: &Locator,
        _proof: Option<&Proof>,
        _answer: Option<&StoreSnapshot>,
    ) -> Duration {
        Duration::ZERO
    }

    /// Whether a submission shows the second factor of the purchase whose state the store has
    /// answered. Never for a store whose submissions have none.
    fn shows_second_factor(
        &self,
        _locator: &Locator,
        _proof: Option<&Proof>,
        _state: &StoreState,
    ) -> bool {
        false
    }

    /// Returns the state that the store has signed in the proof of a submission, if it is recent and
    /// complete. Never for a store whose submissions carry none.
    fn signed_state(
        &self,
        _locator: &Locator,
        _proof: &Proof,
        _now: Timestamp,
    ) -> Option<StoreSnapshot> {
        None
    }

    /// Looks a purchase up. `observed_at` is when the caller began, which is the snapshot's place
    /// in the order of observations. Never retries.
    ///
    /// The snapshot's purchase key may differ from the requested one: a purchase has several ids,
    /// and only the store knows which one is permanent.
    ///
    /// # Errors
    /// [`LookUpError`] distinguishes the store's "no" from everything that says nothing about the
    /// purchase.
    fn look_up<'a>(
        &'a self,
        context: &'a ConnectorContext,
        locator: &'a Locator,
        observed_at: Timestamp,
    ) -> Call<'a, Result<LookedUp, LookUpError>>;

    /// Acknowledges a purchase, if its state requires it ([`StoreState::acknowledge_by`]).
    /// Repeating it does no harm.
    ///
    /// # Errors
    /// [`LookUpError`] if the store did not accept it, or that is not known.
    fn acknowledge<'a>(
        &'a self,
        _context: &'a ConnectorContext,
        _locator: &'a Locator,
        _state: &'a StoreState,
    ) -> Call<'a, Result<(), LookUpError>> {
        Box::pin(async { Ok(()) })
    }

    /// Proves the origin of a notification over the bytes as they were received, then parses it.
    /// By default refuses it: nothing could prove that a store without notifications sent it.
    ///
    /// `headers` are names (in any case) and values; a name may occur more than once.
    ///
    /// # Errors
    /// [`NotificationError`] says how to answer. What is not proven is never parsed.
    fn read_notification<'a>(
        &'a self,
        _context: &'a ConnectorContext,
        _headers: &'a [(String, String)],
        _body: &'a [u8],
        _now: Timestamp,
    ) -> Call<'a, Result<Accepted, NotificationError>> {
        Box::pin(async { Err(NotificationError::Forged) })
    }

    /// Reads one page of the notifications of a window of time that the store sent and that were
    /// not accepted. A store that can't tell lists them whether or not they were accepted. Always
    /// empty for a store that keeps no such list
    /// ([`Profile::lists_undelivered`](crate::Profile::lists_undelivered)).
    ///
    /// # Errors
    /// [`LookUpError`] if the list can't be read.
    fn undelivered<'a>(
        &'a self,
        _context: &'a ConnectorContext,
        _since: Timestamp,
        _until: Timestamp,
        _page: Option<&'a str>,
    ) -> Call<'a, Result<Undelivered, LookUpError>> {
        Box::pin(async { Ok(Undelivered::default()) })
    }

    /// Tries the credentials and describes what is wrong.
    fn check<'a>(&'a self, context: &'a ConnectorContext, now: Timestamp)
    -> Call<'a, Vec<Finding>>;
}

/// Tries credentials with the look-up of a purchase that can't exist, for which the store's "no" is
/// the right answer.
pub(crate) async fn probe(
    connector: &dyn Connector,
    context: &ConnectorContext,
    purchase: Result<Submission, FieldError>,
    now: Timestamp,
) -> Vec<Finding> {
    let answer = match purchase {
        Ok(purchase) => connector.look_up(context, &purchase.locator, now).await,
        Err(error) => Err(LookUpError::Malformed(error.to_string())),
    };
    vec![credential_check::credentials(answer.map(|_| ()))]
}
