//! The HTTP interface and the page that an applicant reads.
//!
//! [`router`] turns loaded [`Models`] into an HTTP service, [`serve`] runs it until the process is told to stop. Nothing here
//! reads the wall clock but [`Clock::system`]; nothing here writes a case anywhere: not to a log, not to a file, and back to
//! the caller only as the estimate that was asked for.
//!
//! | route | answer |
//! |---|---|
//! | `POST /v1/estimates` | the estimate for one case, or for up to 1,000 |
//! | `GET /v1/forms`, `GET /v1/forms/{form}` | what can be estimated, and from what it was learnt |
//! | `GET /healthz`, `GET /readyz` | whether the process lives, and whether its models answer as when they were made |
//! | `GET /problems/{name}` | what an error means and what to do |
//! | `GET /` | the page |

mod answer;
mod app;
mod checks;
mod clock;
mod definitions;
mod estimates;
mod guard;
mod health;
mod json_bounds;
mod masking;
mod models;
mod notes;
mod page;
mod pointer;
mod problem;
mod request;
mod serve;
mod settings;
mod standing;
mod strict_json;
mod texts;
mod words;

pub use app::router;
pub use clock::Clock;
pub use models::{LoadError, Models};
pub use serve::{ServeError, serve};
pub use settings::Settings;
