//! How a server runs.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use model::AsOf;

/// How a server runs. Start from [`Settings::default`] and change what you need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Address to listen on; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The as-of time of a case that names none; `None` for today.
    pub default_as_of: Option<AsOf>,
    /// Requests worked on at one time; further ones are answered with 503.
    pub max_in_flight: usize,
    /// Connections open at one time; further ones are closed at once.
    pub max_connections: usize,
    /// A request that takes longer is answered with 408. A connection that sends no complete request head in this time is
    /// closed.
    pub request_timeout: Duration,
    /// After the signal to stop, requests under way may take this long.
    pub drain_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            default_as_of: None,
            max_in_flight: 128,
            max_connections: 4_096,
            request_timeout: Duration::from_secs(10),
            drain_timeout: Duration::from_secs(15),
        }
    }
}
