//! The cases behind an estimate, as sentences call them.

use model::TrainedOn;

use super::translations::Language;

/// The cases that an estimate rests on. Results of a simulation are never worded as if they had been observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cases {
    /// Cases of a history that is not declared as simulated.
    Past,
    /// Simulated cases.
    Simulated,
}

impl Cases {
    pub(crate) fn from_training(trained_on: TrainedOn) -> Self {
        match trained_on {
            TrainedOn::SimulatedHistory => Self::Simulated,
            TrainedOn::RealHistory | TrainedOn::Unstated => Self::Past,
        }
    }

    /// The singular.
    pub(crate) fn one(self, language: Language) -> &'static str {
        language.text(match self {
            Self::Past => "cases.one",
            Self::Simulated => "cases.simulated_one",
        })
    }

    /// The plural.
    pub(crate) fn many(self, language: Language) -> &'static str {
        language.text(match self {
            Self::Past => "cases.many",
            Self::Simulated => "cases.simulated",
        })
    }

    /// The plural where the sentence says that they are in the past.
    pub(crate) fn before(self, language: Language) -> &'static str {
        language.text(match self {
            Self::Past => "cases.past",
            Self::Simulated => "cases.simulated",
        })
    }
}
