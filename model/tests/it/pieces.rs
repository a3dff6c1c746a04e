//! A small model, its file taken apart, and ways to damage the parts and seal them with a matching hash.

use model::{Action, AsOf, Case, CohortKey, FeatureSchema, FormModel, FormSpec, QueueAttribute, TimeScale};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::small_curves::{at_once, cohort, event, gradual, in_state, predictor, queue, set};
use crate::small_form::{as_of, small_form, stamp, training};

/// Four cohorts for the exits, one for the step after a change of status, three for the decision.
pub fn small_model() -> FormModel {
    let form = small_form();
    let named = |name: &str| event(&form, name);
    let (received, decided) = (in_state(&form, "received"), in_state(&form, "decision"));
    let at_b = CohortKey { queue: queue(&[Some(1)]), ..received };
    let first = [(named("decision"), 0.3), (named("bio"), 0.6), (named("asked"), 0.1)];
    let exits = vec![
        cohort(CohortKey::all(), gradual(1.2), &[(named("decision"), 0.8), (named("asked"), 0.2)]),
        at_once(cohort(received, gradual(2.0), &first), 0.1),
        cohort(at_b, gradual(2.5), &first),
        cohort(decided, gradual(5.0), &[(named("card"), 1.0)]),
    ];
    let steps =
        vec![cohort(CohortKey::all(), gradual(1.5), &[(named("bio"), 0.4), (named("decision"), 0.6)])];
    let of_decision = |key, speed| cohort(key, gradual(speed), &[(named("decision"), 1.0)]);
    let decisions =
        vec![of_decision(CohortKey::all(), 1.0), of_decision(received, 0.8), of_decision(at_b, 1.3)];
    let values = vec!["A".to_owned(), "B".to_owned()];
    let schema = FeatureSchema {
        queue: vec![QueueAttribute { name: "office".to_owned(), values }],
        ..FeatureSchema::default()
    };
    let predictor = predictor(
        &form,
        set(TimeScale::InState, exits),
        Some(set(TimeScale::InState, steps)),
        set(TimeScale::SinceReceipt, decisions),
    );
    let model = FormModel::new(form, schema, training(), predictor, Vec::new()).unwrap();
    let golden = cases().iter().map(|(case, as_of)| model.answer(case, *as_of)).collect();
    model.with_golden(golden)
}

/// One case a line: as-of time, receipt, office, actions with their times.
const CASES: &str = "
2022-06-30 2022-06-30 A
2022-06-30 2022-05-01 B
2022-06-30T12:00:00Z 2021-01-01 B bio_taken=2021-02-01 on_hold=2021-03-01 hold_lifted=2021-03-02
2022-06-30 2020-01-01 - rfe_sent=2020-06-01 strange=2020-06-02
2022-06-30 2022-01-01 A approved=2022-06-01
2022-06-30 2022-01-01 A on_hold=2022-06-01
";

/// Cases with their as-of times.
pub fn cases() -> Vec<(Case, AsOf)> {
    let case = |line: &str| {
        let mut words = line.split_whitespace();
        let asked = as_of(words.next().unwrap());
        let received = stamp(words.next().unwrap());
        let attributes = vec![("office".to_owned(), words.next().unwrap().to_owned())];
        let actions = words.map(|word| {
            let (code, at) = word.split_once('=').unwrap();
            Action::new(code.to_owned(), stamp(at))
        });
        (Case { received, attributes, actions: actions.collect() }, asked)
    };
    CASES.trim().lines().map(case).collect()
}

/// The sets of cohorts in the order of the file.
pub const SETS: [&str; 3] = ["exits", "steps", "decisions"];

/// The numbers of a cohort: its times, its survivals, its tail; then for each cause its probability at the entry with its
/// share of the tail, and its shares of the intervals.
#[derive(Debug, Clone)]
pub struct CohortNumbers {
    pub parts: Vec<Vec<f32>>,
}

/// The JSON sections of a file, by tag, in their order. `curves` comes before the last one.
pub const JSON_SECTIONS: [&str; 5] = ["form", "features", "training", "predictor", "golden"];

