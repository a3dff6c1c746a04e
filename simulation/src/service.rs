//! A working day of the queues: which cases are served.

use super::queue::ServiceQueue;
use super::world::{INTERVIEW, Resumption, World};

/// A queue of the world.
#[derive(Clone, Copy)]
pub(super) enum QueueId {
    Biometrics(usize),
    Review(usize),
    Interview(usize),
}

impl World<'_> {
    /// Serves every queue for a working day.
    pub(super) fn work(&mut self) {
        let mut queue = 0;
        for stream in 0..self.plan.streams.len() {
            let every = i32::from(self.plan.streams[stream].batch_days);
            for _ in 0..self.plan.streams[stream].centers.len() {
                self.serve(QueueId::Review(queue), self.working_days % every == 0);
                queue += 1;
            }
        }
        for office in 0..self.scenario.offices.len() {
            self.serve(QueueId::Biometrics(office), true);
            if self.plan.steps[INTERVIEW].is_some() {
                self.serve(QueueId::Interview(office), true);
            }
        }
    }

    fn serve(&mut self, queue: QueueId, open: bool) {
        let offices = self.scenario.offices.len();
        let slots = self.staff[match queue {
            QueueId::Biometrics(office) => office,
            QueueId::Interview(office) => offices + office,
            QueueId::Review(queue) => offices * 2 + queue,
        }]
        .per_day;
        self.queue_mut(queue).offer(slots);
        if !open {
            return;
        }
        let latest = self.today + i32::from(self.scenario.staffing.max_early_days);
        let (today, of_biometrics) = (self.today, matches!(queue, QueueId::Biometrics(_)));
        loop {
            let mut cases = std::mem::take(&mut self.cases);
            let mut held = Vec::new();
            let next = self.queue_mut(queue).next(today, latest, |case, rank| {
                let state = &mut cases[case as usize];
                if state.over || of_biometrics {
                    return state.over;
                }
                // An expedited case is no longer at its old rank.
                if state.queued != Some(rank.class) {
                    return true;
                }
                state.queued = None;
                if state.held.is_some() {
                    held.push((case, rank));
                }
                state.held.is_some()
            });
            self.cases = cases;
            // A case on hold gives its slot to the next case and keeps its rank.
            let waits = |(case, rank)| match queue {
                QueueId::Interview(_) => (case, Resumption::Interview(rank)),
                _ => (case, Resumption::Review(rank)),
            };
            self.on_hold.extend(held.into_iter().map(waits));
            let Some(case) = next else { break };
            match queue {
                QueueId::Biometrics(_) => self.appointment(case),
                QueueId::Review(_) => self.officer_works_on(case),
                QueueId::Interview(_) => self.schedule_interview(case),
            }
        }
        self.queue_mut(queue).close(5.0 * slots);
    }

    pub(super) fn queue_mut(&mut self, queue: QueueId) -> &mut ServiceQueue {
        match queue {
            QueueId::Biometrics(office) => &mut self.biometrics[office],
            QueueId::Review(queue) => &mut self.reviews[queue],
            QueueId::Interview(office) => &mut self.interviews[office],
        }
    }
}
