//! In worlds whose quantiles can be written down, cases that wait on the same day get these quantiles.

use data::{HistoryTimes, Queues};
use model::{AsOf, FormModel, Quantiles, Stamp, Target};
use training::{PendingCase, fit};

use crate::worlds::{Filing, Random, as_of, history, moment};

/// Half of every world lies after it.
const AS_OF: &str = "2021-01-31";
/// The days of [`AS_OF`] since the start of the worlds, at its end.
const DAYS: f64 = 396.0;

/// What cases get that are pending: how long they waited, where they are, and both times.
struct Answers(Vec<(f64, String, Quantiles, Quantiles)>);

impl Answers {
    fn new(filings: &[Filing]) -> Self {
        let (history, as_of) = (history(filings, HistoryTimes::Moments), as_of(AS_OF));
        let known = history.view_at(as_of);
        let model: FormModel = fit(known, "I-765").unwrap();
        let (form, effects) = (model.form(), history.effects(model.form()));
        let (queues, seen) = (Queues::new(known, model.schema()), known.observed_until());
        let mut answers = Vec::new();
        for case in known.cases() {
            let progress = case.follow(form, &effects, |_, _, _| {});
            if progress.decided_at().is_none() {
                let queue = queues.queue(case.number());
                let case = PendingCase::at(form, &progress, queue, seen, as_of.moment());
                let [decision, step] = Target::ALL.map(|target| case.quantiles(model.predictor(), target));
                let state = form.state(progress.state()).0.to_owned();
                answers.push((case.features.since_receipt.get(), state, decision, step));
            }
        }
        Self(answers)
    }

    /// The median over the cases in a state that waited between two days of a level of the decision.
    fn decision(&self, state: &str, waited: (f64, f64), level: f64) -> f64 {
        self.median(state, waited, |(_, _, decision, _)| f64::from(decision.at(level)))
    }

    fn median(
        &self,
        state: &str,
        (from, to): (f64, f64),
        of: impl Fn(&(f64, String, Quantiles, Quantiles)) -> f64,
    ) -> f64 {
        let those = self.0.iter().filter(|(waited, at, ..)| at == state && (from..to).contains(waited));
        let mut numbers: Vec<f64> = those.map(of).collect();
        numbers.sort_by(f64::total_cmp);
        assert!(numbers.len() >= 5, "{} cases in {state} from {from} to {to}", numbers.len());
        numbers[numbers.len() / 2]
    }
}

fn must_be_near(what: &str, answered: f64, right: f64) {
    let tolerance = 0.1 * right + 0.5;
    assert!((answered - right).abs() <= tolerance, "{what}: {answered} instead of {right}");
}

/// Cases that arrive evenly over two years, each with the actions that `then` gives it after its receipt.
fn world(cases: u32, mut then: impl FnMut(u32, f64, Filing) -> Filing) -> Vec<Filing> {
    let filing = |number: u32| {
        let received = f64::from(number) * 700.0 / f64::from(cases);
        then(number, received, Filing::new(format!("{number}"), "NBC", moment(received)))
    };
    (0..cases).map(filing).collect()
}

#[test]
fn a_case_that_left_a_state_no_longer_counts_for_those_who_are_still_in_it() {
    // Every second case is asked for evidence on day 5 to 9 and decided on day 290 to 310, the others on day 110 to 130.
    let mut random = Random(3);
    let filings = world(12_000, |number, received, filing| {
        if number % 2 == 0 {
            let asked = received + 5.0 + 4.0 * random.share();
            let filing = filing.then("rfe_sent", moment(asked));
            filing.then("approved", moment(received + 290.0 + 20.0 * random.share()))
        } else {
            filing.then("approved", moment(received + 110.0 + 20.0 * random.share()))
        }
    });
    let answers = Answers::new(&filings);
    for (level, right) in [(0.1, 112.0), (0.5, 120.0), (0.9, 128.0)] {
        must_be_near("received", answers.decision("received", (69.0, 71.0), level), right - 70.0);
        must_be_near("received", answers.decision("received", (94.0, 96.0), level), right - 95.0);
    }
    for (level, right) in [(0.1, 292.0), (0.5, 300.0), (0.9, 308.0)] {
        let asked = answers.decision("evidence_requested", (99.0, 101.0), level);
        must_be_near("asked for evidence", asked, right - 100.0);
    }
    // On the first day both ways are open, so the quantiles are those of the mixture.
    must_be_near("new", answers.decision("received", (0.0, 3.0), 0.25), 118.5);
    must_be_near("new", answers.decision("received", (0.0, 3.0), 0.75), 298.5);
}

