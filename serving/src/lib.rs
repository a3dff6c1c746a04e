//! The HTTP interface and the page that an applicant reads.
//!
//! [`router`] turns loaded [`Models`] into an HTTP service, and [`serve`] runs it until the process is told to stop. Only
//! [`Clock::system`] reads the wall clock. Nothing here stores a case: not in a log, not in a file. A case goes back to its
//! caller only as the estimate that was asked for.
//!
//! | route | answer |
//! |---|---|
//! | `POST /v1/estimates` | the estimate for one case, or for up to 1,000 |
//! | `GET /v1/forms`, `GET /v1/forms/{form}` | which forms can be estimated, and what their models were trained on |
//! | `GET /healthz`, `GET /readyz` | whether the process lives, and whether its models answer as when they were made |
//! | `GET /problems/{name}` | what an error means and what to do |
//! | `GET /` | the page |
//!
//! The files are layers, and each uses only those below it: `serve` and `routes`; `page` and `api`; `answer`; `case`;
//! `wording`; `http`. The state that handlers share, the models, the clock and the configuration stand beside them.

mod answer;
mod api;
mod arguments;
mod case;
mod clock;
mod config;
mod http;
mod models;
mod page;
mod routes;
mod serve;
mod state;
mod wording;

pub use arguments::{RunError, ServeArguments};
pub use clock::Clock;
pub use config::Settings;
pub use models::Models;
pub use routes::router;
pub use serve::{ServeError, serve};
