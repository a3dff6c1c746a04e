//! What is true of every queue and every case of every world.

use std::collections::{BTreeMap, BTreeSet};

use super::calendar::{is_working, weekday};
use super::plan::{ChangePlan, FormPlan, Scenario};
use super::queue::{MAX_KEPT_SLOTS, ServiceQueue};
use super::record::{CaseLog, recorded};
use super::scenario::{After, StepKind};
use super::world::{
    ANSWER_DAYS, Act, BIOMETRICS, CaseState, INTERVIEW, LogEntry, MAX_MISSED, PendingEvent, REVIEW, World,
};

/// A small world of a form at the end of a day.
fn world<'a>(scenario: &'a Scenario, form: &str, scale: f64, until: i32) -> World<'a> {
    let plan = scenario.forms.iter().find(|plan| plan.form == form).unwrap();
    let mut world = World::new(scenario, plan, scale, 1);
    world.run_until(until);
    world
}

fn extraction(scenario: &Scenario) -> i32 {
    scenario.extracted_on().epoch_days()
}

fn day(text: &str) -> i32 {
    model::Day::parse(text).unwrap().epoch_days()
}

fn queues<'w>(world: &'w World<'_>) -> impl Iterator<Item = &'w ServiceQueue> {
    world.biometrics.iter().chain(&world.interviews).chain(&world.reviews)
}

fn acts_by_case(log: &[LogEntry]) -> BTreeMap<u32, Vec<(i32, Act)>> {
    let mut cases: BTreeMap<u32, Vec<(i32, Act)>> = BTreeMap::new();
    for entry in log {
        cases.entry(entry.case).or_default().push((entry.day, entry.act));
    }
    cases
}

fn count(log: &[LogEntry], act: Act) -> usize {
    log.iter().filter(|entry| entry.act == act).count()
}

/// The default world, steady, with a change.
fn changed(change: &str) -> Scenario {
    let text = format!(
        "name = \"changed\"\nabout = \"\"\nbase = \"default\"\nsteady = true\n{change}{}",
        if change.contains("[[changes]]") { "source = [\"ASSUMPTION\"]\n" } else { "" }
    );
    Scenario::parse("changed.toml", &text).unwrap()
}

#[test]
fn no_queue_uses_more_slots_than_it_has() {
    // An office that is closed with its application support center.
    let all_of_it =
        changed("[[changes]]\nwhat = \"capacity\"\noffice = \"NEW\"\nfrom = \"2022-02-01\"\nto = 0.0\n");
    let named = |name| (name, Scenario::open(name).unwrap());
    for (name, scenario) in [named("default"), named("office-closure"), named("surge"), ("closed", all_of_it)]
    {
        for (index, plan) in scenario.forms.iter().enumerate() {
            let mut world = World::new(&scenario, plan, 0.002, index as u64);
            let first = scenario.calendar.recorded_from.epoch_days();
            world.run_until(first - 1);
            let batches = plan.streams.iter().any(|stream| stream.batch_days > 1);
            let mut before: Vec<u64> = queues(&world).map(|queue| queue.slots().1).collect();
            let mut closed = 0;
            for day in first..extraction(&scenario) {
                world.run_until(day);
                for (number, queue) in queues(&world).enumerate() {
                    let (offered, used) = queue.slots();
                    assert!(used as f64 <= offered + 1e-6, "{name} {}: queue {number} on {day}", plan.form);
                    let (today, per_day) = ((used - before[number]) as f64, world.staff[number].per_day);
                    before[number] = used;
                    // A queue that decides in batches uses the slots of some days at once.
                    if !batches {
                        assert!(
                            today <= per_day + MAX_KEPT_SLOTS + 1e-6,
                            "{name} {}: {today} on {day}",
                            plan.form
                        );
                    }
                    let Some(office) = scenario.offices.get(number % scenario.offices.len()) else {
                        continue;
                    };
                    let step = if number < scenario.offices.len() {
                        StepKind::Biometrics
                    } else {
                        StepKind::Interview
                    };
                    let shut =
                        |change: &ChangePlan| change.closes(step, office.code.get_ref()) && change.holds(day);
                    if number < 2 * scenario.offices.len() && plan.changes.iter().any(shut) {
                        closed += 1;
                        assert_eq!(today, 0.0, "{name} {}: queue {number} is closed on {day}", plan.form);
                    }
                }
            }
            let concerned = match name {
                "surge" => false,
                "closed" => plan.steps[INTERVIEW].is_some() || plan.steps[BIOMETRICS].is_some(),
                _ => plan.steps[INTERVIEW].is_some(),
            };
            // Queues without cases are closed as well.
            assert!(closed > 0 || !concerned, "{name} {}: {closed}", plan.form);
            let (_, used) = world.slots();
            assert!(used > 100, "{name} {}: {used} slots", plan.form);
        }
    }
}

