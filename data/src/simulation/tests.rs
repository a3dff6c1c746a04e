//! What is true of every line of every world.

use super::Scenario;
use super::world::World;

#[test]
fn no_line_ever_takes_more_turns_than_it_has_capacity_for() {
    for name in ["default", "office-closure", "surge"] {
        let scenario = Scenario::open(name).unwrap();
        for (index, plan) in scenario.forms.iter().enumerate() {
            let mut world = World::new(&scenario, plan, 0.002, index as u64);
            let mut before = 0.0;
            for day in scenario.calendar.recorded_from.epoch_days()..scenario.extracted_on().epoch_days() {
                world.live_until(day);
                let lines = world.biometrics.iter().chain(&world.reviews).chain(&world.interviews);
                for (line, station) in lines.enumerate() {
                    let (offered, taken) = station.work();
                    assert!(taken as f64 <= offered + 1e-6, "{name} {}: line {line} on {day}", plan.form);
                }
                let (offered, _) = world.turns();
                assert!(offered >= before);
                before = offered;
            }
            let (_, taken) = world.turns();
            assert!(taken > 100, "{name} {}: {taken} turns", plan.form);
        }
    }
}

#[test]
fn nobody_decides_or_interviews_when_offices_are_closed() {
    let scenario = Scenario::open("default").unwrap();
    let mut world = World::new(&scenario, &scenario.forms[0], 0.002, 1);
    world.live_until(scenario.extracted_on().epoch_days());
    let at_work = |act| {
        use super::world::Act::{Approved, Denied, InterviewCompleted, InterviewScheduled, OathTaken};
        matches!(act, Approved | Denied | InterviewCompleted | InterviewScheduled | OathTaken)
    };
    let done: Vec<_> = world.log.iter().filter(|happened| at_work(happened.act)).collect();
    assert!(done.len() > 1_000);
    assert!(done.iter().all(|happened| super::calendar::is_working(happened.day)));
    // Mondays have more holidays than other days, and no more work.
    let mondays = done.iter().filter(|happened| super::calendar::weekday(happened.day) == 0).count();
    assert!((0.12..0.24).contains(&(mondays as f64 / done.len() as f64)), "{mondays} of {}", done.len());
}
