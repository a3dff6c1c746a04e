//! The place of a case in line, in words.

use model::{AsOf, Day, InLine, Label, LineLevel, PaceChange, ReadyPlace, ReasonGroup, TrainedOn};

use super::cases::Cases;
use super::phrasing;
use super::translations::{Language, in_both};

/// With fewer cases ahead, a case is among the first.
const FEW_AHEAD: f32 = 2.0;
const DAYS_PER_WEEK: f32 = 7.0;
/// Turns over this many days are those of "the last three months".
const THREE_MONTHS: u32 = 91;

/// Where a case is in its line, and how fast the line moves, in a few short sentences. Numbers are rounded to two digits. A line
/// that was counted before `as_of` is told with its day, and one of a simulation as what it is.
#[must_use]
pub fn line_in_words(place: &InLine, as_of: AsOf, trained_on: TrainedOn) -> Label {
    let cases = Cases::from_training(trained_on);
    in_both(|language| {
        let mut sentences = Vec::new();
        if cases == Cases::Simulated {
            sentences.push(language.text("line.simulated").to_owned());
        }
        match &place.ready {
            Some(ready) => {
                let seen = Seen { ahead: ready.ahead, place, as_of: as_of.day(), cases, language };
                sentences.push(seen.ahead(["line.ready", "line.ready_then"]));
                sentences.extend(called(ready, language));
            }
            None => {
                let seen = Seen { ahead: place.ahead, place, as_of: as_of.day(), cases, language };
                sentences.push(match place.level {
                    LineLevel::Line => seen.ahead(["line.ahead", "line.ahead_then"]),
                    _ => seen.ahead(["line.ahead_all", "line.ahead_all_then"]),
                });
                sentences.push(turns(place, language));
                sentences.extend(pace(place, language));
            }
        }
        if place.may_have_unseen_ahead {
            sentences.push(language.text("line.older").to_owned());
        }
        sentences.join(" ")
    })
}

/// A group of facts, as people call it.
#[must_use]
pub fn reason_in_words(group: ReasonGroup) -> Label {
    let key = match group {
        ReasonGroup::Category => "reasons.category",
        ReasonGroup::Office => "reasons.office",
        ReasonGroup::PlaceInLine => "reasons.place_in_line",
        ReasonGroup::Pace => "reasons.pace",
        ReasonGroup::WhatHappened => "reasons.what_happened",
        ReasonGroup::Calendar => "reasons.calendar",
    };
    in_both(|language| language.text(key).to_owned())
}

/// The cases ahead as they are told in one language.
struct Seen<'a> {
    ahead: f32,
    place: &'a InLine,
    as_of: Day,
    cases: Cases,
    language: Language,
}

impl Seen<'_> {
    /// How many are ahead: by the first key on the day of the count, by the second one later.
    fn ahead(&self, [now, then]: [&'static str; 2]) -> String {
        let is_now = self.place.day == self.as_of;
        let (now, then) =
            if self.ahead < FEW_AHEAD { ("line.first", "line.first_then") } else { (now, then) };
        let date = phrasing::date(self.place.day, self.language);
        let count = phrasing::count(self.ahead.round() as u64);
        let values = [("n", count.as_str()), ("cases", self.cases.many(self.language)), ("date", &date)];
        self.language.filled(if is_now { now } else { then }, &values)
    }
}

fn turns(place: &InLine, language: Language) -> String {
    let time = if place.counted_days >= THREE_MONTHS {
        language.text("line.three_months").to_owned()
    } else {
        let weeks = (place.counted_days as f32 / DAYS_PER_WEEK).round().max(1.0);
        language.filled("line.weeks", &[("n", &weeks.to_string())])
    };
    let count = place.turns_a_week.round();
    let key = match (place.level, count < FEW_AHEAD) {
        (LineLevel::Line, false) => "line.turns",
        (LineLevel::Line, true) => "line.turns_few",
        (_, false) => "line.turns_all",
        (_, true) => "line.turns_all_few",
    };
    language.filled(key, &[("n", &phrasing::count(count as u64)), ("time", &time)])
}

fn called(ready: &ReadyPlace, language: Language) -> Option<String> {
    let a_week = (ready.a_day * DAYS_PER_WEEK).round();
    let count = phrasing::count(a_week as u64);
    (a_week >= FEW_AHEAD).then(|| language.filled("line.called", &[("n", &count)]))
}

