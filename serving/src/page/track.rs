//! How accurate such estimates were at an earlier time, in words.

use model::TrainedOn;

use crate::answer::model::ModelAnswer;
use crate::wording::phrasing;
use crate::wording::translations::Language;

/// Sentences about the model's track record. Without a record they say so, so that a missing test does not pass for a good
/// one.
pub(super) fn lines(model: &ModelAnswer, language: Language) -> Vec<String> {
    let Some(record) = &model.track_record else { return vec![language.text("track.none").to_owned()] };
    let whole = |number: f64| format!("{:.0}", number.round());
    let days = whole(record.followed_days);
    let mut lines = vec![language.filled(
        "track.expected",
        &[
            ("date", &phrasing::date(record.as_of.day(), language)),
            ("n", &phrasing::count(record.pending)),
            ("expected", &whole(record.expected * 100.0)),
            ("decided", &whole(record.decided * 100.0)),
            ("days", &days),
        ],
    )];
    if record.judged > 0 {
        let within = format!("{:.1}", record.within_q80 as f64 / record.judged as f64 * 10.0);
        let values = [("n", phrasing::count(record.judged)), ("within", within)];
        lines.push(
            language.filled("track.judged", &values.each_ref().map(|(name, value)| (*name, value.as_str()))),
        );
    }
    let off = whole(record.mae_median_days.max(1.0));
    lines.push(language.filled("track.off", &[("days", &days), ("off", &off)]));
    if model.trained_on == TrainedOn::SimulatedHistory {
        lines.push(language.text("track.simulated").to_owned());
    }
    lines
}
