//! Working days: Monday to Friday without federal holidays (5 U.S.C. 6103). Days are counted since 1970.

use model::Day;

/// The day of the week; Monday is 0.
pub(super) fn weekday(day: i32) -> usize {
    (day + 3).rem_euclid(7) as usize
}

/// Whether offices work on a day.
pub(super) fn is_working(day: i32) -> bool {
    weekday(day) < 5 && !is_holiday(day)
}

/// The month, from 0.
pub(super) fn month(day: i32) -> usize {
    Day::from_epoch_days(i64::from(day)).map_or(0, |day| day.year_month_day().1 as usize - 1)
}

fn is_holiday(day: i32) -> bool {
    let Ok(date) = Day::from_epoch_days(i64::from(day)) else { return false };
    let (year, month, of_month) = date.year_month_day();
    // Which Monday, Thursday ... of the month.
    let nth = (of_month - 1) / 7 + 1;
    match (month, weekday(day)) {
        (1 | 2, 0) if nth == 3 => true,
        (5, 0) if of_month > 24 => true,
        (9, 0) if nth == 1 => true,
        (10, 0) if nth == 2 => true,
        (11, 3) if nth == 4 => true,
        // A Saturday holiday is observed on Friday, a Sunday holiday on Monday.
        (_, today) => [0, 1, -1].into_iter().any(|shift| {
            let observed = match shift {
                0 => today < 5,
                1 => today == 4,
                _ => today == 0,
            };
            observed
                && Day::from_epoch_days(i64::from(day + shift)).is_ok_and(|date| {
                    let (_, month, of_month) = date.year_month_day();
                    let fixed = matches!((month, of_month), (1, 1) | (7, 4) | (11, 11) | (12, 25));
                    fixed || ((month, of_month) == (6, 19) && year >= 2021)
                })
        }),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn offices_are_closed_on_weekends_and_federal_holidays() {
        let works = |text: &str| is_working(Day::parse(text).unwrap().epoch_days());
        for closed in [
            "2022-01-17",
            "2022-02-21",
            "2022-05-30",
            "2022-06-20",
            "2022-07-04",
            "2022-09-05",
            "2022-10-10",
            "2022-11-11",
            "2022-11-24",
            "2022-12-26",
            "2021-12-24",
            "2021-12-31",
            "2022-06-04",
            "2022-06-05",
        ] {
            assert!(!works(closed), "{closed}");
        }
        for open in ["2022-01-10", "2022-05-23", "2020-06-19", "2022-11-25", "2022-12-27", "2022-07-05"] {
            assert!(works(open), "{open}");
        }
    }
}