/// The number of queues, holds and scheduled events that each case is in.
fn places(world: &World<'_>) -> Vec<u32> {
    let mut places = vec![0; world.cases.len()];
    for event in world.pending_events.iter().flatten() {
        if !matches!(event.what, PendingEvent::WithdrawalCheck | PendingEvent::Act(_)) {
            places[event.case as usize] += 1;
        }
    }
    for (case, _) in &world.on_hold {
        places[*case as usize] += 1;
    }
    for (case, _) in world.biometrics.iter().flat_map(|queue| queue.clone().drain()) {
        places[case as usize] += 1;
    }
    for queue in world.reviews.iter().chain(&world.interviews) {
        for (case, rank) in queue.clone().drain() {
            // An expedited case leaves an empty rank behind.
            places[case as usize] += u32::from(world.cases[case as usize].queued == Some(rank.class));
        }
    }
    places
}

#[test]
fn work_is_conserved_and_every_open_case_is_in_one_place() {
    for name in ["default", "office-closure", "country-wave"] {
        let scenario = Scenario::open(name).unwrap();
        for (index, plan) in scenario.forms.iter().enumerate() {
            let mut world = World::new(&scenario, plan, 0.002, index as u64);
            for until in ["2022-03-15", "2023-03-01", "2024-08-15"] {
                world.run_until(day(until));
                let mut open = 0;
                for (case, places) in places(&world).into_iter().enumerate() {
                    if !world.cases[case].over {
                        open += 1;
                        assert_eq!(places, 1, "{name} {} {until}: {:?}", plan.form, world.cases[case]);
                    }
                }
                assert!(open > 20, "{name} {} {until}: {open}", plan.form);
            }
            // Every slot that was used did something.
            let used =
                |queues: &[ServiceQueue]| queues.iter().map(|queue| queue.slots().1).sum::<u64>() as usize;
            let log = &world.log;
            if plan.steps[BIOMETRICS].is_some() {
                let appointments = count(log, Act::BiometricsTaken) + count(log, Act::BiometricsRescheduled);
                assert_eq!(used(&world.biometrics), appointments, "{name} {}", plan.form);
            }
            let reviews: usize =
                [Act::RfeSent, Act::Noid, Act::UnderReview].map(|act| count(log, act)).iter().sum();
            let done = world.cases.iter().filter(|case| case.done & (1 << REVIEW) != 0).count();
            if plan.steps[INTERVIEW].is_none() {
                assert_eq!(used(&world.reviews), reviews + done, "{name} {}", plan.form);
            }
        }
    }
}

/// Days from an act of a case to the next one of some others, for all acts of the kind.
fn until_next(acts: &[(i32, Act)], from: Act, to: &[Act]) -> Vec<Option<(i32, Act)>> {
    let starts = acts.iter().enumerate().filter(|(_, (_, act))| *act == from);
    let next = |start: usize, since: i32| {
        acts[start + 1..].iter().find(|(_, act)| to.contains(act)).map(|(day, act)| (day - since, *act))
    };
    starts.map(|(start, (since, _))| next(start, *since)).collect()
}

