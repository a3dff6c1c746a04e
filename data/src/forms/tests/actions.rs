//! What the actions of the contract mean to the bundled forms.

use model::{
    Action, Appointment, AppointmentState, AsOf, Case, CaseView, Consequence, Effect, EvidenceRequest,
    FormDefinition, MilestoneState, Progress, RequestState, Stamp, appointments, order_within_day, requests,
    tasks, timeline,
};

use super::{ACTION_CODES, day};
use crate::forms::{FormCatalog, bundled};

fn form(name: &str) -> FormDefinition {
    bundled().unwrap().definition(name, day("2022-06-30")).unwrap()
}

/// A case that was received on 2022-01-03, from words like `rfe_sent@2022-03-01` or `oath_scheduled@2022-03-01>2022-04-01`,
/// which names the day of an appointment.
fn case(actions: &str) -> Case {
    let action = |word: &str| {
        let (code, times) = word.split_once('@').unwrap();
        let (at, day) = times.split_once('>').map_or((times, None), |(at, day)| (at, Some(day)));
        let scheduled_for = day.map(|day| Stamp::parse(day).unwrap());
        Action { code: code.to_owned(), at: Stamp::parse(at).unwrap(), scheduled_for, resource: None }
    };
    Case {
        received: Stamp::Day(day("2022-01-03")),
        attributes: Vec::new(),
        actions: actions.split_whitespace().map(action).collect(),
    }
}

fn as_of(text: &str) -> AsOf {
    AsOf::parse(text).unwrap()
}

/// What a test looks at, in words.
struct Seen {
    outcome: Option<String>,
    state: String,
    consequences: Vec<Consequence>,
    requests: Vec<EvidenceRequest>,
    appointments: Vec<Appointment>,
    open_tasks: usize,
    steps: Vec<(String, MilestoneState)>,
    progress: Progress,
    codes: Vec<String>,
}

fn seen(name: &str, actions: &str, at: &str) -> Seen {
    let (form, case) = (form(name), case(actions));
    let view = CaseView::new(&form, &case, as_of(at));
    let progress = *view.progress();
    let steps = timeline(&form, &view, None);
    Seen {
        outcome: progress.outcome().map(|outcome| form.outcome(outcome).id.clone()),
        state: form.state(progress.state()).0.to_owned(),
        consequences: view.seen().iter().map(|seen| seen.observed.consequence).collect(),
        requests: requests(&form, &view),
        appointments: appointments(&form, &view),
        open_tasks: tasks(&view).iter().filter(|task| task.ended.is_none()).count(),
        steps: steps.iter().map(|step| (form.milestone(step.milestone).id.clone(), step.place)).collect(),
        progress,
        codes: view.actions().iter().map(|action| action.code.clone()).collect(),
    }
}

impl Seen {
    fn step(&self, milestone: &str) -> MilestoneState {
        self.steps.iter().find(|(id, _)| id == milestone).map(|(_, place)| *place).unwrap()
    }
}

fn done(on: &str) -> MilestoneState {
    MilestoneState::Done(Stamp::Day(day(on)))
}

/// Situations in which every action of the contract is tried: a name, and what happened before.
const SITUATIONS: [(&str, &str); 10] = [
    ("received", ""),
    ("under way", "biometrics_taken@2022-02-01 rfe_sent@2022-03-01"),
    ("on hold", "on_hold@2022-02-01"),
    ("approved", "approved@2022-05-02"),
    ("with its document", "approved@2022-05-02 doc_produced@2022-05-03 doc_mailed@2022-05-04"),
    ("denied", "denied@2022-05-02"),
    ("revoked", "approved@2022-05-02 revoked_terminated@2022-05-04"),
    ("reopened", "denied@2022-05-02 reopened_appeal@2022-05-20"),
    ("reopened, decision not recorded", "reopened_appeal@2022-05-20"),
    ("rejected", "rejected@2022-01-04"),
];

