//! Random forms, models of them, and cases.

use std::fmt;

use model::{
    Action, AsOf, Case, Cause, Cohort, CohortCurves, CohortKey, Day, FeatureSchema, FormDefinition,
    FormModel, Grid, MilestoneId, Moment, Predictor, Queue, QueueAttribute, Stamp, Target, TimeScale,
};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::small_form::{
    appointment, attribute, milestone, pause, request, spec, status, task, training, words,
};

/// A model and a case to estimate.
#[derive(Clone)]
pub struct World {
    pub model: FormModel,
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
        for target in Target::ALL {
            writeln!(f, "{target}: {:?}", self.model.predictor(target))?;
        }
        writeln!(f, "received {}, as of {}, {:?}", self.case.received, self.as_of, self.case.attributes)?;
        self.case.actions.iter().try_for_each(|action| writeln!(f, "{} {}", action.at, action.code))
    }
}

pub fn world() -> impl Strategy<Value = World> {
    form().prop_flat_map(|form| {
        let codes: Vec<String> =
            form.effects().map(|(code, _)| code.to_owned()).chain(words("never_listed")).collect();
        (model(form), case(codes.clone()), as_of()).prop_map(move |(model, case, as_of)| World {
            model,
            case,
            as_of,
            codes: codes.clone(),
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

fn model(form: FormDefinition) -> impl Strategy<Value = FormModel> {
    let values = (prop::collection::btree_set("[A-D]", 1..4), prop::collection::btree_set("[a-d]", 1..4));
    let numbers = prop::collection::vec(any::<u32>(), 200);
    (values, [any::<bool>(), any::<bool>()], grid(), grid(), numbers).prop_map(
        move |((office, kind), [since_receipt, narrow], first, second, numbers)| {
            let queue = [("office", office), ("kind", kind)].map(|(name, values)| QueueAttribute {
                name: name.to_owned(),
                values: values.into_iter().collect(),
            });
            let schema = FeatureSchema { queue: queue.to_vec() };
            let mut numbers = Numbers(numbers.into_iter());
            let time_scale = if since_receipt { TimeScale::SinceReceipt } else { TimeScale::InState };
            let decision =
                curves(time_scale, first, keys(&form, &schema, narrow, &mut numbers), &[], &mut numbers);
            let steps: Vec<MilestoneId> = form.milestone_ids().skip(1).collect();
            let keys = keys(&form, &schema, !narrow, &mut numbers);
            let next_step = curves(TimeScale::InState, second, keys, &steps, &mut numbers);
            FormModel::new(form.clone(), schema, training(), decision, next_step, Vec::new()).unwrap()
        },
    )
}

/// One to six knots.
fn grid() -> impl Strategy<Value = Vec<f32>> {
    prop::collection::btree_set(1_u32..200_000, 0..6).prop_map(|tenths| {
        std::iter::once(0.0).chain(tenths.into_iter().map(|tenth| tenth as f32 / 10.0)).collect()
    })
}

/// The cohort of all cases, and some cohorts of states, offices and kinds.
fn keys(
    form: &FormDefinition,
    schema: &FeatureSchema,
    narrow: bool,
    numbers: &mut Numbers,
) -> Vec<CohortKey> {
    let mut keys = vec![CohortKey::all()];
    for state in form.state_ids() {
        if numbers.below(3) == 0 {
            continue;
        }
        let state = CohortKey { state: Some(state), queue: Queue::default() };
        keys.push(state);
        for office in 0..if narrow { schema.queue[0].values.len() } else { 0 } {
            let mut at_office = state;
            at_office.queue.push(office as u16);
            keys.push(at_office);
            for kind in 0..numbers.below(schema.queue[1].values.len() + 1) {
                let mut of_kind = at_office;
                of_kind.queue.push(kind as u16);
                keys.push(of_kind);
            }
        }
    }
    keys.sort();
    keys
}

fn curves(
    time_scale: TimeScale,
    knots: Vec<f32>,
    keys: Vec<CohortKey>,
    steps: &[MilestoneId],
    numbers: &mut Numbers,
) -> Predictor {
    let cohorts = keys.into_iter().map(|key| {
        let mut hazard = vec![0.0_f32];
        for _ in 1..knots.len() {
            hazard.push(hazard[hazard.len() - 1] + numbers.hazard());
        }
        let count = numbers.below(steps.len() + 1);
        let causes = steps.iter().take(count).map(|&milestone| {
            let share = numbers.below(1000) as f32 / 1000.0 / count as f32;
            let last = (knots.len() as f32 - 1.0).max(1.0);
            let incidence = (0..knots.len()).map(|k| share * k as f32 / last).collect();
            Cause { milestone, incidence, tail_share: share }
        });
        let causes = causes.collect();
        let tail = numbers.hazard().max(1e-9);
        Cohort { key, n: 10_000, events: numbers.below(200) as u32, hazard, tail, causes }
    });
    let grid = Grid::new(knots.clone()).unwrap();
    Predictor::CohortCurves(CohortCurves::new(time_scale, grid, cohorts.collect()).unwrap())
}

/// The random numbers of a model, then a constant.
struct Numbers(std::vec::IntoIter<u32>);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0.next().unwrap_or(7) as usize % bound
    }

    /// From zero through usual hazards to ones that no case survives.
    fn hazard(&mut self) -> f32 {
        match self.below(4) {
            0 => 0.0,
            _ => 10_f32.powi(self.below(14) as i32 - 9) * self.below(1000) as f32 / 100.0,
        }
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
