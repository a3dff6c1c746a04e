//! Reads the body of a request within bounds.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;

use crate::http::problem::{Kind, MAX_BODY_MIB, Problem};

/// Bytes of a body.
const MAX_BODY: usize = MAX_BODY_MIB * 1024 * 1024;
/// Bytes of a body that is too large that are read before the answer.
const MAX_DRAINED: usize = 8 * 1024 * 1024;
/// How long they are read.
const MAX_DRAIN_TIME: Duration = Duration::from_secs(5);

/// The whole body.
///
/// Most clients read an answer only after they have sent their body: if the server closed the connection before, they would see
/// a broken connection and not the problem. So a body that is too large is read on, up to a bound, and dropped.
pub(super) async fn read_body(headers: &HeaderMap, mut body: Body) -> Result<Vec<u8>, Problem> {
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let declared = declared.and_then(|length| length.parse::<u64>().ok());
    if declared.is_some_and(|length| length > MAX_BODY as u64) {
        drain(body, 0).await;
        return Err(too_large());
    }
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        let unreadable =
            |_| Problem::new(Kind::BodyUnreadable, "The body ended early. Send the request again.");
        let Ok(data) = frame.map_err(unreadable)?.into_data() else { continue };
        if read.len() + data.len() > MAX_BODY {
            drain(body, read.len() + data.len()).await;
            return Err(too_large());
        }
        read.extend_from_slice(&data);
    }
    Ok(read)
}

fn too_large() -> Problem {
    let detail = format!(
        "The body has more than {MAX_BODY} bytes ({MAX_BODY_MIB} MiB). Split the batch into several requests."
    );
    Problem::new(Kind::BodyTooLarge, detail)
}

/// Reads and drops the rest of a body of which `bytes` were read.
async fn drain(mut body: Body, mut bytes: usize) {
    let rest = async {
        while bytes < MAX_DRAINED {
            let Some(Ok(frame)) = body.frame().await else { return };
            bytes += frame.data_ref().map_or(0, |data| data.len());
        }
    };
    // Whether it was read to its end makes no difference: the answer is the same.
    let _ = tokio::time::timeout(MAX_DRAIN_TIME, rest).await;
}