/// A model file taken apart.
#[derive(Debug, Clone)]
pub struct Pieces {
    /// An object with one member per JSON section.
    pub json: Value,
    /// The cohorts of each of the [`SETS`].
    pub sets: [Vec<CohortNumbers>; 3],
    /// Bytes after the last number.
    pub after: Vec<u8>,
}

/// A section as the section table lists it: tag and content.
pub type RawSection = (Vec<u8>, Vec<u8>);

/// The sections of a file, by its section table.
pub fn raw_sections(bytes: &[u8]) -> Vec<RawSection> {
    let count = u32::from_le_bytes(bytes[8..12].try_into().unwrap()) as usize;
    let (mut sections, mut at) = (Vec::new(), 12 + 24 * count);
    for entry in bytes[12..at].chunks_exact(24) {
        let tag = entry[..16].iter().copied().take_while(|&byte| byte != 0).collect();
        let length = u64::from_le_bytes(entry[16..].try_into().unwrap()) as usize;
        sections.push((tag, bytes[at..at + length].to_vec()));
        at += length;
    }
    assert_eq!(at, bytes.len() - 32);
    sections
}

/// The file of these sections, with a hash that matches.
pub fn seal_sections(sections: &[RawSection]) -> Vec<u8> {
    let mut bytes = b"MYPROGR\x06".to_vec();
    bytes.extend((sections.len() as u32).to_le_bytes());
    for (tag, content) in sections {
        let mut padded = tag.clone();
        padded.resize(16, 0);
        bytes.extend(padded);
        bytes.extend((content.len() as u64).to_le_bytes());
    }
    sections.iter().for_each(|(_, content)| bytes.extend(content));
    sealed(bytes)
}

impl Pieces {
    pub fn from_file(bytes: &[u8]) -> Self {
        let sections = raw_sections(bytes);
        let content = |tag: &str| &sections.iter().find(|(other, _)| other == tag.as_bytes()).unwrap().1;
        let json: serde_json::Map<String, Value> = JSON_SECTIONS
            .iter()
            .map(|tag| ((*tag).to_owned(), serde_json::from_slice(content(tag)).unwrap()))
            .collect();
        let mut numbers =
            content("curves").chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap()));
        let mut take = |count: usize| numbers.by_ref().take(count).collect::<Vec<f32>>();
        let sets = SETS.map(|set| {
            let shapes = json["predictor"]["cohort_curves"][set]["cohorts"].as_array().unwrap();
            let numbers = shapes.iter().map(|shape| {
                let knots = shape["knots"].as_u64().unwrap() as usize;
                let causes = shape["causes"].as_array().unwrap().iter().flat_map(|_| [2, knots - 1]);
                CohortNumbers { parts: [knots, knots, 1].into_iter().chain(causes).map(&mut take).collect() }
            });
            numbers.collect()
        });
        Self { json: Value::Object(json), sets, after: Vec::new() }
    }

    /// The sections of these pieces, in order.
    pub fn sections(&self) -> Vec<RawSection> {
        let json = |tag: &str| (tag.as_bytes().to_vec(), serde_json::to_vec(&self.json[tag]).unwrap());
        let mut sections: Vec<RawSection> = JSON_SECTIONS.iter().map(|tag| json(tag)).collect();
        let mut curves = Vec::new();
        for number in self.sets.iter().flatten().flat_map(|cohort| cohort.parts.iter().flatten()) {
            curves.extend(number.to_le_bytes());
        }
        curves.extend(&self.after);
        sections.insert(4, (b"curves".to_vec(), curves));
        sections
    }

    /// The file of these pieces, with a hash that matches.
    pub fn seal(&self) -> Vec<u8> {
        seal_sections(&self.sections())
    }

    /// The same with another content of one section.
    pub fn seal_with(&self, tag: &str, content: &[u8]) -> Vec<u8> {
        let mut sections = self.sections();
        let section = sections.iter_mut().find(|(other, _)| other == tag.as_bytes()).unwrap();
        section.1 = content.to_vec();
        seal_sections(&sections)
    }

    /// Makes the hash of the feature schema match the schema.
    pub fn rehash_schema(&mut self) {
        let form: FormSpec = serde_json::from_value(self.json["form"].clone()).unwrap();
        let schema: FeatureSchema = serde_json::from_value(self.json["features"]["schema"].clone()).unwrap();
        self.json["features"]["hash"] = json!(schema.hash(&form.check().unwrap()));
    }

    /// A forger who knows the format: the layout stays, a few numbers and values change.
    pub fn forge(&self, random: &mut Random) -> Vec<u8> {
        let mut pieces = self.clone();
        for _ in 0..=random.below(3) {
            let set = &mut pieces.sets[random.below(SETS.len())];
            let cohort = random.below(set.len());
            let parts = &mut set[cohort].parts;
            let part = random.below(parts.len());
            let part = &mut parts[part];
            let number = random.below(part.len());
            part[number] = random.number(part[number]);
        }
        if random.below(3) == 0 {
            let values = values(&mut pieces.json);
            let chosen = random.below(values.len());
            let value = values.into_iter().nth(chosen).unwrap();
            *value = random.value(value);
        }
        pieces.seal()
    }
}

