//! Logs of a function.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracing::subscriber::DefaultGuard;

use crate::calls::locked;

/// Collector of everything that this thread logs while it lives, in the functions' format.
pub struct Logs {
    written: Arc<Mutex<Vec<u8>>>,
    _guard: DefaultGuard,
}

impl Logs {
    /// Starts collecting at a level such as `info` or `trace`.
    #[must_use]
    pub fn collect(level: &str) -> Self {
        let written = Arc::new(Mutex::new(Vec::new()));
        let writer = Lines(Arc::clone(&written));
        let log = cloud::telemetry::log(level, move || writer.clone());
        // For this thread only: other tests of the process must not appear.
        Self {
            written,
            _guard: tracing::subscriber::set_default(log),
        }
    }

    /// Returns the lines so far.
    ///
    /// # Panics
    /// If they are not UTF-8.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8(locked(&self.written).clone()).unwrap()
    }

    /// Returns the lines since the last time, and forgets them.
    ///
    /// # Panics
    /// If they are not UTF-8.
    #[must_use]
    pub fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *locked(&self.written))).unwrap()
    }
}

#[derive(Clone)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        locked(&self.0).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
