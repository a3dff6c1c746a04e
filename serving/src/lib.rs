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
//! | `GET /healthz`, `GET /readyz` | whether the process is alive, and whether its models answer as when they were made |
//! | `GET /problems/{name}` | what an error means and what to do |
//! | `GET /` | the page |
//!
//! The files are layers, and each uses only those below it: `serve` and `routes`; `page` and `api`; `answer`; `case`;
//! `wording`; `http`. The state that handlers share, the models, the clock, the configuration and how errors are shown stand beside them.
//!
//! A router is a [`tower`](https://docs.rs/tower) service, so a program or a test can ask it without a network:
//!
//! ```
//! use axum::body::{Body, to_bytes};
//! use axum::http::{Request, StatusCode};
//! use model::Day;
//! use serving::{Clock, Models, Settings, router};
//! use tower::ServiceExt;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // `Models::load` reads a folder of trained models; this server has none.
//! let service = router(Models::default(), Settings::default(), Clock::fixed(Day::parse("2022-07-01")?));
//! let ask = |case: &'static str| {
//!     let request = Request::post("/v1/estimates").header("content-type", "application/json");
//!     service.clone().oneshot(request.body(Body::from(case)).unwrap())
//! };
//!
//! let answer = ask(r#"{"form": "I-485", "received_on": "2022-01-10"}"#).await?;
//! assert_eq!(answer.status(), StatusCode::OK);
//! let body: serde_json::Value = serde_json::from_slice(&to_bytes(answer.into_body(), 10_000).await?)?;
//! assert_eq!(body["status"], "unsupported_form");
//! assert_eq!(body["as_of"], "2022-07-01");
//!
//! let refused = ask(r#"{"form": "I-485", "received_on": "2022-02-30"}"#).await?;
//! assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
//! # Ok(())
//! # }
//! ```

mod answer;
mod api;
mod arguments;
mod case;
mod causes;
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
pub use causes::WithCauses;
pub use clock::Clock;
pub use config::Settings;
pub use models::Models;
pub use routes::router;
pub use serve::{ServeError, serve};
pub use wording::line::{line_in_words, reason_in_words};
