//! Bounded cache of verified signing certificates; entries live at most 24 h.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use domain::Timestamp;
use jiff::SignedDuration;
use reqwest::Client;
use tokio::sync;

use crate::http;

/// Largest number of entries. SNS has one URL at a time in each region.
const MOST: usize = 64;

const LARGEST: usize = 64 * 1024;

const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Least time between two requests for a certificate that turned out to be unchanged.
const PAUSE: Duration = Duration::from_secs(1);

/// Certificates of all URLs. Each URL is requested once at a time; other callers wait and get the
/// same result. Clones share the cache.
#[derive(Debug, Clone, Default)]
pub(crate) struct Certificates(Arc<Mutex<Addresses>>);

#[derive(Debug, Default)]
struct Addresses {
    kept: BTreeMap<String, Entry>,
    /// URLs that are being requested and have no certificate yet: they must not displace cached
    /// ones.
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
    /// Time at which it was last requested again and was unchanged.
    in_vain: Option<Instant>,
}

/// File that was accepted as a certificate when it was fetched.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) pem: Vec<u8>,
    fetched_at: Timestamp,
}

/// Reason for which there is no certificate at a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// SNS answered that there is none, or the file is unusable. The sender chose the URL.
    NoneThere(String),
    /// SNS did not answer, or not now.
    OutOfReach(String),
}

/// Request for a certificate.
pub(super) struct Wanted<'a> {
    pub(super) client: &'a Client,
    pub(super) address: &'a str,
    pub(super) timeout: Duration,
    /// Whether a file is accepted.
    pub(super) fit: &'a (dyn Fn(&[u8]) -> Result<(), String> + Sync),
    pub(super) now: Timestamp,
}

impl Certificates {
    /// Returns the file at a URL, and whether it is current: fetched since this call began, or a
    /// moment ago. A cached file that is `distrusted` is fetched again.
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
            // Anybody can send a message with a bad signature. Each must not cause a request.
            let asked_anew = slot.in_vain.is_some_and(|at| at.elapsed() < PAUSE);
            // Absolute, so that a clock that went back does not keep a certificate for longer.
            let kept = wanted.now.duration_since(held.fetched_at).abs() < KEPT;
            if kept && (!same || asked_anew) {
                return Ok((Arc::clone(held), distrusted.is_some()));
            }
        }
        // Failed while this caller waited for the slot: asking again would fail in the same way.
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

    /// Returns the slot of a URL.
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
        // Requests that failed leave nothing behind: their URLs are the senders' choice.
        asked.retain(|_, slot| slot.strong_count() > 0);
        let slot = Arc::default();
        asked.insert(address.to_owned(), Arc::downgrade(&slot));
        slot
    }

    /// Caches the file of a URL, in place of the one that was not used for longest.
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