#[test]
fn every_case_follows_the_rules() {
    let scenario = Scenario::open("default").unwrap();
    let mut seen: BTreeMap<Act, usize> = BTreeMap::new();
    for plan in &scenario.forms {
        let world = world(&scenario, &plan.form, 0.005, extraction(&scenario));
        for (case, acts) in acts_by_case(&world.log) {
            let about = format!("{} {case}: {acts:?}", plan.form);
            let state = &world.cases[case as usize];
            assert_eq!(acts[0], (state.received, Act::Received), "{about}");
            assert!(acts.is_sorted_by_key(|(day, _)| *day), "{about}");
            for (_, act) in &acts {
                *seen.entry(*act).or_default() += 1;
            }
            // A case that is over stays over, unless it is reopened: only the document or the oath follow. A reopened case gets a
            // new decision next, unless a pause stops it.
            for (before, after) in
                acts.iter().zip(&acts[1..]).filter(|(before, _)| before.1 == Act::ReopenedAppeal)
            {
                let pauses = [Act::OnHold, Act::HoldLifted, Act::VisaUnavailable, Act::VisaAvailable];
                let decides = after.1.ends() && after.0 > before.0;
                assert!(decides || pauses.contains(&after.1), "{about}");
            }
            let reopened = acts.iter().rposition(|(_, act)| *act == Act::ReopenedAppeal).unwrap_or(0);
            if let Some(end) =
                acts[reopened..].iter().position(|(_, act)| act.ends()).map(|end| reopened + end)
            {
                let after: Vec<Act> = acts[end + 1..].iter().map(|(_, act)| *act).collect();
                let last = |delivered: &[Act]| after.len() == 3 && delivered.contains(&after[2]);
                let documents = [Act::DocProduced, Act::DocMailed];
                let fits = match (acts[end].1, plan.after_approval) {
                    (Act::Approved, After::Card | After::Document) => {
                        documents.starts_with(&after)
                            || after.starts_with(&documents) && last(&[Act::DocDelivered, Act::DocReturned])
                    }
                    (Act::Approved, After::Oath) => [Act::OathScheduled, Act::OathTaken].starts_with(&after),
                    (Act::Approved, After::StateDepartment) => [Act::SentDos].starts_with(&after),
                    _ => after.is_empty(),
                };
                assert!(fits, "{about}");
            }
            let of = |kind: Act| acts.iter().filter(|(_, act)| *act == kind).count();
            assert!(of(Act::BiometricsRescheduled) <= usize::from(MAX_MISSED), "{about}");
            assert!(of(Act::BiometricsTaken) + of(Act::BiometricsReused) <= 1, "{about}");
            assert!(of(Act::RfeSent) + of(Act::Noid) + of(Act::UnderReview) <= 1, "{about}");
            for (asked, answered, most) in [
                (Act::RfeSent, Act::RfeResponse, ANSWER_DAYS.0),
                (Act::Noid, Act::NoidResponse, ANSWER_DAYS.1),
            ] {
                for (days, act) in until_next(&acts, asked, &[answered, Act::Denied]).into_iter().flatten() {
                    assert!(act == Act::Denied || f64::from(days) <= most, "{about}");
                    assert!(act == answered || f64::from(days) > most, "denied too soon: {about}");
                }
            }
            // On hold there is no interview and no decision; applicants may still withdraw or respond.
            for (from, to) in [(Act::OnHold, Act::HoldLifted), (Act::VisaUnavailable, Act::VisaAvailable)] {
                let forbidden = [
                    Act::InterviewScheduled,
                    Act::InterviewCompleted,
                    Act::RfeSent,
                    Act::Noid,
                    Act::UnderReview,
                    Act::Approved,
                    Act::Denied,
                    to,
                ];
                for (_, act) in until_next(&acts, from, &forbidden).into_iter().flatten() {
                    assert_eq!(act, to, "{about}");
                }
            }
            // Every interview that is completed, rescheduled or cancelled was scheduled.
            let mut scheduled = false;
            for (_, act) in &acts {
                match act {
                    Act::InterviewScheduled => {
                        assert!(!scheduled, "scheduled twice: {about}");
                        scheduled = true;
                    }
                    Act::InterviewCompleted | Act::InterviewCancelled => {
                        assert!(std::mem::take(&mut scheduled), "{about}")
                    }
                    Act::InterviewRescheduled => assert!(scheduled, "{about}"),
                    _ => {}
                }
            }
        }
    }
    let never: Vec<Act> = Act::ALL.into_iter().filter(|act| !seen.contains_key(act)).collect();
    assert!(never.is_empty(), "{never:?} never happen");
}

