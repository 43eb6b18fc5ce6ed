//! Certificates that were fetched: what was right, for a day at most, and not more than so many.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
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
pub(crate) struct Certificates(Arc<Mutex<BTreeMap<String, Entry>>>);

#[derive(Debug)]
struct Entry {
    used: Instant,
    slot: Arc<sync::Mutex<Slot>>,
}

#[derive(Debug, Default)]
struct Slot {
    held: Option<Arc<Held>>,
    failed: Option<(Instant, String)>,
    /// When it was last asked for anew and was the same.
    in_vain: Option<Instant>,
}

/// A file that passed as a certificate when it came.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) pem: Vec<u8>,
    fetched_at: Timestamp,
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
    ) -> Result<(Arc<Held>, bool), String> {
        let asked = Instant::now();
        let slot = self.slot(wanted.address);
        let mut slot = slot.lock().await;
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
                Ok((held, true))
            }
            Err(why) => {
                slot.failed = Some((Instant::now(), why.clone()));
                if slot.held.is_none() {
                    self.lock().remove(wanted.address);
                }
                Err(why)
            }
        }
    }

    fn slot(&self, address: &str) -> Arc<sync::Mutex<Slot>> {
        let mut entries = self.lock();
        if entries.len() >= MOST && !entries.contains_key(address) {
            let oldest = entries.iter().min_by_key(|(_, entry)| entry.used);
            if let Some(oldest) = oldest.map(|(address, _)| address.clone()) {
                entries.remove(&oldest);
            }
        }
        let entry = entries.entry(address.to_owned()).or_insert_with(|| Entry {
            used: Instant::now(),
            slot: Arc::default(),
        });
        entry.used = Instant::now();
        Arc::clone(&entry.slot)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn fetch(wanted: &Wanted<'_>) -> Result<Vec<u8>, String> {
    let request = wanted.client.get(wanted.address).timeout(wanted.timeout);
    let answer = http::exchange(request)
        .await
        .map_err(|error| format!("the certificate is out of reach: {error}"))?;
    let status = answer.status.as_u16();
    if status != 200 {
        return Err(format!("the certificate is out of reach: status {status}"));
    }
    if answer.body.len() > LARGEST {
        return Err("the certificate is larger than 64 KiB".to_owned());
    }
    (wanted.fit)(&answer.body)?;
    Ok(answer.body)
}
