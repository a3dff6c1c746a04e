//! Places in a request as JSON pointers (RFC 6901), for example `/cases/3/actions/0/occurred_on`.

use std::fmt;

use crate::masking::shown;

/// A place in the body.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    /// The body itself: the empty pointer.
    Body,
    /// A member whose name is this crate's, so that nothing in it needs escaping.
    Member(&'a Place<'a>, &'static str),
    Element(&'a Place<'a>, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body => Ok(()),
            Self::Member(parent, name) => write!(f, "{parent}/{name}"),
            Self::Element(parent, index) => write!(f, "{parent}/{index}"),
        }
    }
}

/// A member's name as a token of a pointer; none if the name may not be shown as it is.
pub(crate) fn shown_token(name: &str) -> Option<String> {
    (shown(name) == name).then(|| name.replace('~', "~0").replace('/', "~1"))
}

/// The place of a member that the caller named: its object's, if the name may not be shown.
pub(crate) fn of_member(object: impl fmt::Display, name: &str) -> String {
    match shown_token(name) {
        Some(token) => format!("{object}/{token}"),
        None => object.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tilde_and_slash_are_escaped_and_nothing_is_shown_that_may_not_be() {
        for (name, pointer) in [
            ("center", "/attributes/center"),
            ("a/b", "/attributes/a~1b"),
            ("~1", "/attributes/~01"),
            ("", "/attributes/"),
            ("IOE0123456789", "/attributes"),
        ] {
            assert_eq!(of_member("/attributes", name), pointer);
        }
        let (cases, body) = ("cases", Place::Body);
        let cases = Place::Member(&body, cases);
        assert_eq!(Place::Member(&Place::Element(&cases, 3), "form").to_string(), "/cases/3/form");
    }
}
