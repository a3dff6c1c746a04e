//! What a caller reads when a request fails: problem details (RFC 9457).

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

const MEDIA_TYPE: &str = "application/problem+json";

/// Cases of one batch.
pub(crate) const MAX_CASES: usize = 1_000;
/// Mebibytes of a body.
pub(crate) const MAX_BODY_MIB: usize = 2;

/// The kinds of problem, each with a name, a status, a title and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    NotJson,
    TooDeep,
    TooManyParts,
    ContentType,
    ContentEncoding,
    BodyTooLarge,
    BodyUnreadable,
    WrongShape,
    EmptyBatch,
    TooManyCases,
    CaseRefused,
    UnknownForm,
    UnknownAction,
    NotFound,
    MethodNotAllowed,
    NotReady,
    TooBusy,
    TooSlow,
    Internal,
}

impl Kind {
    const ALL: [Self; 19] = [
        Self::NotJson,
        Self::TooDeep,
        Self::TooManyParts,
        Self::ContentType,
        Self::ContentEncoding,
        Self::BodyTooLarge,
        Self::BodyUnreadable,
        Self::WrongShape,
        Self::EmptyBatch,
        Self::TooManyCases,
        Self::CaseRefused,
        Self::UnknownForm,
        Self::UnknownAction,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::NotReady,
        Self::TooBusy,
        Self::TooSlow,
        Self::Internal,
    ];

    /// Name in the problem's `type`, HTTP status, and title.
    const fn parts(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Self::NotJson => ("not-json", StatusCode::BAD_REQUEST, "The body is not JSON"),
            Self::TooDeep => ("too-deep", StatusCode::BAD_REQUEST, "The JSON is nested too deeply"),
            Self::TooManyParts => ("too-many-parts", StatusCode::BAD_REQUEST, "The JSON has too many parts"),
            Self::ContentType => {
                ("content-type", StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body is not declared as JSON")
            }
            Self::ContentEncoding => {
                ("content-encoding", StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body is compressed or encoded")
            }
            Self::BodyTooLarge => ("body-too-large", StatusCode::PAYLOAD_TOO_LARGE, "The body is too large"),
            Self::BodyUnreadable => {
                ("body-unreadable", StatusCode::BAD_REQUEST, "The body did not arrive whole")
            }
            Self::WrongShape => {
                ("wrong-shape", StatusCode::UNPROCESSABLE_ENTITY, "The JSON is not a request")
            }
            Self::EmptyBatch => ("empty-batch", StatusCode::UNPROCESSABLE_ENTITY, "The batch has no case"),
            Self::TooManyCases => {
                ("too-many-cases", StatusCode::UNPROCESSABLE_ENTITY, "The batch has too many cases")
            }
            Self::CaseRefused => (
                "case-refused",
                StatusCode::UNPROCESSABLE_ENTITY,
                "The case cannot be estimated as it was sent",
            ),
            Self::UnknownForm => ("unknown-form", StatusCode::UNPROCESSABLE_ENTITY, "The form is not known"),
            Self::UnknownAction => (
                "unknown-action",
                StatusCode::UNPROCESSABLE_ENTITY,
                "The case has an action that its form does not list",
            ),
            Self::NotFound => ("not-found", StatusCode::NOT_FOUND, "There is nothing at this address"),
            Self::MethodNotAllowed => (
                "method-not-allowed",
                StatusCode::METHOD_NOT_ALLOWED,
                "This address does not support this method",
            ),
            Self::NotReady => ("not-ready", StatusCode::SERVICE_UNAVAILABLE, "The server is not ready"),
            Self::TooBusy => ("too-busy", StatusCode::SERVICE_UNAVAILABLE, "The server is busy"),
            Self::TooSlow => ("too-slow", StatusCode::REQUEST_TIMEOUT, "The request took too long"),
            Self::Internal => ("internal", StatusCode::INTERNAL_SERVER_ERROR, "The server failed"),
        }
    }

    /// The kind with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.parts().0 == name)
    }

    /// The page behind the problem's `type`.
    pub(crate) fn explanation(self) -> String {
        let (name, status, title) = self.parts();
        format!(
            "{title}\n\nProblem type: /problems/{name}\nHTTP status: {}\n\n{}\n",
            status.as_u16(),
            self.remedy()
        )
    }

