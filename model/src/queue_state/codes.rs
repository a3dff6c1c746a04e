//! A queue as the list of its codes, `null` for an attribute that does not count.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::features::Queue;
use crate::form::MAX_QUEUE_ATTRIBUTES;

pub(super) fn serialize<S: Serializer>(queue: &Queue, serializer: S) -> Result<S::Ok, S::Error> {
    let length = queue.known().last().map_or(0, |(position, _)| position + 1);
    let codes: Vec<Option<u16>> = (0..length).map(|position| queue.code(position)).collect();
    codes.serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Queue, D::Error> {
    let codes = Vec::<Option<u16>>::deserialize(deserializer)?;
    if codes.len() > MAX_QUEUE_ATTRIBUTES {
        return Err(D::Error::custom(format!("a queue has at most {MAX_QUEUE_ATTRIBUTES} codes")));
    }
    let mut queue = Queue::default();
    for (position, code) in codes.into_iter().enumerate() {
        if let Some(code) = code {
            queue.set(position, code);
        }
    }
    Ok(queue)
}