#[test]
fn offices_decide_and_interview_only_on_working_days() {
    let scenario = Scenario::open("default").unwrap();
    let world = world(&scenario, "N-400", 0.002, extraction(&scenario));
    let at_work = |act| {
        use super::world::Act::{Approved, Denied, InterviewCompleted, InterviewScheduled, OathTaken};
        matches!(act, Approved | Denied | InterviewCompleted | InterviewScheduled | OathTaken)
    };
    let done: Vec<_> = world.log.iter().filter(|entry| at_work(entry.act)).collect();
    assert!(done.len() > 1_000);
    assert!(done.iter().all(|entry| is_working(entry.day)));
    // Mondays have more holidays than other days, and not more work.
    let mondays = done.iter().filter(|entry| weekday(entry.day) == 0).count();
    assert!((0.12..0.24).contains(&(mondays as f64 / done.len() as f64)), "{mondays} of {}", done.len());
    // Mail is opened on working days, online filings come on any.
    let on_paper = |case: &&CaseState| world.plan.streams[usize::from(case.stream)].on_paper;
    let (paper, online): (Vec<_>, Vec<_>) = world.cases.iter().partition(|case| on_paper(case));
    assert!(paper.len() > 500 && paper.iter().all(|case: &&CaseState| is_working(case.received)));
    assert!(online.iter().filter(|case| !is_working(case.received)).count() * 20 > online.len());
}

/// Slots used for reviews between two days.
fn reviews(scenario: &Scenario, form: &str, from: &str, until: &str) -> f64 {
    let plan = scenario.forms.iter().find(|plan| plan.form == form).unwrap();
    let mut world = World::new(scenario, plan, 0.01, 5);
    let used = |world: &World<'_>| world.reviews.iter().map(|queue| queue.slots().1).sum::<u64>();
    world.run_until(day(from));
    let before = used(&world);
    world.run_until(day(until));
    (used(&world) - before) as f64
}

#[test]
fn a_scenario_does_what_its_name_says() {
    let [steady, slowdown, speed_up, surge] =
        ["steady", "slowdown", "speed-up", "surge"].map(|name| Scenario::open(name).unwrap());
    let (from, until) = ("2024-05-01", "2024-09-30");
    for form in ["I-130", "I-485"] {
        let defaults = reviews(&steady, form, from, until);
        let less = reviews(&slowdown, form, from, until) / defaults;
        assert!((0.72..0.87).contains(&less), "{form} {less}");
        let more = reviews(&speed_up, form, from, until) / defaults;
        assert!((1.05..1.5).contains(&more), "{form} {more}");
    }
    // Filings double and capacity does not follow.
    let received = |scenario: &Scenario| {
        let world = world(scenario, "I-130", 0.01, day("2024-09-30"));
        let autumn = day("2023-10-01")..=day("2023-12-31");
        world.cases.iter().filter(|case| autumn.contains(&case.received)).count() as f64
    };
    let times = received(&surge) / received(&steady);
    assert!((1.9..2.1).contains(&times), "{times}");
    let worked = reviews(&surge, "I-130", from, until) / reviews(&steady, "I-130", from, until);
    assert!((0.9..1.1).contains(&worked), "{worked}");
}