    fn remedy(self) -> Cow<'static, str> {
        let text = match self {
            Self::NotJson => "Send one JSON document in UTF-8. The detail names the line and column.",
            Self::TooDeep => "A case is at most four levels deep. Send cases as the API describes them.",
            Self::TooManyParts => "Split the batch into several requests.",
            Self::ContentType => "Send the header `content-type: application/json`.",
            Self::ContentEncoding => "Send plain JSON without the header `content-encoding`.",
            Self::BodyTooLarge => {
                let remedy =
                    format!("Split the batch into several requests of at most {MAX_BODY_MIB} MiB each.");
                return remedy.into();
            }
            Self::BodyUnreadable => "Send the request again.",
            Self::WrongShape => {
                "Correct the value that `pointer`, a JSON pointer (RFC 6901), names. GET /v1/forms lists forms and their attributes."
            }
            Self::EmptyBatch => return format!("Put 1 to {MAX_CASES} cases into `cases`.").into(),
            Self::TooManyCases => {
                let remedy =
                    format!("Split the batch into several requests of at most {MAX_CASES} cases each.");
                return remedy.into();
            }
            Self::CaseRefused => {
                "Correct or leave out the values that the pointers in `errors` (RFC 6901) name. Other cases were answered."
            }
            Self::UnknownForm => "Use a form that GET /v1/forms lists.",
            Self::UnknownAction => {
                "Correct the actions that the pointers in `errors` (RFC 6901) name. Codes that the form does not list can also be left out: with `\"unknown_actions\": \"note\"` in the request, a note names them. An unknown `status` or `event_code`, and a title or event code in `action`, are always refused."
            }
            Self::NotFound => "Use POST /v1/estimates, GET /v1/forms or GET /.",
            Self::MethodNotAllowed => "The header `allow` lists the methods.",
            Self::NotReady => "See `failing`. Retrain the models, or load those that worked.",
            Self::TooBusy => "Try again after the seconds that the header `retry-after` says.",
            Self::TooSlow => "Send the request again; split a large batch.",
            Self::Internal => {
                "Try again. If it fails again, tell the operator of this server the time of the request."
            }
        };
        text.into()
    }
}

/// Serializes as the members `type`, `title` and `status`.
impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (name, status, title) = self.parts();
        let mut members = serializer.serialize_struct("Kind", 3)?;
        members.serialize_field("type", &format_args!("/problems/{name}"))?;
        members.serialize_field("title", title)?;
        members.serialize_field("status", &status.as_u16())?;
        members.end()
    }
}

/// One problem: what happened, where, and what to do next.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Problem {
    #[serde(flatten)]
    kind: Kind,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<CaseError>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failing: Vec<FailingForm>,
}

/// One error of a case.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CaseError {
    pub(crate) detail: String,
    pub(crate) pointer: String,
    /// Known names that resemble an unknown one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) nearest: Vec<String>,
}

/// A form whose model does not answer as when it was made.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct FailingForm {
    pub(crate) form: String,
    pub(crate) reason: String,
}

impl Problem {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), pointer: None, errors: Vec::new(), failing: Vec::new() }
    }

    /// A case that is refused for these errors. The detail and the pointer are those of the first error.
    pub(crate) fn from_case_errors(kind: Kind, errors: Vec<CaseError>) -> Self {
        let first = errors.first();
        let detail =
            first.map_or("Check the case and send it again.", |error| error.detail.as_str()).to_owned();
        let pointer = first.map(|error| error.pointer.clone());
        Self { pointer, errors, ..Self::new(kind, detail) }
    }

    /// Adds the place in the request. The body as a whole has an empty pointer, which is left out.
    pub(crate) fn at(mut self, pointer: impl ToString) -> Self {
        self.pointer = Some(pointer.to_string()).filter(|pointer| !pointer.is_empty());
        self
    }

    pub(crate) fn failing(mut self, failing: Vec<FailingForm>) -> Self {
        self.failing = failing;
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (_, status, _) = self.kind.parts();
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response();
        if self.kind == Kind::ContentEncoding {
            response.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.parts().0), Some(kind));
            assert!(kind.explanation().contains(&*kind.remedy()));
        }
    }
}
