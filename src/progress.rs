//! Progress on standard error, for work that takes longer than a moment.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A spinner for work of unknown length. Dropping it clears the line.
pub struct Working(ProgressBar);

impl Working {
    /// Shows a spinner with this text.
    pub fn on(what: impl Into<String>) -> Self {
        let bar = ProgressBar::new_spinner().with_message(what.into());
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// Changes the text.
    pub fn now(&self, what: impl Into<String>) {
        self.0.set_message(what.into());
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// A bar for work of known length. Dropping it clears the line.
pub struct Counting(ProgressBar);

impl Counting {
    /// Shows a bar that counts to `total`.
    pub fn to(total: u64, what: impl Into<String>) -> Self {
        let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos} of {human_len}, {eta} left");
        let bar = ProgressBar::new(total).with_message(what.into());
        Self(style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style)))
    }

    /// Adds to the count.
    pub fn add(&self, more: u64) {
        self.0.inc(more);
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