#[test]
fn a_steady_world_stays_steady_without_backlog_recovery() {
    let staffing = "[staffing]\nweekly_change = 0.0\npersistence = 0.9\nbacklog_recovery = 0.0\nmax_overtime = 0.0\nmax_early_days = 30\n";
    let scenario = changed(staffing);
    for form in ["N-400", "I-485", "I-765"] {
        let world = world(&scenario, form, 0.05, extraction(&scenario));
        let waited = |from: &str, until: &str| {
            let days = day(from)..day(until);
            let decided = world.log.iter().filter(|entry| {
                matches!(entry.act, Act::Approved | Act::Denied) && days.contains(&entry.day)
            });
            let mut waits: Vec<i32> =
                decided.map(|entry| entry.day - world.cases[entry.case as usize].received).collect();
            waits.sort_unstable();
            assert!(waits.len() > 1_000, "{form}: {}", waits.len());
            f64::from(waits[waits.len() / 2])
        };
        let drift = waited("2024-03-01", "2024-09-01") / waited("2021-03-01", "2021-09-01");
        assert!((0.85..1.15).contains(&drift), "{form}: {drift}");
    }
}

#[test]
fn a_policy_change_takes_effect_on_its_day() {
    let scenario = Scenario::open("policy-change").unwrap();
    let world = world(&scenario, "I-485", 0.02, extraction(&scenario));
    let share = |of: Act, among: &[Act], from: &str, until: &str| {
        let days = day(from)..day(until);
        let count = |acts: &[Act]| {
            let log = world.log.iter().filter(|entry| acts.contains(&entry.act));
            log.filter(|entry| days.contains(&entry.day)).count() as f64
        };
        count(&[of]) / count(among)
    };
    for (of, among, change) in [
        (Act::BiometricsReused, &[Act::BiometricsReused, Act::BiometricsTaken][..], 0.2..1.0),
        (Act::InterviewReady, &[Act::Received][..], -1.0..-0.2),
        (Act::RfeSent, &[Act::Approved, Act::Denied][..], -1.0..-0.05),
    ] {
        let before = share(of, among, "2023-01-01", "2024-01-01");
        let after = share(of, among, "2024-04-01", "2024-09-01");
        assert!(change.contains(&(after - before)), "{of:?}: {before} and {after}");
    }
}

#[test]
fn premium_processing_keeps_its_limit_and_batches_their_interval() {
    let scenario = Scenario::open("default").unwrap();
    let world = world(&scenario, "I-765", 0.02, extraction(&scenario));
    let acts = acts_by_case(&world.log);
    let premium = |stream: usize| world.plan.streams[stream].spec.premium.as_ref();
    let (mut kept, mut all) = (0, 0);
    for (case, state) in world.cases.iter().enumerate().filter(|(_, case)| case.priority && !case.rejected) {
        let Some(premium) = premium(usize::from(state.stream)) else { continue };
        let acts = &acts[&(case as u32)];
        if acts.iter().any(|(_, act)| *act == Act::Expedite) || state.received > extraction(&scenario) - 90 {
            continue;
        }
        let action = acts.iter().find(|(_, act)| act.ends() || matches!(act, Act::RfeSent | Act::Noid));
        let working = |until: i32| (state.received..until).filter(|&day| is_working(day)).count();
        all += 1;
        kept +=
            usize::from(action.is_some_and(|(day, _)| working(*day) <= usize::from(premium.business_days)));
    }
    assert!(all > 100 && kept * 10 >= all * 8, "{kept} of {all}");

    let plan = scenario.forms.iter().find(|plan| plan.form == "I-821").unwrap();
    let every = plan.streams.iter().map(|stream| i32::from(stream.batch_days)).min().unwrap();
    let mut world = World::new(&scenario, plan, 0.02, 1);
    world.run_until(extraction(&scenario));
    let reviewed = |act: Act| matches!(act, Act::RfeSent | Act::Noid | Act::UnderReview);
    let days: BTreeSet<i32> =
        world.log.iter().filter(|entry| reviewed(entry.act)).map(|entry| entry.day).collect();
    assert!(every > 1 && days.len() > 50);
    assert!(days.len() as i32 <= world.working_days / every + 1, "{} of {}", days.len(), world.working_days);
}

