//! The state that handlers share.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::clock::Clock;
use crate::config::Settings;
use crate::models::Models;

/// A parsed body can take 30 MB, so only this many long ones are parsed at one time.
const MAX_LONG_BODIES: usize = 3;

/// What every handler may use.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) models: Models,
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    /// Permits for the long bodies that are parsed at one time.
    pub(crate) long_bodies: Arc<Semaphore>,
}

impl App {
    pub(crate) fn new(models: Models, settings: Settings, clock: Clock) -> Self {
        Self { models, settings, clock, long_bodies: Arc::new(Semaphore::new(MAX_LONG_BODIES)) }
    }
}
