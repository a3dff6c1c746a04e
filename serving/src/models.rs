//! The models that a server answers from.

use std::collections::BTreeMap;
use std::path::Path;

use model::{AsOf, Day, FormModel, ModelError, TrainedOn};
use store::{ModelFolder, ModelSet, ModelsError};

/// A model with more golden cases than this is not asked again at every readiness check.
const MAX_ASKED_AGAIN: usize = 64;
/// A model trained more than this many days ago knows little of how things are now.
const OLD_AFTER_DAYS: i32 = 180;

/// Whether what was trained then is old on that day.
pub(crate) fn is_old(trained: AsOf, on: Day) -> bool {
    on.since(trained.day()) > OLD_AFTER_DAYS
}

/// A model, and whether it answered its golden cases when it was loaded.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub(crate) model: FormModel,
    pub(crate) version: String,
    golden: Result<(), ModelError>,
}

impl Loaded {
    /// What kind of history the model was trained on.
    pub(crate) fn trained_on(&self) -> TrainedOn {
        self.model.training().trained_on
    }

    /// Whether the model answers its golden cases as when it was made.
    pub(crate) fn check(&self) -> Result<(), ModelError> {
        if self.golden.is_ok() && self.model.golden().len() <= MAX_ASKED_AGAIN {
            return self.model.check_golden();
        }
        self.golden.clone()
    }
}

/// Loaded models by form.
#[derive(Debug, Clone, Default)]
pub struct Models(BTreeMap<String, Loaded>);

impl Models {
    /// Loads every `*.myprogress` file of a folder and asks each model its golden cases.
    ///
    /// A model that fails them is loaded all the same: `/readyz` says so, and keeps the process from being sent requests.
    ///
    /// # Errors
    /// [`ModelsError`] for a folder that is missing or has no model, a file that is not a valid model, and two models of
    /// one form.
    pub fn load(folder: &Path) -> Result<Self, ModelsError> {
        ModelFolder::new(folder).load_all().map(Self::from)
    }

    /// The names of the forms that have a model, in order.
    pub fn forms(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(crate) fn get(&self, form: &str) -> Option<&Loaded> {
        self.0.get(form)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Loaded> {
        self.0.values()
    }
}

/// Asks each model its golden cases.
impl From<ModelSet> for Models {
    fn from(models: ModelSet) -> Self {
        let loaded = models.into_iter().map(|artifact| {
            let golden = artifact.model.check_golden();
            let form = artifact.model.form().name().to_owned();
            (form, Loaded { model: artifact.model, version: artifact.version, golden })
        });
        Self(loaded.collect())
    }
}
