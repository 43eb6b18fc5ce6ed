//! Certificates that were fetched: what was right, for a day at most, and not more than so many.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use domain::Timestamp;
use jiff::SignedDuration;
use reqwest::Client;
use tokio::sync;

use crate::http;

/// SNS has one address at a time in each region.
const MOST: usize = 64;

const LARGEST: usize = 64 * 1024;

const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// The least time between two questions for a certificate that turned out to be the same.
const PAUSE: Duration = Duration::from_secs(1);

/// The certificates of all addresses. One address is asked for once at a time; who needs it meanwhile
/// waits, and is told the same. Clones share what is kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Certificates(Arc<Mutex<Addresses>>);

#[derive(Debug, Default)]
struct Addresses {
    kept: BTreeMap<String, Entry>,
    /// Those that are asked for and have given nothing yet: they take no place of what is kept.
    asked: BTreeMap<String, Weak<sync::Mutex<Slot>>>,
}

#[derive(Debug)]
struct Entry {
    used: Instant,
    slot: Arc<sync::Mutex<Slot>>,
}

#[derive(Debug, Default)]
struct Slot {
    held: Option<Arc<Held>>,
    failed: Option<(Instant, Failure)>,
    /// When it was last asked for anew and was the same.
    in_vain: Option<Instant>,
}

/// A file that passed as a certificate when it came.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) pem: Vec<u8>,
    fetched_at: Timestamp,
}

/// Why there is no certificate at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// SNS answered: there is none, or none that would do. Whoever named the address has chosen it.
    NoneThere(String),
    /// SNS did not answer, or not now.
    OutOfReach(String),
}

/// What to fetch, and how.
pub(super) struct Wanted<'a> {
    pub(super) client: &'a Client,
    pub(super) address: &'a str,
    pub(super) timeout: Duration,
    /// Whether a file is worth keeping.
    pub(super) fit: &'a (dyn Fn(&[u8]) -> Result<(), String> + Sync),
    pub(super) now: Timestamp,
}

impl Certificates {
    /// The file at an address, and whether it is there now: fetched since this was called, or a moment
    /// ago. A kept one that `distrusted` is, is fetched anew.
    pub(super) async fn get(
        &self,
        wanted: &Wanted<'_>,
        distrusted: Option<&Arc<Held>>,
    ) -> Result<(Arc<Held>, bool), Failure> {
        let asked = Instant::now();
        let shared = self.slot(wanted.address);
        let mut slot = shared.lock().await;
        if let Some(held) = &slot.held {
            let same = distrusted.is_some_and(|other| Arc::ptr_eq(other, held));
            let asked_anew = slot.in_vain.is_some_and(|at| at.elapsed() < PAUSE);
            let kept = wanted.now.duration_since(held.fetched_at).abs() < KEPT;
            if kept && (!same || asked_anew) {
                return Ok((Arc::clone(held), distrusted.is_some()));
            }
        }
        if let Some((_, why)) = slot.failed.as_ref().filter(|(at, _)| *at > asked) {
            return Err(why.clone());
        }
        match fetch(wanted).await {
            Ok(pem) => {
                let unchanged = distrusted.is_some_and(|other| other.pem == pem);
                let held = Arc::new(Held {
                    pem,
                    fetched_at: wanted.now,
                });
                slot.in_vain = unchanged.then(Instant::now);
                slot.failed = None;
                slot.held = Some(Arc::clone(&held));
                self.keep(wanted.address, &shared);
                Ok((held, true))
            }
            Err(why) => {
                slot.failed = Some((Instant::now(), why.clone()));
                Err(why)
            }
        }
    }

    /// Where the certificate of an address is kept, or will be.
    fn slot(&self, address: &str) -> Arc<sync::Mutex<Slot>> {
        let mut addresses = self.lock();
        if let Some(entry) = addresses.kept.get_mut(address) {
            entry.used = Instant::now();
            return Arc::clone(&entry.slot);
        }
        let asked = &mut addresses.asked;
        if let Some(slot) = asked.get(address).and_then(Weak::upgrade) {
            return slot;
        }
        asked.retain(|_, slot| slot.strong_count() > 0);
        let slot = Arc::default();
        asked.insert(address.to_owned(), Arc::downgrade(&slot));
        slot
    }

    /// Keeps what came from an address, in the place of what was not used for longest.
    fn keep(&self, address: &str, slot: &Arc<sync::Mutex<Slot>>) {
        let mut addresses = self.lock();
        addresses.asked.remove(address);
        let kept = &mut addresses.kept;
        if kept.len() >= MOST && !kept.contains_key(address) {
            let oldest = kept.iter().min_by_key(|(_, entry)| entry.used);
            if let Some(oldest) = oldest.map(|(address, _)| address.clone()) {
                kept.remove(&oldest);
            }
        }
        let entry = Entry {
            used: Instant::now(),
            slot: Arc::clone(slot),
        };
        kept.insert(address.to_owned(), entry);
    }

    fn lock(&self) -> MutexGuard<'_, Addresses> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn fetch(wanted: &Wanted<'_>) -> Result<Vec<u8>, Failure> {
    let request = wanted.client.get(wanted.address).timeout(wanted.timeout);
    let answer = http::exchange(request).await.map_err(|error| {
        Failure::OutOfReach(format!("the certificate is out of reach: {error}"))
    })?;
    match answer.status.as_u16() {
        200 => {}
        status @ (408 | 429 | 500..) => {
            let why = format!("the certificate is out of reach: status {status}");
            return Err(Failure::OutOfReach(why));
        }
        status => {
            let why = format!("there is no certificate: status {status}");
            return Err(Failure::NoneThere(why));
        }
    }
    if answer.body.len() > LARGEST {
        let why = "the certificate is larger than 64 KiB".to_owned();
        return Err(Failure::NoneThere(why));
    }
    (wanted.fit)(&answer.body).map_err(Failure::NoneThere)?;
    Ok(answer.body)
}
