//! Reading a table.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::Read;

use flate2::read::GzDecoder;
use training::boosting::columns::{Columns, MISSING_CODE, Values};

use crate::score::Observed;

pub struct Table {
    pub columns: Columns,
    pub observed: Vec<Observed>,
    pub fold: Vec<usize>,
    pub folds: usize,
}

impl Table {
    pub fn read(path: &str) -> Result<Self, Box<dyn Error>> {
        let file = File::open(path)?;
        let input: Box<dyn Read> =
            if path.ends_with(".gz") { Box::new(GzDecoder::new(file)) } else { Box::new(file) };
        let mut reader = csv::Reader::from_reader(input);
        let names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
        let mut texts: Vec<Vec<String>> = vec![Vec::new(); names.len()];
        for record in reader.records() {
            texts.iter_mut().zip(record?.iter()).for_each(|(column, text)| column.push(text.to_owned()));
        }
        let find = |name: &str| {
            names.iter().position(|known| known == name).ok_or(format!("{path}: column `{name}` is missing"))
        };
        let (time, event, fold) = (find("time")?, find("event")?, find("fold")?);
        let number = |text: &String| text.parse::<f64>();
        let observed = texts[time]
            .iter()
            .zip(&texts[event])
            .map(|(time, event)| {
                Ok(Observed {
                    time: number(time)?,
                    event: matches!(event.as_str(), "true" | "True") || number(event)? > 0.0,
                })
            })
            .collect::<Result<_, std::num::ParseFloatError>>()?;
        let labels: BTreeMap<&String, usize> = texts[fold].iter().map(|label| (label, 0)).collect();
        let labels: Vec<&String> = labels.into_keys().collect();
        let place = |label: &String| labels.iter().position(|known| *known == label).unwrap_or(0);
        let folds = texts[fold].iter().map(place).collect();
        let mut columns = Columns::default();
        for (index, name) in
            names.iter().enumerate().filter(|(index, _)| ![time, event, fold].contains(index))
        {
            columns
                .push(name, values(&texts[index]))
                .map_err(|_| format!("{path}: column `{name}` is too short"))?;
        }
        Ok(Self { columns, observed, fold: folds, folds: labels.len() })
    }
}

/// Numbers if all that is there are numbers, else categories by their first appearance.
fn values(texts: &[String]) -> Values {
    let absent = |text: &str| matches!(text.trim(), "" | "NA" | "NaN" | "nan");
    let numbers: Option<Vec<f32>> = texts
        .iter()
        .map(|text| if absent(text) { Some(f32::NAN) } else { text.trim().parse().ok() })
        .collect();
    numbers.map_or_else(
        || {
            let mut codes = BTreeMap::new();
            let mut code = |text: &String| {
                let next = codes.len() as u32;
                if absent(text) { MISSING_CODE } else { *codes.entry(text.clone()).or_insert(next) }
            };
            Values::Codes(texts.iter().map(&mut code).collect())
        },
        Values::Numbers,
    )
}