#[test]
fn every_action_of_every_form_moves_the_case_or_says_what_became_of_it() {
    let catalog = bundled().unwrap();
    let mut tried = 0;
    for name in catalog.names() {
        for (situation, before) in SITUATIONS {
            for code in ACTION_CODES {
                tried += 1;
                check_action(&catalog, name, situation, before, code);
            }
        }
    }
    assert_eq!(tried, 7 * 10 * 41);
}

fn check_action(catalog: &FormCatalog, name: &str, situation: &str, before: &str, code: &str) {
    let what = format!("{name}, {situation}, {code}");
    let form = catalog.definition(name, day("2022-06-30")).unwrap();
    let earlier = case(before);
    let earlier = CaseView::new(&form, &earlier, as_of("2022-06-30"));
    let was = *earlier.progress();
    let later = case(&format!("{before} {code}@2022-06-01"));
    let later = CaseView::new(&form, &later, as_of("2022-06-30"));
    let action = later.seen().last().unwrap();
    assert_eq!(action.action.code, code, "{what}");
    let (consequence, is) = (action.observed.consequence, *later.progress());
    assert_eq!(consequence.moves(), is_changed(&was, &is, consequence), "{what}: {consequence:?}");
    let effect = action.rule.unwrap().effect;
    // What does not move the case has a reason that an answer can give.
    let reason = match consequence {
        Consequence::Receipt => code == "received",
        Consequence::Notice => effect == Effect::Notice,
        Consequence::AfterRejection => situation == "rejected",
        Consequence::AfterDecision => was.decided_at().is_some() || was.reopened_at().is_some(),
        Consequence::NotPaused(pause) => !was.is_paused(pause),
        Consequence::Repeated => {
            is.outcome() == was.outcome()
                && is.pause() == was.pause()
                && (was.decided_at().is_some() || code == "on_hold")
        }
        Consequence::Unlisted | Consequence::BeforeDecision => false,
        moves => moves.moves(),
    };
    assert!(reason, "{what}: {consequence:?}");
    if code == "doc_returned" && !["denied", "revoked", "rejected"].contains(&situation) {
        assert_eq!(tasks(&later).len(), 1, "{what}: the applicant has to do something");
    }
}

/// Whether the case itself changed: not only what is asked of the applicant.
fn is_changed(was: &Progress, is: &Progress, consequence: Consequence) -> bool {
    match consequence {
        Consequence::Dated(milestone) => is.has_reached(milestone) && !was.has_reached(milestone),
        Consequence::Paused(pause) | Consequence::Resumed(pause) => {
            was.is_paused(pause) != is.is_paused(pause)
        }
        _ => {
            (was.state(), was.entered_state_at(), was.outcome(), was.is_rejected())
                != (is.state(), is.entered_state_at(), is.outcome(), is.is_rejected())
        }
    }
}

#[test]
fn an_oath_is_a_sign_of_an_approval_and_a_step_of_its_own_for_n_400_only() {
    for (code, milestone) in [("oath_scheduled", "oath_scheduled"), ("oath_taken", "oath")] {
        let naturalized = seen("N-400", &format!("{code}@2022-05-02"), "2022-06-30");
        assert_eq!(naturalized.outcome.as_deref(), Some("approved"), "{code}");
        assert_eq!(naturalized.state, milestone);
        assert_eq!(naturalized.step("decision"), done("2022-05-02"));
        assert_eq!(naturalized.step(milestone), done("2022-05-02"));
        for other in ["I-485", "I-130", "I-765", "I-821", "I-90", "I-131"] {
            let pending = seen(other, &format!("{code}@2022-05-02"), "2022-06-30");
            assert_eq!((pending.outcome, pending.consequences), (None, vec![Consequence::Notice]), "{other}");
        }
    }
    let card = seen("I-485", "doc_mailed@2022-05-02", "2022-06-30");
    assert_eq!((card.outcome.as_deref(), card.state.as_str()), (Some("approved"), "card"));
}

#[test]
fn outcomes_are_told_apart() {
    for outcome in ["approved", "denied", "withdrawn", "closed_other", "revoked_terminated"] {
        let decided = seen("I-485", &format!("{outcome}@2022-05-02"), "2022-06-30");
        assert_eq!(decided.outcome.as_deref(), Some(outcome));
        assert_eq!(decided.progress.is_closed(), outcome != "approved");
        assert_eq!(decided.progress.revoked_at(), None, "{outcome} is the first decision");
    }
    assert_eq!(seen("I-485", "", "2022-06-30").outcome, None);
}

