//! How accurate such estimates were at an earlier time, in words.

use model::TrainedOn;

use crate::answer::model::ModelAnswer;
use crate::wording::phrasing;
use crate::wording::translations::Language;

/// Sentences about the model's track record. Without a record they say so, so that a missing test does not pass for a good
/// one.
pub(super) fn lines(model: &ModelAnswer, language: Language) -> Vec<String> {
    let tested = model.track_record.as_ref().and_then(|record| Some((record, record.to_the_end()?)));
    let Some((record, end)) = tested else { return vec![language.text("track.none").to_owned()] };
    let whole = |number: f64| format!("{:.0}", number.round());
    let days = whole(end.days);
    let mut lines = vec![language.filled(
        "track.expected",
        &[
            ("date", &phrasing::date(record.as_of.day(), language)),
            ("n", &phrasing::count(record.sampled)),
            ("expected", &whole(end.expected * 100.0)),
            ("decided", &whole(end.decided * 100.0)),
            ("days", &days),
        ],
    )];
    if let Some(share) = end.q80.share() {
        let values = [("n", phrasing::count(end.q80.judged)), ("within", format!("{:.1}", share * 10.0))];
        lines.push(
            language.filled("track.judged", &values.each_ref().map(|(name, value)| (*name, value.as_str()))),
        );
    }
    match end.mae_median_days {
        Some(off) => {
            let values = [("n", phrasing::count(end.q50.judged)), ("off", whole(off.max(1.0)))];
            lines.push(
                language.filled("track.off", &values.each_ref().map(|(name, value)| (*name, value.as_str()))),
            );
        }
        None => lines.push(language.text("track.too_early").to_owned()),
    }
    if model.trained_on == TrainedOn::SimulatedHistory {
        lines.push(language.text("track.simulated").to_owned());
    }
    lines
}
