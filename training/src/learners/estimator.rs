//! The kinds of estimators.

/// A kind of estimator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Estimator {
    /// Curves of cohorts of similar cases.
    CohortCurves,
    /// Boosted hazards.
    BoostedHazards,
    /// A mixture of both with equal weights.
    Mixture,
}

impl Estimator {
    /// All of them, the default first.
    pub const ALL: [Self; 3] = [Self::CohortCurves, Self::BoostedHazards, Self::Mixture];

    /// Whether this is the name and the revision of an estimator of this program.
    #[must_use]
    pub fn is_current(revision: &str) -> bool {
        Self::ALL.iter().any(|estimator| estimator.revision() == revision)
    }

    /// Name and revision. Change the revision with everything that changes what the same history
    /// gives: `demo` retrains models of another revision.
    #[must_use]
    pub const fn revision(self) -> &'static str {
        match self {
            Self::CohortCurves => "cohort_curves 7",
            Self::BoostedHazards => "boosted_hazards 3",
            Self::Mixture => "mixture 2",
        }
    }

    /// The name, without the revision.
    #[must_use]
    pub fn name(self) -> &'static str {
        let revision = self.revision();
        revision.split_once(' ').map_or(revision, |(name, _)| name)
    }

    /// The estimator of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|estimator| estimator.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_for_estimators() {
        assert_eq!(Estimator::named("boosted_hazards"), Some(Estimator::BoostedHazards));
        assert_eq!(Estimator::named("boosted_hazards 3"), None);
        assert!(Estimator::is_current(Estimator::CohortCurves.revision()));
    }
}