#[test]
fn a_revocation_after_an_approval_changes_the_outcome_and_not_the_day_of_the_decision() {
    let revoked = seen("I-130", "approved@2022-05-02 revoked_terminated@2022-06-01", "2022-06-30");
    assert_eq!(revoked.outcome.as_deref(), Some("revoked_terminated"));
    assert_eq!(revoked.progress.decided_at(), Some(day("2022-05-02").end()));
    assert_eq!(revoked.progress.revoked_at(), Some(day("2022-06-01").end()));
    assert!(revoked.progress.is_closed());
    let denied = seen("I-130", "denied@2022-05-02 revoked_terminated@2022-06-01", "2022-06-30");
    assert_eq!(denied.outcome.as_deref(), Some("denied"), "there was nothing to revoke");
    assert_eq!(denied.consequences[1], Consequence::AfterDecision);
    let sent =
        seen("I-130", "approved@2022-05-02 revoked_terminated@2022-06-01 sent_dos@2022-06-02", "2022-06-30");
    assert_eq!(
        (sent.outcome.as_deref(), sent.consequences[2]),
        (Some("revoked_terminated"), Consequence::AfterDecision)
    );
}

#[test]
fn a_sign_of_an_approval_does_not_outweigh_a_denial_on_record() {
    for decision in ["denied", "withdrawn", "revoked_terminated"] {
        for (name, sign) in [("I-485", "doc_mailed"), ("N-400", "oath_scheduled"), ("N-400", "oath_taken")] {
            let after = seen(name, &format!("{decision}@2022-05-02 {sign}@2022-06-01"), "2022-06-30");
            assert_eq!(after.outcome.as_deref(), Some(decision), "{sign}");
            assert_eq!(
                (after.progress.is_closed(), after.consequences[1]),
                (true, Consequence::AfterDecision)
            );
        }
    }
    let card = seen("I-485", "closed_other@2022-05-02 doc_mailed@2022-06-01", "2022-06-30");
    assert_eq!((card.outcome.as_deref(), card.progress.is_closed()), (Some("approved"), false));
    assert_eq!(card.progress.decided_at(), Some(day("2022-05-02").end()));
}

#[test]
fn a_second_reopening_takes_nothing_from_a_pending_case() {
    let before = "denied@2022-02-01 reopened_appeal@2022-02-10";
    let again = "reopened_appeal@2022-04-10";
    let asked = seen("I-485", &format!("{before} rfe_sent@2022-04-01 {again}"), "2022-05-01");
    assert_eq!(asked.requests[0].state, RequestState::Open);
    let held = seen("I-485", &format!("{before} on_hold@2022-03-01 {again}"), "2022-05-01");
    assert!(held.progress.pause().is_some() && held.state == "reopened");
    assert_eq!(held.progress.reopened_at(), Some(day("2022-02-10").end()));
    let notice = "interview_scheduled@2022-04-01>2022-06-01";
    let invited = seen("I-485", &format!("{before} {notice} {again}"), "2022-05-01");
    assert_eq!(invited.appointments[0].state, AppointmentState::Ahead);
    let decided = seen("I-485", &format!("{before} denied@2022-03-01 {again}"), "2022-05-01");
    assert_eq!(decided.progress.reopened_at(), Some(day("2022-04-10").end()));
}