/// A case of a record: center code, receipt day, actions.
type Entry = (String, i32, Vec<(i32, Act)>);

fn entries(scenario: &Scenario, plan: &FormPlan, world: &World<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    let by_case = CaseLog::from_entries(&world.log, world.cases.len());
    recorded::<()>(scenario, plan, &world.cases, &by_case, 3, |case| {
        entries.push((case.center.to_owned(), case.state.received, case.actions));
        Ok(())
    })
    .unwrap();
    entries
}

#[test]
fn a_record_is_as_late_incomplete_and_merged_as_its_scenario_says() {
    let scenario = Scenario::open("dirty-record").unwrap();
    let plan = scenario.forms.iter().find(|plan| plan.form == "I-765").unwrap();
    let world = world(&scenario, "I-765", 0.01, extraction(&scenario));
    let entries = entries(&scenario, plan, &world);
    let from = scenario.calendar.recorded_from.epoch_days();
    // Only cases that are in the record from their receipt on.
    let entry = |act: Act| {
        let since = |entry: &&LogEntry| world.cases[entry.case as usize].received >= from;
        world.log.iter().filter(since).filter(|entry| entry.act == act).count() as f64
    };
    let entered = |act: Act| {
        let whole = entries.iter().filter(|(_, received, _)| *received >= from);
        whole.flat_map(|(.., actions)| actions).filter(|(_, other)| *other == act).count() as f64
    };
    for (act, missing) in [(Act::BiometricsTaken, 0.5), (Act::DocProduced, 0.3)] {
        let share = 1.0 - entered(act) / entry(act);
        // A late entry may still be missing.
        assert!((missing - 0.03..missing + 0.05).contains(&share), "{act:?}: {share} missing");
    }
    assert_eq!(entered(Act::Approved), entry(Act::Approved));
    for (center, received, actions) in &entries {
        let gone = ["LIN", "SRC"].contains(&center.as_str());
        assert!(!gone || *received < day("2024-04-01"), "{center}");
        assert!(center != "SCD" || *received >= day("2024-04-01"));
        assert!(actions.iter().all(|(entered, _)| (from..=extraction(&scenario)).contains(entered)));
    }
    assert!(entries.iter().any(|(center, ..)| center == "SCD"));
    // A quarter of the biometrics are entered late.
    let days =
        |acts: &[(i32, Act)]| acts.iter().find(|(_, act)| *act == Act::BiometricsTaken).map(|(day, _)| *day);
    let all = acts_by_case(&world.log);
    let known = world.cases.iter().enumerate().filter(|(_, case)| case.received >= from);
    let real: Vec<Option<i32>> = known.map(|(case, _)| days(&all[&(case as u32)])).collect();
    let written: Vec<Option<i32>> =
        entries.iter().filter(|(_, received, _)| *received >= from).map(|(.., acts)| days(acts)).collect();
    let pairs: Vec<(i32, i32)> =
        real.iter().zip(&written).filter_map(|(real, written)| Some(((*real)?, (*written)?))).collect();
    let late = pairs.iter().filter(|(real, written)| written > real).count() as f64 / pairs.len() as f64;
    assert!(pairs.iter().all(|(real, written)| written >= real));
    assert!(pairs.len() > 500 && (0.2..0.28).contains(&late), "{late} of {}", pairs.len());
}
