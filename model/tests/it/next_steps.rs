//! All steps that may come next, against the estimate, which tells the likeliest one.

use model::{CaseView, Features};

use crate::pieces::{cases, small_model};

#[test]
fn the_next_steps_have_the_probability_of_the_estimate_and_sum_to_one() {
    let model = small_model();
    let mut several = 0;
    for (case, as_of) in cases() {
        let view = CaseView::new(model.form(), &case, as_of);
        let queue = model.schema().queue_of(|name| view.attribute(name));
        let features = Features::at(view.progress(), queue, as_of.moment());
        let steps = model.next_steps(view.progress(), &features, as_of.moment());
        if let Some(step) = model.estimate(&view).next_step {
            assert_eq!(steps[0], (step.milestone, step.probability));
            let sum: f32 = steps.iter().map(|(_, probability)| probability).sum();
            assert!((sum - 1.0).abs() < 1e-5, "{sum}");
            assert!(steps.is_sorted_by(|one, other| one.1 >= other.1));
            several += usize::from(steps.len() > 1);
        }
    }
    assert!(several > 2, "{several}");
}
