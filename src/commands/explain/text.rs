//! An explanation as text for a terminal.

use std::fmt::Write;

use data::explanation::{
    AttributeUse, Bound, ExplainedAttribute, ExplainedBasis, ExplainedCase, ExplainedDecision,
    ExplainedModel, ExplainedNextStep, Explanation, QuantileRow, SharedState, WithinDays,
};
use model::{AsOf, BOOSTED_HAZARDS, COHORT_CURVES, MIXTURE, TimeScale, TrainedOn};

use super::layout::{days, fact, lines, title, wrapped};
use super::picture::{Marks, picture};
use super::reasons;

/// The levels of the quantiles that are shown, in per cent.
const SHOWN: [f64; 7] = [10.0, 25.0, 50.0, 75.0, 80.0, 90.0, 95.0];
/// What is said first of a model of a simulated history.
const SIMULATED: &str = "SIMULATED: the model was trained on simulated cases only, so this says nothing about how long real \
                         cases take.";

/// The whole text.
pub fn of(explanation: &Explanation) -> String {
    let Explanation { case_id, form, as_of, status, reason, .. } = explanation;
    let mut text = wrapped("", &format!("Case {case_id}, form {form}, as of {as_of}"));
    text += &fact("status", status);
    if let Some(reason) = reason {
        text += &fact("why", &format!("{reason}."));
    }
    if let Some(case) = &explanation.case {
        text += &of_case(case, *as_of);
    }
    if let Some(decision) = &explanation.decision {
        text += &of_decision(decision);
    }
    if let Some(step) = &explanation.next_step {
        text += &of_next_step(step);
    }
    text += &reasons::of(explanation);
    if let Some(basis) = &explanation.basis {
        text += &of_basis(basis, explanation.case.as_ref());
    }
    if let Some(model) = &explanation.model {
        text += &of_model(model, explanation.answered_by);
    }
    if let Some(decision) = &explanation.decision {
        text += &of_curve(decision, *as_of);
    }
    text
}

fn of_case(case: &ExplainedCase, as_of: AsOf) -> String {
    let mut text = title("Case");
    text += &fact("received", &case.received.to_string());
    let state = &case.state;
    text += &fact("state", &format!("{} ({}), since {}", state.id, state.label, case.state_since));
    if let Some(waits_in) = &case.waits_in {
        let waits_in = format!("in {} ({}), as the model sees it", waits_in.id, waits_in.label);
        text += &fact("waits", &waits_in);
    }
    let held = match case.on_hold_days {
        held if held > 0.0 => format!("; not counted: {} on hold", days(held)),
        _ => String::new(),
    };
    let until = if case.decided_on.is_some() { "until the decision" } else { "since receipt" };
    let waited = format!(
        "{} {until}, {} in this state{held}",
        days(case.since_receipt_days),
        days(case.in_state_days)
    );
    text += &fact("waited", &waited);
    let observed = match case.unobserved_days {
        gap if gap > 0.0 => format!(
            "until {}; nothing is known of the {} from then to {as_of}, and what came then counts as happening now",
            case.observed_until,
            days(gap)
        ),
        _ => format!("until {}, the as-of time", case.observed_until),
    };
    text += &fact("observed", &observed);
    let last: Vec<String> =
        case.actions.iter().rev().take(3).map(|one| format!("{} {}", one.on, one.action)).collect();
    let actions = match last.len() {
        0 => "none so far".to_owned(),
        _ => format!("{} so far; the last: {}", case.actions.len(), last.join(", ")),
    };
    text += &fact("actions", &actions);
    for (index, attribute) in case.attributes.iter().enumerate() {
        text += &fact(if index == 0 { "attributes" } else { " " }, &of_attribute(attribute));
    }
    text
}

fn of_attribute(attribute: &ExplainedAttribute) -> String {
    let ExplainedAttribute { name, value, model } = attribute;
    match (model, value) {
        (AttributeUse::Known, Some(value)) => format!("{name} = {value}"),
        (AttributeUse::UnknownValue, Some(value)) => {
            format!("{name} = {value}: the model has not seen this value")
        }
        (AttributeUse::NotInModel, Some(value)) => format!("{name} = {value}: the model does not use it"),
        (AttributeUse::NotInModel, None) => format!("{name}: missing, and the model does not use it"),
        (AttributeUse::Missing, _) | (_, None) => format!("{name}: missing"),
    }
}

fn of_decision(decision: &ExplainedDecision) -> String {
    let mut text = title("Decision");
    text += &quantiles("decided in", &decision.quantiles);
    let row = |name: &str, cell: &dyn Fn(&WithinDays) -> String| {
        let cells: String = decision.within.iter().map(|within| format!("{:>11}", cell(within))).collect();
        format!("  {name:<10}{cells}\n")
    };
    text += "\n";
    text += &row("within", &|within| format!("{} days", within.days));
    text += &row("chance", &|within| match within.bound {
        None => percent(within.probability),
        Some(Bound::AtMost) => format!("< {}", percent(within.probability)),
        Some(Bound::AtLeast) => format!("> {}", percent(within.probability)),
    });
    text += "\n";
    text += &fact("history", &known_for(decision));
    text
}