#[test]
fn everybody_takes_as_long_as_everybody_takes() {
    let filings = world(6_000, |_, received, filing| filing.then("approved", moment(received + 100.0)));
    let answers = Answers::new(&filings);
    for (waited, right) in [((0.0, 2.0), 99.0), ((49.0, 51.0), 50.0), ((89.0, 91.0), 10.0)] {
        for level in [0.1, 0.5, 0.9] {
            must_be_near("exactly 100 days", answers.decision("received", waited, level), right);
        }
    }
}

#[test]
fn one_old_case_changes_nothing_for_the_others() {
    let mut random = Random(4);
    for oldest in [None, Some(340.0), Some(390.0)] {
        // Recent cases weigh most, and few of them wait long: with fewer cases the truth would drown in noise.
        let mut filings = world(30_000, |_, received, filing| {
            filing.then("approved", moment(received + random.exponential(10.0)))
        });
        filings.extend(
            oldest.map(|days| Filing::new("old", "NBC", moment(0.5)).then("approved", moment(0.5 + days))),
        );
        let answers = Answers::new(&filings);
        for waited in [(0.0, 5.0), (15.0, 25.0)] {
            for (level, right) in [(0.5, 6.93), (0.8, 16.1), (0.95, 29.96)] {
                let answered = answers.decision("received", waited, level);
                assert!(
                    (answered - right).abs() < 0.25 * right,
                    "{oldest:?}, {waited:?}: {answered} instead of {right} at {level}"
                );
            }
        }
    }
}

#[test]
fn half_of_the_decisions_come_at_once() {
    let mut random = Random(5);
    let filings = world(6_000, |_, received, filing| {
        let at_once = random.happens_with(0.5);
        let wait = if at_once { 0.0 } else { random.exponential(10.0) };
        filing.then("approved", moment(received + wait))
    });
    let (history, as_of) = (history(&filings, HistoryTimes::Moments), as_of(AS_OF));
    let model = fit(history.view_at(as_of), "I-765").unwrap();
    let received = Stamp::Moment(as_of.moment());
    let progress = model::Progress::received(model.form(), received.moment());
    let queue = model.schema().queue_of(|_| Some("NBC"));
    let case = PendingCase::at(model.form(), &progress, queue, as_of.moment(), as_of.moment());
    let on_entry = PendingCase { features: case.features.on_entry(), ..case };
    let quantiles = on_entry.quantiles(model.predictor(), Target::Decision);
    assert_eq!([0.1, 0.25, 0.45].map(|level| quantiles.at(level)), [0.0; 3]);
    // Above the half, a level is one of the others at twice the rest.
    for (level, right) in [(0.75, 6.93), (0.9, 16.09)] {
        assert!((f64::from(quantiles.at(level)) - right).abs() < 0.12 * right, "{level}: {quantiles:?}");
    }
    // A moment later only those who wait are left.
    let later = case.quantiles(model.predictor(), Target::Decision);
    assert!((later.at(0.5) - 6.93).abs() < 0.8, "{later:?}");
}

#[test]
fn one_event_has_one_time() {
    // Most cases go straight to the decision; a few are asked for evidence first and take far longer.
    let mut random = Random(6);
    let filings = world(8_000, |_, received, filing| {
        if random.happens_with(0.05) {
            let filing = filing.then("rfe_sent", moment(received + 100.0 * random.share()));
            filing.then("approved", moment(received + 600.0))
        } else {
            filing.then("approved", moment(received + 40.0 + 60.0 * random.share()))
        }
    });
    let answers = Answers::new(&filings);
    for level in [0.1, 0.5, 0.8] {
        let times = |waited| {
            let decision = answers.decision("received", waited, level);
            let step = answers.median("received", waited, |(_, _, _, step)| f64::from(step.at(level)));
            (decision, step)
        };
        let (decision, step) = times((59.0, 62.0));
        assert!(step <= decision && decision - step < 3.0, "{level}: step {step}, decision {decision}");
    }
}

#[test]
fn a_silence_of_the_record_is_not_time_that_cases_were_seen_to_wait() {
    // Nothing was recorded in the two weeks before the as-of time.
    let mut random = Random(7);
    let filings = world(12_000, |_, received, filing| {
        filing.then("approved", moment(received + random.exponential(30.0)))
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
    let answers = Answers::new(&quiet);
    let right = 30.0 * 0.5_f64.ln().abs() - silence;
    must_be_near("after the silence", answers.decision("received", (20.0, 60.0), 0.5), right);
    let busy = history.view_at(AsOf::new(moment(DAYS - 20.0)));
    assert!(busy.as_of().moment().since(busy.observed_until()).get() < 0.5);
}
