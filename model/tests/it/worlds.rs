//! Random forms, models of them, and cases.

use std::fmt;

use model::{
    Action, AsOf, Case, Cause, Cohort, CohortKey, CohortSet, Curve, Day, Event, FeatureSchema,
    FormDefinition, FormModel, Moment, QueueAttribute, Stamp, TimeScale,
};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::small_curves::{predictor, queue, set};
use crate::small_form::{
    appointment, attribute, milestone, pause, request, spec, status, task, training, words,
};

/// A model and a case to estimate.
#[derive(Clone)]
pub struct World {
    pub model: FormModel,
    /// The last knot of its curves, and the longest mean of their tails, in days.
    pub longest: f32,
    pub case: Case,
    pub as_of: AsOf,
    /// Every action code of the form, and one that it does not list.
    pub codes: Vec<String>,
}

/// Everything that a reader of a failure needs: `Case` hides itself.
impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for milestone in self.model.form().milestones() {
            let mark = if milestone.decision { " (decision)" } else { "" };
            writeln!(
                f,
                "{}{mark} by {:?} after {:?}",
                milestone.id, milestone.reached_by, milestone.follows
            )?;
        }
        writeln!(f, "{:?}", self.model.predictor())?;
        writeln!(f, "received {}, as of {}, {:?}", self.case.received, self.as_of, self.case.attributes)?;
        self.case.actions.iter().try_for_each(|action| writeln!(f, "{} {}", action.at, action.code))
    }
}

pub fn world() -> impl Strategy<Value = World> {
    form().prop_flat_map(|form| {
        let codes: Vec<String> =
            form.effects().map(|(code, _)| code.to_owned()).chain(words("never_listed")).collect();
        let longest = prop_oneof![Just(3_650.0_f32), Just(20_000.0)];
        (longest, numbers(), case(codes.clone()), as_of()).prop_map(move |(longest, numbers, case, as_of)| {
            let model = model(&form, longest, &mut Numbers(numbers.into_iter()));
            World { model, longest, case, as_of, codes: codes.clone() }
        })
    })
}

/// Codes, days after the as-of day, and positions in the list of actions.
pub fn later_actions() -> impl Strategy<Value = Vec<(Index, i32, Index)>> {
    prop::collection::vec((any::<Index>(), 1..2000_i32, any::<Index>()), 1..6)
}

/// A form of 2 to 7 milestones, each after one or two earlier ones, with any of them the decision.
fn form() -> impl Strategy<Value = FormDefinition> {
    let follows = prop::collection::vec((any::<Index>(), any::<Index>(), any::<[bool; 3]>()), 1..7);
    (follows, any::<Index>(), 0..3_usize, any::<bool>()).prop_map(|(follows, decision, statuses, signed)| {
        let mut milestones = vec![milestone("m0", "received", "")];
        for (index, (first, second, [optional, repeats, two])) in follows.into_iter().enumerate() {
            let number = index + 1;
            let (first, second) = (first.index(number), second.index(number));
            let earlier =
                if two && first != second { format!("m{first} m{second}") } else { format!("m{first}") };
            let reached_by = format!("reach{number} reach{number}_again");
            let mut next = milestone(&format!("m{number}"), &reached_by, &earlier);
            (next.optional, next.repeats) = (optional, repeats);
            milestones.push(next);
        }
        let chosen = 1 + decision.index(milestones.len() - 1);
        milestones[chosen].decision = true;
        if signed {
            milestones[chosen].signs = signs(&milestones, chosen);
            // In every other world one action decides and closes the case.
            if milestones.len().is_multiple_of(2) {
                milestones[chosen].closes = milestones[chosen].reached_by[..1].to_vec();
            }
        }
        let mut form = spec(milestones);
        form.attributes =
            vec![attribute("office", true), attribute("channel", false), attribute("kind", true)];
        form.statuses =
            (0..statuses).map(|index| status(&format!("s{index}"), &format!("set{index}"))).collect();
        if let Some(last) = form.statuses.last_mut() {
            last.reopens = true;
        }
        form.requests = vec![request("letter", "reach1", "reach1_again")];
        form.tasks = vec![task("address", "notice", "reach1")];
        let mut visit = appointment("visit", "notice", "m1");
        visit.not_needed_by = form.statuses.first().map(|first| first.set_by.clone()).unwrap_or_default();
        form.appointments = vec![visit];
        form.pauses = vec![pause("hold", "stop", "go"), pause("court", "sue", "judge")];
        form.rejections = words("rejected");
        form.notices = words("notice");
        form.check().unwrap()
    })
}