#[test]
fn a_date_and_a_time_of_one_day_come_in_the_order_that_the_form_allows() {
    for (day, late) in [("2022-03-01", "2022-03-01T15:00:00Z"), ("2022-03-01T15:00:00Z", "2022-03-01")] {
        let answered = seen("I-485", &format!("rfe_response@{late} rfe_sent@{day}"), "2022-04-01");
        assert_eq!(answered.requests[0].state, RequestState::Answered, "{late}");
        let lifted = seen("I-485", &format!("hold_lifted@{late} on_hold@{day}"), "2022-04-01");
        assert_eq!(lifted.progress.pause(), None, "{late}");
        let reopened = seen("I-485", &format!("reopened_appeal@{late} denied@{day}"), "2022-04-01");
        assert_eq!((reopened.outcome, reopened.state.as_str()), (None, "reopened"), "{late}");
        let revoked = seen("I-485", &format!("revoked_terminated@{late} approved@{day}"), "2022-04-01");
        assert_eq!(revoked.outcome.as_deref(), Some("revoked_terminated"), "{late}");
    }
    let known =
        seen("I-485", "rfe_response@2022-03-01T15:00:00Z rfe_sent@2022-03-01", "2022-03-01T16:00:00Z");
    assert_eq!(known.codes, ["rfe_response"], "a mere date is known when its day is over");
}

#[test]
fn the_order_sent_does_not_decide_what_the_form_decides() {
    for (before, day) in [
        ("on_hold@2022-02-01", ["on_hold", "hold_lifted"]),
        ("denied@2022-02-01 reopened_appeal@2022-02-10", ["approved", "reopened_appeal"]),
        ("", ["interview_scheduled", "interview_waived"]),
        ("interview_scheduled@2022-02-01>2022-06-01", ["interview_scheduled", "interview_waived"]),
        ("interview_scheduled@2022-02-01>2022-06-01", ["interview_rescheduled", "interview_cancelled"]),
        ("", ["approved", "denied"]),
        ("", ["closed_other", "doc_mailed"]),
    ] {
        let codes = |[one, other]: [&str; 2]| {
            seen("I-485", &format!("{before} {one}@2022-03-01 {other}@2022-03-01"), "2022-04-01").codes
        };
        let [one, other] = day;
        assert_eq!(codes([one, other]), codes([other, one]), "{before}");
    }
}

#[test]
fn a_reopened_case_is_pending_again_and_its_steps_count_from_there() {
    for decision in ["approved", "denied", "withdrawn", "closed_other", "revoked_terminated", "doc_mailed"] {
        let before = format!("biometrics_taken@2022-02-01 {decision}@2022-05-02 reopened_appeal@2022-06-01");
        let reopened = seen("I-485", &before, "2022-06-30");
        assert_eq!((&reopened.outcome, reopened.state.as_str()), (&None, "reopened"), "{decision}");
        assert_eq!(reopened.progress.reopened_at(), Some(day("2022-06-01").end()));
        assert_eq!(reopened.progress.last_step().1, day("2022-06-01").end());
        assert_eq!(reopened.step("decision"), MilestoneState::Ahead, "{decision}");
        assert_eq!(reopened.step("biometrics"), done("2022-02-01"), "what was done stays done");
        assert_eq!(reopened.step("card"), MilestoneState::Maybe, "{decision}");
        let asked = seen("I-485", &format!("{before} rfe_sent@2022-06-10"), "2022-06-30");
        assert_eq!(asked.state, "evidence_requested");
        assert!(asked.progress.pending_since_reopening().is_some());
        let again =
            seen("I-485", &format!("{before} approved@2022-06-20 doc_mailed@2022-06-22"), "2022-06-30");
        assert_eq!((again.outcome.as_deref(), again.state.as_str()), (Some("approved"), "card"));
        assert_eq!(again.progress.decided_at(), Some(day("2022-06-20").end()));
        assert_eq!(again.progress.pending_since_reopening(), None);
        assert_eq!(again.step("decision"), done("2022-06-20"));
    }
}

#[test]
fn a_reopening_without_a_decision_or_after_another_makes_the_case_pending_and_a_rejection_stays_one() {
    let lacking = seen("I-765", "reopened_appeal@2022-05-02", "2022-06-30");
    assert_eq!((lacking.outcome, lacking.state.as_str()), (None, "reopened"));
    let twice = seen(
        "I-765",
        "denied@2022-02-01 reopened_appeal@2022-03-01 denied@2022-04-01 reopened_appeal@2022-05-02",
        "2022-06-30",
    );
    assert_eq!((twice.outcome, twice.progress.reopened_at()), (None, Some(day("2022-05-02").end())));
    let rejected = seen("I-765", "rejected@2022-02-01 reopened_appeal@2022-03-01", "2022-06-30");
    assert_eq!((rejected.progress.is_rejected(), rejected.progress.reopened_at()), (true, None));
    let late =
        seen("I-765", "denied@2022-02-01 reopened_appeal@2022-03-01 rejected@2022-03-02", "2022-06-30");
    assert_eq!((late.progress.is_rejected(), late.consequences[2]), (false, Consequence::AfterDecision));
    let held = seen("I-765", "on_hold@2022-01-20 denied@2022-02-01 reopened_appeal@2022-03-01", "2022-06-30");
    assert_eq!(held.progress.pause(), None, "the hold ended with the decision");
}

