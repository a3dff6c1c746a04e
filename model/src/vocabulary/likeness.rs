//! How alike two texts are, and whether what sets texts apart is alike too.

/// Texts less alike than this are not suggested. Of the pairs of titles that stand for different actions, 99% are less
/// alike than 0.51, although many of them begin with "Case Was".
const MIN_SIMILARITY: f64 = 0.5;

/// Words that say nothing about what happened: most titles are made of them, and people write them in other ways.
const COMMON_WORDS: [&str; 62] = [
    "a",
    "an",
    "and",
    "application",
    "are",
    "at",
    "be",
    "been",
    "by",
    "case",
    "for",
    "form",
    "has",
    "have",
    "i",
    "in",
    "is",
    "it",
    "me",
    "my",
    "of",
    "on",
    "or",
    "our",
    "petition",
    "that",
    "the",
    "to",
    "uscis",
    "was",
    "we",
    "were",
    "will",
    "with",
    "you",
    "your",
    "al",
    "caso",
    "con",
    "de",
    "del",
    "el",
    "en",
    "es",
    "esta",
    "formulario",
    "fue",
    "ha",
    "la",
    "las",
    "los",
    "mi",
    "mis",
    "o",
    "para",
    "peticion",
    "por",
    "se",
    "sido",
    "su",
    "sus",
    "y",
];

/// Words that turn what the others say into its opposite.
const NEGATIONS: [&str; 6] = ["cannot", "never", "no", "not", "nunca", "without"];
/// How words begin that settle what became of a case or document: a text with one is not like a text without it, however
/// alike the rest is ("Case approval was revoked").
const DECISIVE_BEGINNINGS: [&str; 23] = [
    "affirm", "anul", "aprob", "approv", "cancel", "close", "cerra", "deneg", "deni", "deny", "destr",
    "dismiss", "negad", "reabi", "rechaz", "reject", "reopen", "rescind", "return", "revo", "terminat",
    "withdr", "retir",
];
/// Beginnings that turn a word into its opposite.
const NEGATING_PREFIXES: [&str; 4] = ["des", "dis", "in", "un"];

/// A text to be compared with many others.
pub(super) struct Compared {
    text: String,
}

impl Compared {
    /// `text` is written as texts are compared.
    pub(super) const fn new(text: String) -> Self {
        Self { text }
    }

    /// How alike this text and a known one are, from 0 to 1 (the same); `None` if they are not alike enough for a
    /// suggestion.
    pub(super) fn similarity(&self, known: &str) -> Option<f64> {
        let similarity = likeness(&self.text, known);
        (similarity >= MIN_SIMILARITY && self.says_the_same(known)).then_some(similarity)
    }

    /// Whether the words that set texts apart are alike: all that settle something, and every one of this text, as in an
    /// abbreviation, or else most of the known text and half of this one.
    fn says_the_same(&self, known: &str) -> bool {
        if is_negated(&self.text) != is_negated(known) {
            return false;
        }
        let (own, other) = (distinctive(&self.text), distinctive(known));
        let is_in = |word: &str, among: &[&str]| among.iter().any(|other| are_alike(word, other));
        let found = |words: &[&str], among: &[&str]| words.iter().filter(|word| is_in(word, among)).count();
        let settles_more = |words: &[&str], among: &[&str]| {
            words.iter().any(|word| is_decisive(word) && !is_in(word, among))
        };
        let (own_found, other_found) = (found(&own, &other), found(&other, &own));
        let is_abbreviation = own_found == own.len();
        let is_mostly_alike = 2 * other_found > other.len() && 2 * own_found >= own.len();
        let is_other = settles_more(&own, &other) || settles_more(&other, &own);
        !own.is_empty() && !is_other && (is_abbreviation || is_mostly_alike)
    }
}

fn is_negated(text: &str) -> bool {
    text.split(' ').any(|word| NEGATIONS.contains(&word))
}

fn is_decisive(word: &str) -> bool {
    DECISIVE_BEGINNINGS.iter().any(|beginning| word.starts_with(beginning))
}

fn distinctive(text: &str) -> Vec<&str> {
    let is_distinctive =
        |word: &&str| !word.is_empty() && !COMMON_WORDS.contains(word) && !NEGATIONS.contains(word);
    text.split(' ').filter(is_distinctive).collect()
}

fn are_alike(one: &str, other: &str) -> bool {
    let similarity = likeness(one, other);
    // "Disapproved" is more like "approved" without its beginning: they are opposites.
    let is_opposite = |longer: &str, shorter: &str| {
        let mut rests = NEGATING_PREFIXES.iter().filter_map(|prefix| longer.strip_prefix(prefix));
        rests.any(|rest| likeness(rest, shorter) > similarity)
    };
    similarity >= MIN_SIMILARITY && !is_opposite(one, other) && !is_opposite(other, one)
}

fn likeness(one: &str, other: &str) -> f64 {
    strsim::sorensen_dice(one, other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_suggested(written: &str, known: &str) -> bool {
        Compared::new(written.to_owned()).similarity(known).is_some()
    }

    #[test]
    fn slips_of_the_keyboard_and_common_words_are_forgiven() {
        for (written, known) in [
            ("case was aproved", "case was approved"),
            ("your case has been approved", "case was approved"),
            ("case was denyed", "case was denied"),
            ("caso aprobado", "caso fue aprobado"),
            ("oath", "oath taken"),
            ("naturalization interview was scheduled", "interview was scheduled"),
            ("case was not revokd or canceled", "case was not revoked or cancelled by uscis"),
        ] {
            assert!(is_suggested(written, known), "{written}");
        }
    }

    #[test]
    fn an_opposite_is_not_suggested_however_alike_it_is() {
        for (written, known) in [
            ("caso fue denegado", "caso fue aprobado"),
            ("case was denyed", "case was approved"),
            ("case was not approved", "case was approved"),
            ("case was disaproved", "case was approved"),
            ("caso fue desaprobado", "caso fue aprobado"),
            ("case was revoked or cancelled", "case was not revoked or cancelled by uscis"),
            ("interview was canceled", "interview was scheduled"),
            ("appeal was approvd", "appeal was dismissed"),
            ("case approved", "case approval was revoked"),
            ("approval was revoked", "case was approved"),
            ("document was undeliverable", "document was deliverable"),
        ] {
            assert!(!is_suggested(written, known), "{written}");
        }
    }

    #[test]
    fn common_words_alone_are_not_alike() {
        assert!(!is_suggested("your case was", "case was approved"));
        assert!(!is_suggested("case was", "case was"));
        assert!(!is_suggested("", ""));
    }
}
