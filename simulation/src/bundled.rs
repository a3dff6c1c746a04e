//! Opens bundled scenarios and scenario files.

use data::forms;

use super::checks;
use super::diagnostics::ScenarioError;
use super::plan::Scenario;

/// The bundled scenarios, by name.
const BUNDLED: [(&str, &str); 10] = [
    ("default", include_str!("../scenarios/default.toml")),
    ("steady", include_str!("../scenarios/steady.toml")),
    ("surge", include_str!("../scenarios/surge.toml")),
    ("slowdown", include_str!("../scenarios/slowdown.toml")),
    ("speed-up", include_str!("../scenarios/speed-up.toml")),
    ("policy-change", include_str!("../scenarios/policy-change.toml")),
    ("office-closure", include_str!("../scenarios/office-closure.toml")),
    ("country-wave", include_str!("../scenarios/country-wave.toml")),
    ("dirty-record", include_str!("../scenarios/dirty-record.toml")),
    ("uscis-fy22", include_str!("../scenarios/uscis-fy22.toml")),
];

impl Scenario {
    /// The names of the bundled scenarios.
    pub fn bundled() -> impl Iterator<Item = &'static str> {
        BUNDLED.iter().map(|(name, _)| *name)
    }

    /// Opens a bundled scenario by name, or a scenario file.
    ///
    /// # Errors
    /// [`ScenarioError`] if there is no such scenario, or with the line of the first thing in it that is not valid.
    pub fn open(name_or_path: &str) -> Result<Self, ScenarioError> {
        if let Some((_, text)) = bundled(name_or_path) {
            return Self::parse(name_or_path, text);
        }
        let text = std::fs::read_to_string(name_or_path).map_err(|error| ScenarioError::File {
            file: name_or_path.to_owned(),
            problem: format!(
                "not a bundled scenario ({}), and not a file that can be read: {error}",
                Self::bundled().collect::<Vec<_>>().join(", ")
            ),
        })?;
        Self::parse(name_or_path, &text)
    }

    /// Reads the text of a scenario; errors call it `file`.
    ///
    /// # Errors
    /// [`ScenarioError`] with the line of the first thing in it that is not valid.
    pub fn parse(file: &str, text: &str) -> Result<Self, ScenarioError> {
        let catalog = forms::bundled()
            .map_err(|error| ScenarioError::File { file: file.to_owned(), problem: error.to_string() })?;
        checks::read(file, text, bundled, &catalog)
    }
}

/// The name and text of a bundled scenario.
fn bundled(name: &str) -> Option<(&'static str, &'static str)> {
    BUNDLED.iter().find(|(known, _)| *known == name).copied()
}
