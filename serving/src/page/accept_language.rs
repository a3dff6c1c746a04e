//! Which of the page's languages a browser asks for.

use axum::http::{HeaderMap, header};

use crate::texts::Language;

/// The language that the header `accept-language` prefers: English unless it asks for Spanish first.
pub(super) fn preferred(headers: &HeaderMap) -> Language {
    let values = headers.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    let ranges: Vec<Range<'_>> = values.flat_map(|value| value.split(',')).filter_map(Range::read).collect();
    let (english, spanish) = (wish(&ranges, Language::English), wish(&ranges, Language::Spanish));
    if is_stronger(spanish, english) { Language::Spanish } else { Language::English }
}

/// One language range with its weight.
struct Range<'a> {
    primary: &'a str,
    weight: f32,
}

impl<'a> Range<'a> {
    /// Nothing for a range whose weight cannot be read.
    fn read(written: &'a str) -> Option<Self> {
        let mut parts = written.split(';').map(str::trim);
        let primary = parts.next()?.split('-').next()?;
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let weight = weight.map_or(Some(1.0), |weight| weight.parse().ok())?;
        (0.0..=1.0).contains(&weight).then_some(Self { primary, weight })
    }
}

/// How much a language is wished for, and at which place of the header; nothing if it is not.
fn wish(ranges: &[Range<'_>], language: Language) -> Option<(f32, usize)> {
    let place = |primary: &str| ranges.iter().position(|range| range.primary.eq_ignore_ascii_case(primary));
    // A language that is named by itself is not meant by the star.
    let place = place(language.tag()).or_else(|| place("*"))?;
    Some((ranges[place].weight, place)).filter(|(weight, _)| *weight > 0.0)
}

/// The heavier wish, and of two that weigh the same the one that is written first.
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
    fn spanish_is_shown_to_those_who_prefer_it_to_english() {
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
