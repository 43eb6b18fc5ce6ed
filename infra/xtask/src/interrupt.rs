//! Ctrl-C stops what runs, and what was started is still ended.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::bail;

static STOPPED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C and a termination end the running child only, and [`check`] tells.
///
/// # Errors
/// If the signals can't be caught.
pub fn watch() -> anyhow::Result<()> {
    ctrlc::set_handler(|| STOPPED.store(true, Ordering::SeqCst))?;
    Ok(())
}

/// # Errors
/// If somebody pressed Ctrl-C.
pub fn check() -> anyhow::Result<()> {
    if STOPPED.load(Ordering::SeqCst) {
        bail!("stopped");
    }
    Ok(())
}