/// Signs of the decision: one code of its own, and a code of a milestone that comes right after it.
fn signs(milestones: &[model::Milestone], decision: usize) -> Vec<String> {
    let id = &milestones[decision].id;
    let after = milestones.iter().find(|later| later.follows == [id.clone()]);
    words("seen").into_iter().chain(after.map(|later| later.reached_by[0].clone())).collect()
}

/// Curves and queues of any kind for a form. `longest` limits the waits.
fn model(form: &FormDefinition, longest: f32, numbers: &mut Numbers) -> FormModel {
    let values = |letters: &str, count: usize| letters.chars().take(count).map(String::from).collect();
    let schema = FeatureSchema {
        queue: vec![
            QueueAttribute { name: "office".to_owned(), values: values("ABC", 1 + numbers.below(3)) },
            QueueAttribute { name: "kind".to_owned(), values: values("abc", 1 + numbers.below(3)) },
        ],
        ..FeatureSchema::default()
    };
    let steps: Vec<Event> = form.milestone_ids().skip(1).map(Event::Step).collect();
    let statuses = form.state_ids().skip(form.milestones().len()).map(Event::Status);
    let all: Vec<Event> = steps.iter().copied().chain(statuses).collect();
    let exits = cohorts(form, &schema, longest, &all, numbers);
    let after_status = cohorts(form, &schema, longest, &steps, numbers);
    let after_status = (all.len() > steps.len() || numbers.below(2) == 0).then_some(after_status);
    let decisions = cohorts(form, &schema, longest, &[Event::Step(form.decision())], numbers);
    let predictor = predictor(form, exits, after_status, decisions);
    FormModel::new(form.clone(), schema, training(), predictor, Vec::new()).unwrap()
}

/// A set with curves of all cases and of some states, offices and kinds, which have some of the events.
fn cohorts(
    form: &FormDefinition,
    schema: &FeatureSchema,
    longest: f32,
    events: &[Event],
    numbers: &mut Numbers,
) -> CohortSet {
    let time_scale = [TimeScale::InState, TimeScale::SinceReceipt][numbers.below(2)];
    let keys = keys(form, schema, numbers);
    set(time_scale, keys.into_iter().map(|key| cohort(key, longest, events, numbers)).collect())
}

/// The cohort of all cases, and some cohorts of states, offices and kinds. Of an office or a kind nothing may be known.
fn keys(form: &FormDefinition, schema: &FeatureSchema, numbers: &mut Numbers) -> Vec<CohortKey> {
    let mut keys = vec![CohortKey::all()];
    for state in form.state_ids() {
        if numbers.below(3) == 0 {
            continue;
        }
        let state = CohortKey::in_state(state);
        keys.push(state);
        let codes = |position: usize| 0..schema.queue[position].values.len() as u16;
        let kinds = |office: Option<u16>, numbers: &mut Numbers| {
            let known = codes(1).filter(|_| numbers.below(3) == 0).map(|kind| [office, Some(kind)]);
            known.map(|codes| CohortKey { queue: queue(&codes), ..state }).collect::<Vec<CohortKey>>()
        };
        keys.extend(kinds(None, numbers));
        for office in codes(0) {
            if numbers.below(2) == 0 {
                keys.push(CohortKey { queue: queue(&[Some(office)]), ..state });
                keys.extend(kinds(Some(office), numbers));
            }
        }
    }
    keys
}

