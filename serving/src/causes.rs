//! An error as an operator reads it.

use std::error::Error;
use std::fmt;

/// Shows an error and its causes, each on a line of its own.
///
/// ```
/// let error = "x".parse::<u8>().unwrap_err();
/// assert_eq!(serving::WithCauses(&error).to_string(), "invalid digit found in string");
/// ```
pub struct WithCauses<'e>(pub &'e dyn Error);

impl fmt::Display for WithCauses<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        let mut last = text.trim_end().to_owned();
        f.write_str(&last)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            let text = error.to_string();
            // Errors of libraries often repeat their cause in their own text.
            if !last.contains(text.trim_end()) {
                last = text.trim_end().to_owned();
                write!(f, "\n  cause: {last}")?;
            }
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Layer(&'static str, Option<Box<Layer>>);

    impl fmt::Display for Layer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Layer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|layer| layer as &(dyn Error + 'static))
        }
    }

    #[test]
    fn every_cause_is_printed_once() {
        let knot = Layer("knot 3 is NaN", None);
        let copied = Layer("not sound: knot 3 is NaN", Some(Box::new(knot)));
        let grid = Layer("the grid cannot be read", Some(Box::new(copied)));
        let top = Layer("cannot load the model", Some(Box::new(grid)));
        assert_eq!(
            WithCauses(&top).to_string(),
            "cannot load the model\n  cause: the grid cannot be read\n  cause: not sound: knot 3 is NaN"
        );
    }
}
