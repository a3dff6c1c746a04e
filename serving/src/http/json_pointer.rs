//! JSON pointers (RFC 6901) into a request, for example `/cases/3/actions/0/occurred_on`.

use std::fmt;

use super::redaction::redacted;

/// The path of a value in the body.
#[derive(Clone, Copy)]
pub(crate) enum PointerPath<'a> {
    /// The body itself: the empty pointer.
    Body,
    /// A member whose name this crate knows, so that it needs no escaping.
    Member(&'a PointerPath<'a>, &'static str),
    Element(&'a PointerPath<'a>, usize),
}

impl fmt::Display for PointerPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body => Ok(()),
            Self::Member(parent, name) => write!(f, "{parent}/{name}"),
            Self::Element(parent, index) => write!(f, "{parent}/{index}"),
        }
    }
}

/// A member's name as a token of a pointer; `None` if the name has to be redacted.
pub(crate) fn redacted_token(name: &str) -> Option<String> {
    (redacted(name) == name).then(|| name.replace('~', "~0").replace('/', "~1"))
}

/// The pointer to a member that the caller named. It ends at the object if the name has to be redacted.
pub(crate) fn to_member(object: impl fmt::Display, name: &str) -> String {
    match redacted_token(name) {
        Some(token) => format!("{object}/{token}"),
        None => object.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_or_redacted() {
        for (name, pointer) in [
            ("center", "/attributes/center"),
            ("a/b", "/attributes/a~1b"),
            ("~1", "/attributes/~01"),
            ("", "/attributes/"),
            ("IOE0123456789", "/attributes"),
        ] {
            assert_eq!(to_member("/attributes", name), pointer);
        }
        let (cases, body) = ("cases", PointerPath::Body);
        let cases = PointerPath::Member(&body, cases);
        assert_eq!(
            PointerPath::Member(&PointerPath::Element(&cases, 3), "form").to_string(),
            "/cases/3/form"
        );
    }
}