fn cohort(key: CohortKey, longest: f32, events: &[Event], numbers: &mut Numbers) -> Cohort {
    let curve = numbers.curve(longest);
    let first = numbers.below(events.len());
    let events: Vec<Event> =
        events.iter().cycle().skip(first).take(1 + numbers.below(events.len().min(4))).copied().collect();
    let intervals = curve.times().len() - 1;
    let shares: Vec<Vec<f32>> = (0..=intervals).map(|_| numbers.shares(events.len())).collect();
    let some_at_once = [0.0, 0.0, 0.5, 1.0][numbers.below(4)];
    let at_once = numbers.shares(events.len());
    let cause = |(position, &event): (usize, &Event)| Cause {
        event,
        at_once: some_at_once * at_once[position],
        shares: shares[..intervals].iter().map(|shares| shares[position]).collect(),
        tail_share: shares[intervals][position],
    };
    let causes = events.iter().enumerate().map(cause).collect();
    let [events, decided] = [(); 2].map(|()| numbers.below(200) as u32);
    Cohort { key, n: 10_000, events, decided, curve, causes }
}

fn numbers() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(any::<u32>(), 1_000)
}

/// The random numbers of a model, then a constant.
struct Numbers(std::vec::IntoIter<u32>);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0.next().unwrap_or(7) as usize % bound
    }

    /// Up to twelve knots, half of them at the time of another one. The survival stays, falls, or falls to almost nothing.
    fn curve(&mut self, longest: f32) -> Curve {
        let mut times = vec![0.0];
        for _ in 0..self.below(7) {
            let time = longest * self.below(2_001) as f32 / 2_000.0;
            times.extend([time, time].iter().take(1 + self.below(2)));
        }
        times.sort_by(f32::total_cmp);
        let mut left = 1.0_f32;
        let fall = |numbers: &mut Self| match numbers.below(8) {
            0 | 1 => 1.0,
            2 => 1e-9,
            _ => numbers.below(1_001) as f32 / 1_000.0,
        };
        let falls: Vec<f32> = times.iter().skip(1).map(|_| fall(self)).collect();
        let survival = std::iter::once(1.0).chain(falls.into_iter().map(|fall| {
            left = (left * fall).max(1e-12);
            left
        }));
        let tail = 10_f32.powi(self.below(6) as i32) / longest;
        Curve::new(times, survival.collect(), tail).unwrap()
    }

    /// Shares that sum to 1; some are zero.
    fn shares(&mut self, count: usize) -> Vec<f32> {
        let mut weights: Vec<f32> = (0..count).map(|_| (self.below(1_500) as f32 - 500.0).max(0.0)).collect();
        weights[0] += 1.0;
        let sum: f32 = weights.iter().sum();
        weights.into_iter().map(|weight| weight / sum).collect()
    }
}

fn case(codes: Vec<String>) -> impl Strategy<Value = Case> {
    let attributes = prop::collection::vec(("office|kind|channel", "[A-Ea-e]"), 0..4);
    let scheduled_for = prop::option::of(time());
    let actions = prop::collection::vec((any::<Index>(), time(), scheduled_for), 0..10);
    (time(), attributes, actions).prop_map(move |(received, attributes, actions)| {
        let action = |(code, at, scheduled_for): (Index, Stamp, Option<Stamp>)| Action {
            code: codes[code.index(codes.len())].clone(),
            at,
            scheduled_for,
            resource: None,
        };
        Case { received, attributes, actions: actions.into_iter().map(action).collect() }
    })
}

fn as_of() -> impl Strategy<Value = AsOf> {
    time().prop_map(AsOf::new)
}

/// Days and moments of about two years, few enough for ties.
fn time() -> impl Strategy<Value = Stamp> {
    (19_000_i64..19_700, 0..40_i64).prop_map(|(day, hour)| match hour {
        0..24 => Stamp::Moment(Moment::from_epoch_micros((day * 24 + hour) * 3_600_000_000).unwrap()),
        _ => Stamp::Day(Day::from_epoch_days(day).unwrap()),
    })
}
