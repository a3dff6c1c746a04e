//! Bounds of a body, checked before it is parsed. Two mebibytes of `{"":0}` become 190 MB of parsed objects; no real batch
//! comes near these bounds.

use std::str;

use super::problem::{Kind, Problem};

const MAX_LEVELS: usize = 32;
const MAX_OBJECTS: usize = 40_000;
const MAX_VALUES: usize = 400_000;

/// The body as text within bounds.
pub(crate) fn bounded(body: &[u8]) -> Result<&str, Problem> {
    let text = str::from_utf8(body).map_err(|error| {
        let place = error.valid_up_to() + 1;
        Problem::new(Kind::NotJson, format!("Byte {place} of the body is not UTF-8. Send the JSON in UTF-8."))
    })?;
    let bytes = text.as_bytes();
    let (mut levels, mut objects, mut values) = (0_usize, 0, 0);
    let mut position = 0;
    while let Some(&byte) = bytes.get(position) {
        match byte {
            b'"' => position = end_of_string(bytes, position + 1),
            b'{' | b'[' => levels += 1,
            b'}' | b']' => levels = levels.saturating_sub(1),
            _ => {}
        }
        objects += usize::from(byte == b'{');
        values += usize::from(byte == b',');
        if levels > MAX_LEVELS {
            let detail = format!(
                "A value is nested more than {MAX_LEVELS} levels deep; a case needs four. Send fewer levels."
            );
            return Err(Problem::new(Kind::TooDeep, detail));
        }
        if objects > MAX_OBJECTS || values > MAX_VALUES {
            let detail = format!(
                "The body has more than {MAX_OBJECTS} objects or {MAX_VALUES} values. Split the batch into several requests."
            );
            return Err(Problem::new(Kind::TooManyParts, detail));
        }
        position += 1;
    }
    Ok(text)
}

/// Where the string that begins at `position` ends: its closing quotation mark, or the end of the text.
fn end_of_string(bytes: &[u8], mut position: usize) -> usize {
    while let Some(&byte) = bytes.get(position) {
        match byte {
            b'\\' => position += 2,
            b'"' => return position,
            _ => position += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_counted_outside_of_strings() {
        assert!(bounded(br#"{"a": "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"[[[[["}"#).is_ok());
        assert!(bounded(&[b'['; MAX_LEVELS]).is_ok());
        assert!(bounded(&[b'['; MAX_LEVELS + 1]).is_err());
        assert!(bounded("[]".repeat(1000).as_bytes()).is_ok());
        assert!(bounded(b"\"\\").is_ok(), "a text that ends inside an escape");
    }

    #[test]
    fn texts_that_would_grow_when_parsed_are_refused() {
        assert!(bounded("{},".repeat(MAX_OBJECTS + 1).as_bytes()).is_err());
        assert!(bounded(&[b','; MAX_VALUES + 1]).is_err());
        assert!(bounded(&[0xff, b'{']).is_err());
    }
}
