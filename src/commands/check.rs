//! `check`: validates a history and says what is in it.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;
use data::Summary;
use model::{Moment, Stamp};

use super::read_history;
use crate::failure::{Failure, print};

/// How far the clocks of the earth are ahead of UTC, in microseconds: a record may end on a day that has begun only there.
const FIRST_ZONE: i64 = 14 * 3_600 * 1_000_000;

/// Validate a history and print what is in it
///
/// Example: myprogress check --history data/history/uscis-fy22
#[derive(Args)]
pub struct Check {
    /// Folder with cases, actions and history.json
    #[arg(long, value_name = "DIR")]
    history: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let history = read_history(&self.history)?;
        let mut summary = Summary::from_history(&history).map_err(Failure::failed)?;
        if let Some(warning) = ends_in_the_future(history.extracted_on(), now()) {
            eprintln!("warning: {warning}");
            summary.warnings.push(warning);
        }
        if self.json {
            let text = serde_json::to_string_pretty(&summary).map_err(Failure::failed)?;
            print(&format!("{text}\n"))
        } else {
            print(&summary.to_string())
        }
    }
}

/// The current time. `None` if the clock shows none that a history can have.
fn now() -> Option<Moment> {
    let elapsed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Moment::from_epoch_micros(i64::try_from(elapsed.as_micros()).ok()?).ok()
}

/// Warns of a history that says it is complete up to a day that has not come yet. Only a command may read the clock.
fn ends_in_the_future(extracted_on: Stamp, now: Option<Moment>) -> Option<String> {
    let now = now?;
    let today = match extracted_on {
        Stamp::Day(_) => Moment::from_epoch_micros(now.epoch_micros() + FIRST_ZONE).ok()?.day(),
        Stamp::Moment(_) => now.day(),
    };
    let days = extracted_on.day().since(today);
    (days > 0).then(|| {
        format!(
            "history.json: `extracted_on` is {extracted_on}, {days} days after today; correct it: until then every pending \
             case counts as waiting without news"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_may_end_on_a_day_that_has_begun_somewhere() {
        let now = Stamp::parse("2026-11-28T09:59:59Z").unwrap().moment();
        let later = Stamp::parse("2026-11-28T10:00:00Z").unwrap().moment();
        let days = |extracted_on: &str, now: Moment| {
            let warning = ends_in_the_future(Stamp::parse(extracted_on).unwrap(), Some(now))?;
            let (_, rest) = warning.split_once(&format!("{extracted_on}, ")).unwrap();
            rest.split_once(" days after today").map(|(days, _)| days.parse::<i32>().unwrap())
        };
        for (extracted_on, at, expected) in [
            ("2026-11-28", now, None),
            ("2026-11-29", now, Some(1)),
            ("2026-11-30", now, Some(2)),
            ("2026-11-29", later, None),
            ("2026-11-30", later, Some(1)),
            ("2027-11-28", now, Some(365)),
            ("2026-11-28T23:00:00Z", now, None),
            ("2026-11-29T00:00:00Z", later, Some(1)),
        ] {
            assert_eq!(days(extracted_on, at), expected, "{extracted_on}");
        }
        assert_eq!(ends_in_the_future(Stamp::parse("2199-01-01").unwrap(), None), None);
    }
}