#[test]
fn a_request_and_a_notice_of_intent_are_tracked_apart() {
    let states = |actions: &str, at: &str| {
        let requests = seen("I-485", actions, at).requests;
        requests.iter().map(|request| (request.state, request.answered.is_some())).collect::<Vec<_>>()
    };
    use RequestState::{AfterDecision, Answered, Open, Overdue, Superseded};
    let crossed = "rfe_sent@2022-02-01 noid_noir@2022-02-10 rfe_response@2022-02-20";
    assert_eq!(states(crossed, "2022-03-01"), [(Answered, true), (Open, false)]);
    assert_eq!(states(crossed, "2022-03-15"), [(Answered, true), (Open, false)], "33 days by mail");
    assert_eq!(states(crossed, "2022-03-16"), [(Answered, true), (Overdue, false)]);
    let other_way = "noid_noir@2022-02-01 rfe_sent@2022-02-10 noid_response@2022-02-20";
    assert_eq!(states(other_way, "2022-05-08"), [(Answered, true), (Open, false)], "87 days by mail");
    assert_eq!(states(other_way, "2022-05-09"), [(Answered, true), (Overdue, false)]);
    let followed = "rfe_sent@2022-02-01 transferred@2022-02-02";
    assert_eq!(states(followed, "2022-03-01"), [(Superseded, false)]);
    assert_eq!(
        states("rfe_sent@2022-02-01 transferred@2022-02-01", "2022-03-01"),
        [(Open, false)],
        "one day"
    );
    assert_eq!(
        states("rfe_sent@2022-02-01 rfe_sent@2022-02-20", "2022-03-01"),
        [(Superseded, false), (Open, false)]
    );
    assert_eq!(states("rfe_sent@2022-02-01 denied@2022-02-20", "2022-03-01"), [(Superseded, false)]);
    assert_eq!(states("approved@2022-02-01 noid_noir@2022-02-20", "2022-03-01"), [(AfterDecision, false)]);
    assert_eq!(states("rejected@2022-01-04 rfe_sent@2022-02-20", "2022-03-01"), []);
    let due = seen("I-485", crossed, "2022-03-01").requests;
    assert_eq!((due[0].due, due[0].due_by_mail), (day("2022-04-26"), day("2022-04-29")));
    assert_eq!((due[1].due, due[1].due_by_mail), (day("2022-03-12"), day("2022-03-15")));
}