/// Up to when the history shows decisions.
fn known_for(decision: &ExplainedDecision) -> String {
    let median = match decision.beyond_data {
        true => "the median lies beyond that and rests on the assumed tail",
        false => "the median lies within that",
    };
    match decision.known_until {
        _ if decision.known_for_days <= 0.0 => {
            "no case was seen to be decided after a wait as long as this one so far; all times rest on the assumed tail"
                .to_owned()
        }
        Some(until) => {
            format!("it shows decisions up to {} from now ({until}); {median}", days(decision.known_for_days))
        }
        None => "no noticeable part of these times rests on the assumed tail".to_owned(),
    }
}

/// The levels, the days and the dates as three rows.
fn quantiles(name: &str, quantiles: &[QuantileRow]) -> String {
    let shown = SHOWN.iter().filter_map(|level| {
        quantiles.iter().find(|row| (row.level * 100.0 - level).abs() < 0.5).map(|row| (level, row))
    });
    let mut lines = [format!("  {:<10}", "chance"), format!("  {name:<10}"), format!("  {:<10}", "by")];
    for (level, row) in shown {
        lines[0] += &format!("{:>11}", format!("{level} %"));
        lines[1] += &format!("{:>11}", days(row.days.into()));
        lines[2] += &format!("{:>11}", row.on.map_or("after 2199".to_owned(), |on| on.to_string()));
    }
    lines.join("\n") + "\n"
}

fn of_next_step(step: &ExplainedNextStep) -> String {
    let mut text = title("Next step");
    for event in &step.events {
        let probability = match f64::from(event.probability) {
            tiny if tiny < 0.001 => "< 0.1 %".to_owned(),
            probability => percent(probability),
        };
        let _ = writeln!(text, "  {probability:>8}  {} ({})", event.milestone, event.label);
    }
    text += "\n";
    text + &quantiles("any in", &step.quantiles)
}

fn of_basis(basis: &ExplainedBasis, case: Option<&ExplainedCase>) -> String {
    let mut text = title("Cases that answered");
    let ExplainedBasis { cases, decided, group, own_group, .. } = basis;
    text += &fact("cases", &format!("{cases}, and {decided} of them were decided"));
    text += &fact("group", group);
    let without = match basis.dropped.as_slice() {
        [] => String::new(),
        dropped => format!(", whatever their {}", dropped.join(" and ")),
    };
    let answered = match basis.state {
        SharedState::Own if basis.dropped.is_empty() => None,
        SharedState::Own => Some(format!("all cases in its state answered{without}")),
        SharedState::LastStep => Some(format!("cases in its last step answered{without}")),
        SharedState::Any => Some("all cases of the form answered, in any state".to_owned()),
    };
    if let Some(answered) = answered {
        let wider = format!("the case's own group, {own_group}, has too few cases, so {answered}");
        text += &fact("wider", &wider);
    }
    let unusable = case.map(ExplainedCase::unusable_attributes).unwrap_or_default();
    if !unusable.is_empty() {
        text += &fact("not known", &format!("{}: any value counts as alike", unusable.join(", ")));
    }
    text
}

fn of_model(model: &ExplainedModel, answered_by: Option<&str>) -> String {
    let mut text = title("Model");
    if model.trained_on == TrainedOn::SimulatedHistory {
        text += &(textwrap::fill(SIMULATED, lines("  ", "  ")) + "\n");
    }
    text += &fact("version", &format!("{}, by {}", model.version, model.estimator));
    match answered_by {
        Some(BOOSTED_HAZARDS) => {
            text += &fact("answered", "by boosted hazards; cohort curves name the cases that are alike");
        }
        Some(MIXTURE) => {
            text +=
                &fact("answered", "by a mixture of boosted hazards and cohort curves, with equal weights");
        }
        Some(_) if !model.estimator.starts_with(COHORT_CURVES) => {
            text += &fact("answered", "by the cohort curves beside the hazards: the case was reopened");
        }
        _ => {}
    }
    let kind = match model.trained_on {
        TrainedOn::RealHistory => "real",
        TrainedOn::SimulatedHistory => "simulated",
        TrainedOn::Unstated => "unstated (neither real nor simulated)",
    };
    text += &fact("trained", &format!("as of {}; kind of cases: {kind}", model.trained_as_of));
    let cases = format!(
        "{} cases of the history {}, received from {} to {}; {} of them were decided",
        model.cases, model.history, model.first_received, model.last_received, model.decided
    );
    text += &fact("on", &cases);
    let clock = match model.clock {
        TimeScale::SinceReceipt => "since receipt",
        TimeScale::InState => "since the entry into the state",
    };
    let half_life = model.half_life_days.map_or("none, all cases weigh alike".to_owned(), days);
    let chosen = match model.fixed {
        true => "the person who trained the model fixed one or both",
        false => "chosen by forward validation",
    };
    text + &fact("clock", &format!("{clock}; half-life of the weights: {half_life}; {chosen}"))
}

fn of_curve(decision: &ExplainedDecision, as_of: AsOf) -> String {
    let median =
        decision.quantiles.iter().find(|row| row.level == 0.5).map_or(0.0, |row| f64::from(row.days));
    let marks = Marks { median, known_for: decision.known_for_days };
    let mut text = title(&format!("Still undecided, in per cent, by days from {as_of}"));
    text += "\n";
    let days: Vec<f64> = decision.curve.days.iter().copied().map(f64::from).collect();
    text + &picture(&days, &decision.curve.share_undecided, marks)
}

fn percent(probability: f64) -> String {
    let percent = probability * 100.0;
    if (percent - percent.round()).abs() < 0.05 {
        format!("{percent:.0} %")
    } else {
        format!("{percent:.1} %")
    }
}
