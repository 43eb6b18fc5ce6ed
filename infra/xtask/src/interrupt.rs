//! Ctrl-C ends the running step, and what was started is still stopped.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::bail;

static STOPPED: AtomicBool = AtomicBool::new(false);

/// Lets Ctrl-C and a termination signal end the running child only; [`check`] reports them.
///
/// # Errors
/// If the signals can't be handled.
pub fn watch() -> anyhow::Result<()> {
    // Ctrl-C reaches the child as well, because it is in the same process group.
    ctrlc::set_handler(|| STOPPED.store(true, Ordering::SeqCst))?;
    Ok(())
}

/// Reports whether Ctrl-C was pressed.
///
/// # Errors
/// An error if Ctrl-C was pressed.
pub fn check() -> anyhow::Result<()> {
    if STOPPED.load(Ordering::SeqCst) {
        bail!("stopped");
    }
    Ok(())
}