#[test]
fn an_appointment_is_ahead_until_its_day_is_over() {
    let notice = "interview_scheduled@2022-03-01>2022-04-05";
    let state = |actions: &str, at: &str| seen("N-400", actions, at).appointments.last().unwrap().state;
    assert_eq!(state(notice, "2022-03-31"), AppointmentState::Ahead);
    assert_eq!(state(notice, "2022-04-05"), AppointmentState::Ahead, "the day itself");
    assert_eq!(state(notice, "2022-04-06"), AppointmentState::Past);
    assert_eq!(state("interview_scheduled@2022-03-01", "2022-04-06"), AppointmentState::Undated);
    let day_of = |later: &str, at: &str| {
        let seen = seen("N-400", &format!("{notice} {later}"), at);
        let ahead = seen.progress.appointment_ahead(&form("N-400"), as_of(at).moment());
        let shown = seen.appointments[0];
        assert_eq!(
            ahead.map(|(_, day)| day),
            shown.scheduled_for.filter(|_| shown.state == AppointmentState::Ahead)
        );
        (shown.state, shown.scheduled_for.map(|stamp| stamp.day().to_string()))
    };
    let known = (AppointmentState::Ahead, Some("2022-04-05".to_owned()));
    for repeated in ["interview_scheduled@2022-03-01", "interview_scheduled@2022-03-10"] {
        assert_eq!(day_of(repeated, "2022-03-31"), known, "a notice without a day repeats the one before");
    }
    let moved = day_of("interview_rescheduled@2022-03-10", "2022-03-31");
    assert_eq!(moved, (AppointmentState::Undated, None), "the old day does not hold any more");
    let kept = format!("{notice} interview_completed@2022-04-05");
    assert_eq!(state(&kept, "2022-04-06"), AppointmentState::Kept);
    let moved = format!("{notice} interview_rescheduled@2022-03-20>2022-05-05");
    let moved = seen("N-400", &moved, "2022-04-06").appointments;
    assert_eq!(moved.len(), 1, "a new day for the same visit");
    assert_eq!(
        (moved[0].state, moved[0].scheduled_for),
        (AppointmentState::Ahead, Some(Stamp::Day(day("2022-05-05"))))
    );
    let second = format!("{kept} interview_scheduled@2022-04-10>2022-06-10");
    assert_eq!(seen("N-400", &second, "2022-04-20").appointments.len(), 2, "another visit");
    assert_eq!(state(&format!("{notice} approved@2022-03-05"), "2022-03-10"), AppointmentState::NotNeeded);
    assert_eq!(state(&format!("{notice} approved@2022-04-20"), "2022-05-10"), AppointmentState::Past);
    let oath = "approved@2022-03-01 oath_scheduled@2022-03-02>2022-04-02";
    assert_eq!(state(oath, "2022-03-10"), AppointmentState::Ahead);
    assert_eq!(state(&format!("{oath} oath_taken@2022-04-02"), "2022-04-10"), AppointmentState::Kept);
    assert_eq!(state("oath_scheduled@2022-03-02>2022-04-02", "2022-03-10"), AppointmentState::Ahead);
}

#[test]
fn a_waived_interview_is_not_needed_and_a_cancelled_one_waits_for_a_new_day() {
    for name in ["N-400", "I-485", "I-130"] {
        let scheduled = "interview_scheduled@2022-03-01";
        let waived = seen(name, &format!("{scheduled} interview_waived@2022-03-10"), "2022-04-01");
        assert_eq!(waived.step("interview_scheduled"), MilestoneState::NotNeeded, "{name}");
        assert_eq!(waived.step("interview_completed"), MilestoneState::NotNeeded, "{name}");
        assert_eq!(waived.appointments[0].state, AppointmentState::NotNeeded);
        let cancelled = seen(name, &format!("{scheduled} interview_cancelled@2022-03-10"), "2022-04-01");
        assert_eq!(cancelled.step("interview_scheduled"), MilestoneState::Ahead, "{name}: no tick");
        assert_eq!(cancelled.step("interview_completed"), MilestoneState::Ahead, "{name}");
        assert_eq!(cancelled.appointments[0].state, AppointmentState::Cancelled);
        let again = format!("{scheduled} interview_cancelled@2022-03-10 interview_scheduled@2022-03-20");
        assert_eq!(
            seen(name, &again, "2022-04-01").step("interview_scheduled"),
            done("2022-03-20"),
            "{name}"
        );
    }
}

#[test]
fn biometrics_that_are_used_again_are_done_and_need_no_appointment() {
    let reused = seen(
        "I-765",
        "biometrics_scheduled@2022-02-01>2022-02-20 biometrics_reused@2022-02-05",
        "2022-02-10",
    );
    assert_eq!(reused.step("biometrics"), done("2022-02-05"));
    assert_eq!(reused.appointments[0].state, AppointmentState::NotNeeded);
    assert_eq!(reused.progress.appointment_ahead(&form("I-765"), day("2022-02-10").end()), None);
}

