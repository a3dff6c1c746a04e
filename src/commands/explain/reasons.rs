//! The reasons, the place in line and the changes of an explanation as text.

use data::explanation::{ExplainedChanges, ExplainedLine, ExplainedReasons, ExplainedReference, Explanation};
use model::ChangeFactor;
use serving::reason_in_words;

use super::layout::{days, fact, title};

/// The columns of the names of groups and factors.
const NAME: usize = 40;

/// What makes the estimate longer or shorter, where the case is in line, and what changed.
pub(super) fn of(explanation: &Explanation) -> String {
    let mut text = String::new();
    if let Some(reasons) = &explanation.reasons {
        text += &of_reasons(reasons);
    }
    if explanation.line.is_some() || explanation.no_line.is_some() {
        text += &title("Place in line");
    }
    if let Some(line) = &explanation.line {
        text += &of_line(line);
    }
    if let Some(why) = &explanation.no_line {
        text += &fact("not told", &format!("{why}."));
    }
    if let Some(changes) = &explanation.changes {
        text += &of_changes(changes, explanation);
    }
    text
}

fn of_reasons(reasons: &ExplainedReasons) -> String {
    let mut text = title("Reasons, in days of the median");
    text += &row("a typical pending case", &format!("{:.1}", reasons.reference.median_days));
    for reason in &reasons.days {
        text += &row(&reason_in_words(reason.group).en, &signed(reason.days));
    }
    text += &row("this case", &format!("{:.1}", reasons.median_days));
    text += "\n";
    text + &fact("typical", &of_reference(&reasons.reference))
}

fn of_reference(reference: &ExplainedReference) -> String {
    let attributes = reference.attributes.iter().map(|it| format!(", {} = {}", it.name, it.value));
    format!(
        "form {}{}; in {} ({}), {} after its receipt, as of {}",
        reference.form,
        attributes.collect::<String>(),
        reference.state.id,
        reference.state.label,
        days(reference.waited_days),
        reference.as_of
    )
}

fn of_line(line: &ExplainedLine) -> String {
    let place = &line.place;
    let mut text = fact("line", &format!("{}, counted on {}", line.cases, place.day));
    let counted = format!(
        "{:.0} of {} waiting; {:.0} a week had their turn in the last {}",
        place.ahead,
        place.waiting,
        place.turns_a_week,
        days(place.counted_days.into())
    );
    text += &fact("ahead", &counted);
    if let Some(ready) = &place.ready {
        let called =
            format!("{:.0} that are ready too; {:.1} a week are called", ready.ahead, ready.a_day * 7.0);
        text += &fact("ahead", &called);
    }
    let pace = format!(
        "{:.2} times the turns a day of the last 91 days; drain time {}",
        place.pace,
        days(place.drain_days.into())
    );
    text += &fact("pace, 28 d", &pace);
    match &line.text {
        Some(words) => text + &fact("in words", &words.en),
        None => text,
    }
}

fn of_changes(changes: &ExplainedChanges, explanation: &Explanation) -> String {
    let mut text = title(&format!("Changes since {}, in days of the median", changes.since));
    text += &row(&format!("as of {}", changes.since), &format!("{:.1}", changes.from_days));
    for change in &changes.days {
        text += &row(named(change.factor), &signed(change.days));
    }
    text += &row(&format!("as of {}", explanation.as_of), &format!("{:.1}", changes.to_days));
    text += "\n";
    for unknown in &changes.unknown {
        text += &fact("unknown", &format!("{}: {}", named(unknown.factor), unknown.why));
    }
    text + &fact("earlier", &format!("model {}", changes.since_model))
}

fn named(factor: ChangeFactor) -> &'static str {
    match factor {
        ChangeFactor::TimePassed => "time passed",
        ChangeFactor::WhatHappened => "what happened",
        ChangeFactor::Queue => "the queue",
        ChangeFactor::Model => "the model",
    }
}

fn row(name: &str, number: &str) -> String {
    format!("  {name:<NAME$}{number:>9}\n")
}

fn signed(days: f64) -> String {
    // A sum of parts that cancel is not "-0.0".
    let days = if days.abs() < 0.05 { 0.0 } else { days };
    format!("{days:+.1}")
}
