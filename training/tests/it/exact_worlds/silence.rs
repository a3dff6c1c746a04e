//! The time after the end of the record is not time that cases were seen to wait.

use data::HistoryTimes;
use model::{AsOf, Stamp};

use super::{AS_OF, Answers, DAYS, decision, evenly, exponential, must_be, world};
use crate::worlds::{Filing, as_of, history, moment};

#[test]
fn a_silence_of_the_record_is_not_time_that_cases_were_seen_to_wait() {
    // Nothing was recorded in the two weeks before the as-of time.
    let filings = world(12_000, |number, received, filing| {
        filing.then("approved", moment(received + exponential(30.0, evenly(number))))
    });
    let in_silence = |at: &Stamp| (-14.0..=0.0).contains(&at.moment().since(as_of(AS_OF).moment()).get());
    let recorded = |mut filing: Filing| {
        filing.actions.retain(|(_, at)| !in_silence(at));
        (!in_silence(&filing.received)).then_some(filing)
    };
    let quiet: Vec<Filing> = filings.into_iter().filter_map(recorded).collect();
    let history = history(&quiet, HistoryTimes::Moments);
    let known = history.view_at(as_of(AS_OF));
    let silence = as_of(AS_OF).moment().since(known.observed_until()).get();
    assert!((13.9..14.2).contains(&silence), "{silence} days");
    // Of those who waited then, the share that was decided in the silence has its decision now.
    let waiting = Answers::new(&quiet);
    must_be(&waiting.waiting("received", 10.0..45.0), decision, &[0.25, 0.5, 0.75], |_, level| {
        (exponential(30.0, level) - silence).max(0.0)
    });
    let busy = history.view_at(AsOf::new(moment(DAYS - 20.0)));
    assert!(busy.as_of().moment().since(busy.observed_until()).get() < 0.5);
}
