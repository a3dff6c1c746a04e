//! Appointments in the record: used from their notice on, and not before.

use crate::worlds::{as_of, day};
use data::forms::bundled;
use data::{ActionRow, CaseRow, History, HistoryJson, HistoryTimes, HistoryWriter};
use model::{AsOf, FormModel, Stamp, Target, TrackRecord};
use training::{CandidateSet, backtest, fit};

const END: &str = "2021-12-31";
/// Every case is sent a notice between days 60 and 66, for an interview between days 100 and 122, and is decided on that day.
const NOTICE: i32 = 60;
const INTERVIEW: i32 = 100;

/// Five cases a day. With `keeps_days` the notices say when the interview is.
fn history(keeps_days: bool) -> History {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("history");
    let about: HistoryJson =
        serde_json::from_str(&format!(r#"{{"name": "interviews", "extracted_on": "{END}"}}"#)).unwrap();
    let end = AsOf::new(about.extracted_on);
    let days = HistoryTimes::Days;
    let mut writer = HistoryWriter::create_with_appointments(&dir, days, &[], days).unwrap();
    for number in 0..1_600 {
        let case_id = &format!("{number}");
        let received = day("2021-01-01").plus(number / 5);
        let on = |days: i32| Stamp::Day(received.plus(days));
        writer.push_case(&CaseRow { case_id, form: "N-400", received: on(0), attributes: &[] }).unwrap();
        // The waits for both differ from case to case.
        let interview = INTERVIEW + number % 23;
        let actions = [
            ("received", on(0), None),
            ("interview_scheduled", on(NOTICE + number % 7), Some(on(interview)).filter(|_| keeps_days)),
            ("interview_completed", on(interview), None),
            ("approved", on(interview), None),
        ];
        for (action, occurred, scheduled_for) in actions {
            if end.sees(occurred.moment()) {
                writer
                    .push_action(&ActionRow { case_id, action, occurred, scheduled_for, resource: None })
                    .unwrap();
            }
        }
    }
    writer.finish(&about).unwrap();
    History::read(&dir, bundled().unwrap()).unwrap()
}

fn trained(history: &History, time: &str) -> FormModel {
    fit(history.view_at(as_of(time)), "N-400").unwrap()
}

#[test]
fn an_appointment_is_used_only_from_the_date_of_its_notice_on() {
    let [with, without] = [true, false].map(history);
    let model = trained(&with, END);
    let form = model.form();
    let effects = with.effects(form);
    let known_day = |history: &History, time: &str, case: usize| {
        let case = history.view_at(as_of(time)).case(case, None).unwrap();
        let progress = case.follow(form, &effects, |_, _, _| {});
        let estimate = model.estimate_at(&progress, Default::default(), as_of(time).moment());
        let quantiles = estimate.next_step.unwrap().time;
        (quantiles.at(0.05) == quantiles.at(0.95)).then(|| quantiles.at(0.5))
    };
    // Case 1400 was received on 2021-10-08, has its notice on 2021-12-07 and its interview on day 120.
    let interview = INTERVIEW + 1_400 % 23;
    assert_eq!(known_day(&with, "2021-12-06", 1_400), None);
    assert_eq!(known_day(&with, "2021-12-07", 1_400), Some((interview - NOTICE) as f32));
    assert_eq!(known_day(&with, END, 1_400), Some((interview - 84) as f32));
    assert_eq!(known_day(&without, END, 1_400), None);
}

#[test]
fn the_days_of_appointments_do_not_change_what_is_learned() {
    let [with, without] = [true, false].map(|keeps_days| trained(&history(keeps_days), END));
    assert_eq!(with.predictor(), without.predictor());
    // The track record is that of the answers: a case with an appointment is not decided before it.
    let [with, without] = [with, without].map(|model| model.training().track_record[0].clone());
    assert_eq!(with.pending, without.pending);
    let crps_days = |record: &TrackRecord| record.to_the_end().unwrap().crps_days;
    assert!(crps_days(&with) < crps_days(&without), "{with:?} {without:?}");
}

#[test]
fn a_backtest_scores_the_answers_with_their_appointments() {
    let origin = as_of("2021-08-31");
    let error = |keeps_days: bool| {
        let forms = ["N-400".to_owned()];
        let judged =
            backtest(&history(keeps_days), origin, &forms, CandidateSet::Counts, |_| {}, |_| {}).unwrap();
        let of_model = |target| {
            let mut scores = judged.iter().map(|one| &one.scores);
            scores.find(|row| row.candidate == "cohort_curves" && row.target == target).unwrap()
        };
        of_model(Target::NextStep).crps_days
    };
    let [with, without] = [true, false].map(error);
    assert!(with < without, "{with} {without}");
}