/// Every number and text of the JSON sections.
fn values(value: &mut Value) -> Vec<&mut Value> {
    match value {
        Value::Object(fields) => fields.values_mut().flat_map(values).collect(),
        Value::Array(items) => items.iter_mut().flat_map(values).collect(),
        other => vec![other],
    }
}

/// The content with its SHA-256 after it.
pub fn sealed(mut content: Vec<u8>) -> Vec<u8> {
    let hash = Sha256::digest(&content);
    content.extend(hash);
    content
}

/// A forger who does not know what the sections mean: bytes are changed, duplicated, removed or moved; the hash matches.
pub fn mangle(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut sections = raw_sections(bytes);
    for _ in 0..=random.below(3) {
        let chosen = random.below(sections.len());
        let content = &mut sections[chosen].1;
        if content.is_empty() {
            continue;
        }
        let at = random.below(content.len());
        let length = (1 + random.below(8)).min(content.len() - at);
        match random.below(6) {
            0 => content[at] ^= 1 << random.below(8),
            1 => content[at] = random.next() as u8,
            2 => content[at] = b"{}[]\",:0-9eE.\\ "[random.below(15)],
            3 => drop(content.drain(at..at + length)),
            4 => content.extend_from_within(at..at + length),
            _ => {
                let piece = content[at..at + length].to_vec();
                content.splice(at..at, piece);
            }
        }
    }
    let mut content = seal_sections(&sections);
    content.truncate(content.len() - 32);
    // A reader that trusts the section table would stop there; half the time it must get further.
    if random.below(2) == 0 {
        let at = 8 + random.below(12 + 24 * sections.len() - 8);
        content[at] ^= 1 << random.below(8);
    }
    sealed(content)
}

/// Pseudorandom numbers that are the same in every run (xorshift, Marsaglia 2003).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn number(&mut self, now: f32) -> f32 {
        const EXTREMES: [f32; 12] = [
            0.0,
            -0.0,
            1.0,
            1e-5,
            1e-38,
            1e-45,
            f32::MAX,
            f32::MIN_POSITIVE,
            f32::EPSILON,
            f32::NAN,
            f32::INFINITY,
            1e30,
        ];
        match self.below(4) {
            0 => EXTREMES[self.below(EXTREMES.len())],
            1 => f32::from_bits(self.next() as u32),
            2 => now * (self.below(1000) as f32 / 500.0),
            _ => now * 10_f32.powi(self.below(60) as i32 - 30),
        }
    }

    fn value(&mut self, now: &Value) -> Value {
        match self.below(5) {
            0 => Value::Null,
            1 => json!(self.next()),
            2 => json!(self.below(4)),
            3 => json!(["received", "decision", "card", "A", "", "2199-12-31", "1900-01-01"][self.below(7)]),
            _ => json!([now]),
        }
    }
}