#[test]
fn a_returned_document_is_a_task_until_it_is_sent_again() {
    let returned = "approved@2022-02-01 doc_mailed@2022-02-10 doc_returned@2022-02-20";
    assert_eq!(seen("I-485", returned, "2022-03-01").open_tasks, 1);
    for end in ["doc_produced", "doc_mailed", "doc_delivered"] {
        assert_eq!(
            seen("I-485", &format!("{returned} {end}@2022-03-01"), "2022-03-02").open_tasks,
            0,
            "{end}"
        );
    }
    for end in ["revoked_terminated", "reopened_appeal"] {
        assert_eq!(
            seen("I-485", &format!("{returned} {end}@2022-03-01"), "2022-03-02").open_tasks,
            0,
            "{end}"
        );
    }
    assert_eq!(seen("I-821", "doc_returned@2022-02-20", "2022-03-01").open_tasks, 1);
    assert_eq!(seen("I-485", "denied@2022-02-01 doc_returned@2022-02-20", "2022-03-01").open_tasks, 0);
    let one_day = "doc_returned@2022-02-20 doc_mailed@2022-02-20 approved@2022-02-20";
    assert_eq!(seen("I-485", one_day, "2022-03-01").open_tasks, 1, "it was sent before it came back");
}

#[test]
fn actions_of_one_day_come_in_the_order_that_the_form_allows() {
    for (name, before, listed, expected) in [
        ("N-400", "", "oath_taken oath_scheduled approved", "approved oath_scheduled oath_taken"),
        ("N-400", "", "oath_taken oath_scheduled", "oath_scheduled oath_taken"),
        (
            "N-400",
            "",
            "approved interview_completed interview_scheduled",
            "interview_scheduled interview_completed approved",
        ),
        (
            "N-400",
            "interview_scheduled",
            "interview_completed interview_scheduled",
            "interview_completed interview_scheduled",
        ),
        (
            "I-485",
            "",
            "doc_mailed doc_produced approved rfe_response rfe_sent",
            "rfe_sent rfe_response approved doc_produced doc_mailed",
        ),
        ("I-485", "rfe_sent", "rfe_sent rfe_response", "rfe_response rfe_sent"),
        ("I-485", "", "rfe_sent interview_completed", "rfe_sent interview_completed"),
        ("I-485", "", "interview_completed rfe_sent", "interview_completed rfe_sent"),
        ("I-485", "", "hold_lifted on_hold", "on_hold hold_lifted"),
        ("I-485", "on_hold", "hold_lifted on_hold", "hold_lifted on_hold"),
        ("I-485", "", "revoked_terminated approved", "approved revoked_terminated"),
        ("I-485", "", "denied approved", "approved denied"),
        ("I-485", "denied", "approved reopened_appeal", "reopened_appeal approved"),
        ("I-485", "denied", "rfe_sent reopened_appeal", "reopened_appeal rfe_sent"),
        ("I-485", "denied", "doc_mailed approved reopened_appeal", "reopened_appeal approved doc_mailed"),
        ("I-485", "approved", "reopened_appeal doc_mailed", "doc_mailed reopened_appeal"),
        ("I-485", "", "reopened_appeal denied", "denied reopened_appeal"),
        ("I-485", "", "approved received biometrics_taken", "received biometrics_taken approved"),
        ("I-485", "", "other_notice rejected", "other_notice rejected"),
        ("I-485", "", "transferred rejected", "rejected transferred"),
        ("I-485", "biometrics_taken", "rejected approved", "approved rejected"),
        ("I-485", "", "interview_cancelled interview_scheduled", "interview_scheduled interview_cancelled"),
        ("I-485", "", "never_heard_of approved transferred", "never_heard_of transferred approved"),
    ] {
        let listed: String = listed.split_whitespace().map(|code| format!(" {code}@2022-03-01")).collect();
        let earlier: String = before.split_whitespace().map(|code| format!("{code}@2022-02-01 ")).collect();
        let codes = seen(name, &format!("{earlier}{listed}"), "2022-04-01").codes;
        assert_eq!(codes[before.split_whitespace().count()..].join(" "), expected, "{name} after `{before}`");
    }
    let finished =
        seen("N-400", "oath_taken@2022-03-01 oath_scheduled@2022-03-01 approved@2022-03-01", "2022-04-01");
    assert_eq!((finished.outcome.as_deref(), finished.state.as_str()), (Some("approved"), "oath"));
}

