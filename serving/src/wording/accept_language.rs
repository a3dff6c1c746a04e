//! The language that a browser asks for.

use axum::http::{HeaderMap, header};

use crate::wording::translations::Language;

/// The language that the header `accept-language` prefers: English unless it asks for Spanish first.
pub(crate) fn preferred(headers: &HeaderMap) -> Language {
    let ranges = ranges(headers);
    let (english, spanish) = (preference(&ranges, Language::English), preference(&ranges, Language::Spanish));
    if is_stronger(spanish, english) { Language::Spanish } else { Language::English }
}

/// The language that the header `accept-language` names, if it names no other.
pub(crate) fn only(headers: &HeaderMap) -> Option<Language> {
    let ranges = ranges(headers);
    let mut wanted = ranges.iter().filter(|range| range.weight > 0.0).map(|range| range.primary);
    let first = wanted.next()?;
    let language = Language::of_tag(&first.to_ascii_lowercase())?;
    wanted.all(|other| other.eq_ignore_ascii_case(first)).then_some(language)
}

fn ranges(headers: &HeaderMap) -> Vec<Range<'_>> {
    let values = headers.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).filter_map(Range::read).collect()
}

/// One language range with its weight.
struct Range<'a> {
    primary: &'a str,
    weight: f32,
}

impl<'a> Range<'a> {
    /// `None` for a range whose weight is not a number from 0 to 1.
    fn read(written: &'a str) -> Option<Self> {
        let mut parts = written.split(';').map(str::trim);
        let primary = parts.next()?.split('-').next()?;
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let weight = weight.map_or(Some(1.0), |weight| weight.parse().ok())?;
        (0.0..=1.0).contains(&weight).then_some(Self { primary, weight })
    }
}

/// The weight of a language and its position in the header; `None` if it is not wanted.
fn preference(ranges: &[Range<'_>], language: Language) -> Option<(f32, usize)> {
    let position =
        |primary: &str| ranges.iter().position(|range| range.primary.eq_ignore_ascii_case(primary));
    // The star covers only languages that are not named.
    let position = position(language.tag()).or_else(|| position("*"))?;
    Some((ranges[position].weight, position)).filter(|(weight, _)| *weight > 0.0)
}

/// Whether the first preference is heavier, or as heavy and written first.
fn is_stronger(one: Option<(f32, usize)>, other: Option<(f32, usize)>) -> bool {
    match (one, other) {
        (Some((one, first)), Some((other, second))) => one > other || (one >= other && first < second),
        (one, _) => one.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn one_language_alone_is_told_from_a_choice() {
        for (written, language) in [
            ("es", Some(Language::Spanish)),
            ("en-US,en;q=0.9", Some(Language::English)),
            ("en;q=0.5, es;q=0", Some(Language::English)),
            ("en, es", None),
            ("fr", None),
            ("es, fr;q=0.1", None),
            ("*", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_str(written).unwrap());
            assert_eq!(only(&headers), language, "{written}");
        }
    }

    #[test]
    fn spanish_is_chosen_if_it_is_preferred_to_english() {
        for (written, language) in [
            ("", Language::English),
            ("es", Language::Spanish),
            ("ES-mx", Language::Spanish),
            ("es-MX,es;q=0.9,en;q=0.8", Language::Spanish),
            ("en-US,en;q=0.9,es;q=0.8", Language::English),
            ("en;q=0.5, es;q=0.6", Language::Spanish),
            ("en, es", Language::English),
            ("es, en", Language::Spanish),
            ("fr, es;q=0.5", Language::Spanish),
            ("fr", Language::English),
            ("*", Language::English),
            ("en;q=0.1, *;q=0.5", Language::Spanish),
            ("es;q=0", Language::English),
            ("es;q=0, *", Language::English),
            ("es;q=many", Language::English),
            ("es;q=NaN", Language::English),
            ("est", Language::English),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_str(written).unwrap());
            assert_eq!(preferred(&headers), language, "{written}");
        }
        let mut twice = HeaderMap::new();
        twice.append(header::ACCEPT_LANGUAGE, HeaderValue::from_static("en;q=0.5"));
        twice.append(header::ACCEPT_LANGUAGE, HeaderValue::from_static("es"));
        assert_eq!(preferred(&twice), Language::Spanish);
        assert_eq!(preferred(&HeaderMap::new()), Language::English);
    }
}
