//! Made-up histories whose truth is known.

use data::forms::bundled;
use data::{ActionRow, CaseRow, History, HistoryJson, HistoryTimes, HistoryWriter};
use model::{AsOf, Day, Moment, Stamp};

pub const DAY: f64 = 86_400_000_000.0;
/// The first receipt of every world.
pub const START: &str = "2020-01-01";
/// The extraction of every world.
pub const END: &str = "2021-12-31";

pub fn as_of(text: &str) -> AsOf {
    AsOf::parse(text).unwrap()
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// A case with everything that ever happens to it, also after the extraction.
#[derive(Debug, Clone)]
pub struct Filing {
    pub id: String,
    pub form: &'static str,
    pub office: Option<&'static str>,
    pub received: Stamp,
    pub actions: Vec<(String, Stamp)>,
}

impl Filing {
    pub fn new(id: impl Into<String>, office: &'static str, received: Stamp) -> Self {
        let actions = vec![("received".to_owned(), received)];
        Self { id: id.into(), form: "I-765", office: Some(office), received, actions }
    }

    /// The case with one more action, in order of time.
    pub fn then(mut self, code: &str, at: Stamp) -> Self {
        self.actions.push((code.to_owned(), at));
        self.actions.sort_by_key(|(_, at)| at.moment());
        self
    }

    /// The case as it is known if it was first seen at `at`; `None` if it was over by then.
    pub fn first_seen(mut self, at: Stamp) -> Option<Self> {
        self.actions.retain(|(_, when)| when.moment() >= at.moment());
        let over = self.actions.is_empty();
        (!over).then(|| self.then("info_update", at))
    }
}

/// The history of these cases, complete until the extraction.
pub fn history(filings: &[Filing], times: HistoryTimes) -> History {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("history");
    let about: HistoryJson =
        serde_json::from_str(&format!(r#"{{"name": "a made-up world", "extracted_on": "{END}"}}"#)).unwrap();
    let end = AsOf::new(about.extracted_on);
    let mut writer = HistoryWriter::create(&dir, times, &["center".to_owned()]).unwrap();
    for filing in filings.iter().filter(|filing| end.sees(filing.received.moment())) {
        let attributes = [filing.office];
        let (case_id, form, received) = (&filing.id, filing.form, filing.received);
        writer.push_case(&CaseRow { case_id, form, received, attributes: &attributes }).unwrap();
        for (action, occurred) in filing.actions.iter().filter(|(_, at)| end.sees(at.moment())) {
            let row = ActionRow { case_id, action, occurred: *occurred, scheduled_for: None, resource: None };
            writer.push_action(&row).unwrap();
        }
    }
    writer.finish(&about).unwrap();
    History::read(&dir, bundled().unwrap()).unwrap()
}

/// Pseudorandom numbers that are the same in every run (splitmix64, Steele and others 2014).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Above 0, at most 1.
    pub fn share(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    pub fn happens_with(&mut self, probability: f64) -> bool {
        self.share() <= probability
    }

    /// An exponentially distributed time.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * self.share().ln()
    }
}

/// `days` after the start of the world, to the microsecond.
pub fn moment(days: f64) -> Stamp {
    let start = day(START).end().epoch_micros();
    Stamp::Moment(Moment::from_epoch_micros(start + (days * DAY) as i64).unwrap())
}

/// About two thousand cases at two offices, dated by day: biometrics, requests for evidence, decisions, cards.
pub fn office_world() -> Vec<Filing> {
    let mut random = Random(20_220_630);
    let on = |days: f64| Stamp::Day(day(START).plus(days as i32));
    let mut filings = Vec::new();
    for number in 0..2_200_u32 {
        let received = f64::from(number) / 3.1;
        let (office, slow) = if random.happens_with(0.6) { ("NBC", 1.0) } else { ("TSC", 1.6) };
        let mut filing = Filing::new(format!("case-{number}"), office, on(received));
        let mut now = received;
        if random.happens_with(0.7) {
            now += 3.0 + random.exponential(15.0);
            filing = filing.then("biometrics_taken", on(now));
        }
        if random.happens_with(0.25) {
            now += random.exponential(30.0);
            filing = filing.then("rfe_sent", on(now));
            now += 5.0 + random.exponential(20.0);
            filing = filing.then("rfe_response", on(now));
        }
        now += random.exponential(60.0 * slow);
        if random.happens_with(0.85) {
            filing = filing.then("approved", on(now));
            filing = filing.then("doc_produced", on(now + 1.0 + random.exponential(5.0)));
        } else {
            filing = filing.then("denied", on(now));
        }
        let late = number % 17 == 0;
        filings.extend(if late { filing.first_seen(on(received + 20.0)) } else { Some(filing) });
    }
    filings
}