#[test]
fn the_order_of_a_day_is_found_for_every_pair_of_actions() {
    for name in bundled().unwrap().names() {
        let form = form(name);
        for (situation, before) in SITUATIONS {
            let before = case(before);
            let before = *CaseView::new(&form, &before, as_of("2022-06-30")).progress();
            for one in ACTION_CODES {
                for other in ACTION_CODES {
                    let rules = [one, other, "never_heard_of"].map(|code| form.rule(code));
                    let order = order_within_day(&form, &before, &rules);
                    let mut sorted = order.clone();
                    sorted.sort_unstable();
                    assert_eq!(sorted, [0, 1, 2], "{name}, {situation}: {one} {other}");
                    let put: Vec<_> = order.iter().map(|&position| rules[position]).collect();
                    let again = order_within_day(&form, &before, &put);
                    assert_eq!(again, [0, 1, 2], "{name}, {situation}: {one} {other} is in order now");
                }
            }
        }
    }
}

#[test]
fn actions_with_a_time_of_day_keep_their_order() {
    let actions = "approved@2022-03-01T10:00:00Z biometrics_taken@2022-03-01T10:00:00Z";
    assert_eq!(seen("I-485", actions, "2022-04-01").codes, ["approved", "biometrics_taken"]);
}

#[test]
fn a_form_is_found_however_it_is_written() {
    let catalog = bundled().unwrap();
    for written in ["N-400", "N400", "n-400", "Form N-400", "form n 400"] {
        assert_eq!(catalog.recognized(written), Some("N-400"), "{written}");
    }
    assert_eq!(catalog.recognized("I-9"), None);
}

#[test]
fn the_bundled_forms_say_when_a_case_had_its_turn() {
    let turn = |name: &str, actions: &str| seen(name, actions, "2024-01-01").progress.standing().had_turn();
    for name in ["I-130", "I-131", "I-485", "I-765", "I-821", "I-90", "N-400"] {
        for waits in ["", "transferred@2022-02-01", "expedite@2022-02-01", "on_hold@2022-02-01"] {
            assert!(!turn(name, waits), "{name} {waits}");
        }
        for code in ["rfe_sent", "noid_noir", "under_review", "approved", "withdrawn", "doc_mailed"] {
            assert!(turn(name, &format!("{code}@2022-02-01")), "{name} {code}");
            assert!(turn(name, &format!("{code}@2022-02-01 reopened_appeal@2022-03-01")), "{name} {code}");
        }
        let expedited = seen(name, "expedite@2022-02-01", "2024-01-01").progress.standing();
        assert!(expedited.is_expedited() && !expedited.waits_in_order(), "{name}");
        // No interview is a step of these forms.
        let interviews = !["I-131", "I-765", "I-90"].contains(&name);
        assert_eq!(turn(name, "interview_scheduled@2022-02-01"), interviews, "{name}");
    }
}

#[test]
fn who_is_ready_for_an_interview_is_in_line_until_it_is_scheduled() {
    let is_ready =
        |name: &str, actions: &str| seen(name, actions, "2024-01-01").progress.standing().is_ready();
    for name in ["I-485", "N-400"] {
        for (actions, expected) in [
            ("", false),
            ("interview_ready@2022-02-01", true),
            ("interview_ready@2022-02-01 rfe_sent@2022-03-01", true),
            ("interview_ready@2022-02-01 interview_scheduled@2022-03-01", false),
            ("interview_ready@2022-02-01 interview_waived@2022-03-01", false),
            ("interview_ready@2022-02-01 denied@2022-03-01", false),
            ("interview_scheduled@2022-02-01 interview_cancelled@2022-03-01", true),
            ("interview_cancelled@2022-02-01 interview_rescheduled@2022-03-01", false),
        ] {
            assert_eq!(is_ready(name, actions), expected, "{name} {actions}");
        }
    }
    assert!(!is_ready("I-130", "interview_ready@2022-02-01"), "no office has a line of its own");
}