fn pace(place: &InLine, language: Language) -> Option<String> {
    let (key, share) = match place.pace_change()? {
        PaceChange::Faster(share) => ("line.faster", share),
        PaceChange::Slower(share) => ("line.slower", share),
        PaceChange::Burst => ("line.burst", 0.0),
    };
    let percent = ((share * 100.0).round() as u32).to_string();
    Some(language.filled(key, &[("n", &percent)]))
}

#[cfg(test)]
mod tests {
    use model::Queue;

    use super::*;

    fn place() -> InLine {
        InLine {
            day: Day::parse("2022-06-30").unwrap(),
            level: LineLevel::Line,
            queue: Queue::default(),
            ahead: 14_832.5,
            waiting: 20_000,
            turns_a_week: 2_412.0,
            counted_days: 91,
            drain_days: 43.0,
            pace: 1.18,
            may_have_unseen_ahead: false,
            ready: None,
        }
    }

    fn words(place: &InLine, as_of: &str, trained_on: TrainedOn) -> (String, String) {
        let text = line_in_words(place, AsOf::parse(as_of).unwrap(), trained_on);
        for sentence in text.en.split(". ").chain(text.es.split(". ")) {
            assert!(sentence.split_whitespace().count() <= 22, "{sentence}");
            assert!(!sentence.contains(['{', '}', '%']), "{sentence}");
        }
        (text.en, text.es)
    }

    #[test]
    fn a_place_is_told_with_two_digits() {
        let (english, spanish) = words(&place(), "2022-06-30", TrainedOn::RealHistory);
        assert_eq!(
            english,
            "About 15,000 cases received before yours are waiting at your office. The office took up about 2,400 a week in the \
             last three months. In the last four weeks the agency was 18 percent faster than in the last three months."
        );
        assert_eq!(
            spanish,
            "En su oficina esperan aproximadamente 15,000 casos recibidos antes que el suyo. La oficina empezó a revisar \
             aproximadamente 2,400 por semana en los últimos tres meses. En las últimas cuatro semanas la agencia fue un 18 por \
             ciento más rápida que en los últimos tres meses."
        );
    }

    #[test]
    fn a_count_of_another_day_is_told_with_its_day_and_one_of_a_simulation_as_one() {
        let (english, _) = words(&place(), "2022-07-03", TrainedOn::RealHistory);
        assert!(
            english.starts_with("On June 30, 2022, about 15,000 cases received before yours were waiting")
        );
        let (english, spanish) = words(&place(), "2022-06-30", TrainedOn::SimulatedHistory);
        assert!(
            english
                .starts_with("These are numbers of a simulation, not of real cases. About 15,000 simulated")
        );
        assert!(spanish.contains("15,000 casos simulados"), "{spanish}");
    }

    #[test]
    fn every_kind_of_place_has_its_words() {
        let told = |place: InLine| words(&place, "2022-06-30", TrainedOn::RealHistory).0;
        let first = told(InLine { ahead: 1.5, turns_a_week: 1.2, pace: 1.0, ..place() });
        assert_eq!(
            first,
            "Your case is among the first in its line. The office took up fewer than two a week in the last three months."
        );
        let all = told(InLine { level: LineLevel::Stream, counted_days: 45, pace: 0.7, ..place() });
        assert_eq!(
            all,
            "About 15,000 cases received before yours are waiting, at all offices together. The agency took up about 2,400 a \
             week in the last 6 weeks."
        );
        let slow = told(InLine { pace: 0.7, ..place() });
        assert!(slow.ends_with("the agency was 30 percent slower than in the last three months."), "{slow}");
        let burst = told(InLine { pace: 2.4, may_have_unseen_ahead: true, ..place() });
        assert!(burst.contains("a burst of work at the agency. It may not last."), "{burst}");
        assert!(!burst.contains("percent") && burst.ends_with("may be ahead of yours too."), "{burst}");
        let ready = ReadyPlace { ahead: 312.0, a_day: 7.0, drain_days: 44.0 };
        let ready = told(InLine { ready: Some(ready), ..place() });
        assert_eq!(
            ready,
            "About 310 cases received before yours are also ready for an interview at your office. The office calls about 49 a \
             week."
        );
    }
}
