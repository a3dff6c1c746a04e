//! What applicants read for an action: what it is, and never what it would have done to the case.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use model::{Effect, FormDefinition, Label, SeenAction};

use crate::wording::translations::in_both;

/// The actions whose codes share a step on some form, or are notices there, by code.
static TABLE: LazyLock<BTreeMap<String, Label>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../wording/actions.json")).unwrap_or_default());

/// The label of an action: of the outcome or status that only this action means, or of its pause, else of the action itself, else of
/// the step that only this action reaches, else its code.
pub(crate) fn action_label(form: &FormDefinition, seen: &SeenAction<'_>) -> Label {
    let code = &seen.action.code;
    let effect = seen.rule.map(|rule| rule.effect);
    let known = effect.and_then(|effect| meaning(form, code, effect)).or_else(|| TABLE.get(code).cloned());
    known
        .or_else(|| effect.and_then(|effect| step(form, code, effect)))
        .unwrap_or_else(|| in_both(|_| code.clone()))
}

fn meaning(form: &FormDefinition, code: &str, effect: Effect) -> Option<Label> {
    match effect {
        Effect::Confirms => Some(form.milestone(form.start()).label.clone()),
        Effect::Rejects => Some(in_both(|language| language.text("note.rejection").to_owned())),
        Effect::Pauses(pause) => Some(form.pause(pause).label.clone()),
        Effect::Resumes(pause) => Some(in_both(|language| {
            language.filled("field.ended", &[("pause", language.of(&form.pause(pause).label))])
        })),
        Effect::Decides(outcome) | Effect::Closes(outcome) => {
            let outcome = form.outcome(outcome);
            is_only(&outcome.decided_by, code).then(|| outcome.label.clone())
        }
        Effect::SetsState(_) | Effect::Reopens(_) => {
            let mut statuses = form.spec().statuses.iter();
            statuses.find(|status| is_only(&status.set_by, code)).map(|status| status.label.clone())
        }
        Effect::Reaches(_) | Effect::ReachesAfterDecision(_) | Effect::Shows { .. } | Effect::Notice => None,
    }
}

fn step(form: &FormDefinition, code: &str, effect: Effect) -> Option<Label> {
    let (Effect::Reaches(step)
    | Effect::ReachesAfterDecision(step)
    | Effect::Shows { after: Some(step), .. }) = effect
    else {
        return None;
    };
    let milestone = form.milestone(step);
    is_only(&milestone.reached_by, code).then(|| milestone.label.clone())
}

fn is_only(actions: &[String], code: &str) -> bool {
    matches!(actions, [only] if only == code)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The lists of action codes in the bundled form files, by the name of the list.
    fn lists(value: &toml::Value, found: &mut BTreeSet<(String, Vec<String>)>) {
        match value {
            toml::Value::Array(elements) => elements.iter().for_each(|element| lists(element, found)),
            toml::Value::Table(members) => {
                for (name, member) in members {
                    lists(member, found);
                    let codes = member.as_array().into_iter().flatten().filter_map(toml::Value::as_str);
                    found.insert((name.clone(), codes.map(str::to_owned).collect()));
                }
            }
            _ => {}
        }
    }

    #[test]
    fn every_action_of_a_bundled_form_has_a_label_in_both_languages() {
        let mut found = BTreeSet::new();
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/forms")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                let file: toml::Table = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
                lists(&toml::Value::Table(file), &mut found);
            }
        }
        let outcomes: BTreeSet<String> = found
            .iter()
            .filter(|(name, codes)| name == "decided_by" && codes.len() == 1)
            .flat_map(|(_, codes)| codes.clone())
            .collect();
        let (mut codes, mut without) = (BTreeSet::new(), BTreeSet::new());
        for (name, list) in &found {
            let (is_listed, has_own_label) = match name.as_str() {
                "begins" | "ends" | "rejections" => (true, true),
                "set_by" => (true, list.len() == 1),
                "reached_by" => (true, *list == ["received"]),
                "signs" | "notices" => (true, false),
                _ => (false, false),
            };
            for code in list.iter().filter(|_| is_listed) {
                codes.insert(code.as_str());
                if !has_own_label && !outcomes.contains(code) && !TABLE.contains_key(code) {
                    without.insert(code);
                }
            }
        }
        assert!(without.is_empty(), "add these to actions.json: {without:?}");
        let unused: Vec<&String> = TABLE.keys().filter(|code| !codes.contains(code.as_str())).collect();
        assert!(unused.is_empty() && codes.len() > 20, "no form has these actions: {unused:?}");
    }
}
