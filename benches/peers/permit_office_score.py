"""Compares myprogress with Cox models and others on the cases of the made-up permit office that were pending on some dates.

usage: permit_office_score.py HISTORY --as-of 2023-09-30,2024-03-31,2024-06-30 [--program PATH] [--methods A,B] [--output TABLE.csv] [--require]

HISTORY is a folder written by permit_office.py. For each date, every method learns from what was known at its end, and says 19
quantiles of the time to the decision for each pending case. They are scored by what the same history shows later. T is the time
to the decision and H the time to the extraction, so min(T, H) is known for every case.

  crps      mean over the 19 levels of twice the pinball loss of min(q, H) against min(T, H), in days
  +-        crps less that of myprogress for the same cases, with the standard error over cases
  C         Harrell's concordance of the median with T, which is censored at H; equal medians count one half
  below, covered   share of min(T, H) below its q10, and from q10 to q90; should be .10 and .80
  fit, ask  seconds to learn, and to answer; those of myprogress include reading and writing its files

The history has every case from its receipt on, so no case is left-truncated. `cox` uses all of them, and the others the
cases that were pending on a past day, from that day on.

With --require the exit status is 1 if on some date myprogress has a higher CRPS or a lower C than a Cox model.

All methods but the first use scikit-survival or LightGBM. All but the first and the last use the same attributes:
  myprogress         `train --as-of`, then `estimate --as-of`
  cox                proportional hazards of the time from receipt by the attributes, given the time waited
  cox_landmark       one model per current state: hazard of the time that remains on past days every two weeks, by the attributes, the
                     time waited, the time in the state and the number of requests
  lightgbm           boosted hazards on person-periods of the same past days and columns
  lightgbm_load      the same with the place in the line of the office, and its pace of the last four weeks
  km_state           Kaplan-Meier of the time that remains on the same past days, by current state
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
import pandas as pd

LEVELS = np.arange(5, 100, 5)
TERMINAL = ["approved", "denied", "withdrawn"]
STATES = ["received", "technical_review", "documents_requested", "documents_received"]
METHODS = ["myprogress", "cox", "cox_landmark", "lightgbm", "lightgbm_load", "km_state"]
COX = ["cox", "cox_landmark"]
EVERY, BACK, ROWS = 14, 730, 16_000  # past days to learn from, how far back, and how many rows of them
MIN_OF_STREET = 30  # cases that a street needs for a column of its own in a Cox model


class Known:
    """A history as it was at the end of a day. Days are counted from the first receipt."""

    def __init__(self, cases, actions, as_of):
        self.first = cases.received_on.min()
        self.end = (as_of - self.first).days
        self.cases = cases[cases.received_on <= as_of].reset_index(drop=True)
        self.row = pd.Series(self.cases.index, index=self.cases.case_id)
        actions = actions[actions.occurred_on <= as_of]
        self.day = (actions.occurred_on - self.first).dt.days.values
        self.action, self.of = actions.action.values, self.row[actions.case_id].values
        self.received = (self.cases.received_on - self.first).dt.days.values
        self.decided = self.first_day(np.isin(self.action, TERMINAL))
        self.reviewed = self.first_day(self.action == "technical_review")

    def first_day(self, which):
        days = np.full(len(self.cases), np.inf)
        np.minimum.at(days, self.of[which], self.day[which])
        return days

    def pending(self, day):
        return np.flatnonzero((self.received <= day) & (self.decided > day))

    def columns(self, rows, day):
        """The columns of some pending cases on a day, from nothing later."""
        seen = (self.day <= day) & ~np.isin(self.action, TERMINAL)
        state, since, asked = np.zeros(len(self.cases), int), self.received.copy(), np.zeros(len(self.cases), int)
        # A case's actions are in order in the file, so the last one wins.
        state[self.of[seen]] = pd.Categorical(self.action[seen], STATES).codes
        since[self.of[seen]] = self.day[seen]
        np.add.at(asked, self.of[seen & (self.action == "documents_requested")], 1)
        frame = self.cases.loc[rows].drop(columns=["case_id", "form", "received_on"])
        frame["weekday"] = self.cases.received_on.dt.day_of_week.values[rows]
        frame["state"], frame["waited"], frame["in_state"], frame["asked"] = state[rows], day - self.received[rows], day - since[rows], asked[rows]
        frame["ahead"], frame["line_days"] = 0.0, 0.0
        for office, of_office in frame.groupby("office").groups.items():
            mine = (self.cases.office == office).values
            waiting = np.sort(self.received[mine & (self.received <= day) & (np.minimum(self.reviewed, self.decided) > day)])
            turns = (mine & (self.reviewed <= day) & (self.reviewed > day - 28)).sum() / 28
            ahead = np.searchsorted(waiting, self.received[of_office])
            frame.loc[of_office, "ahead"], frame.loc[of_office, "line_days"] = ahead, ahead / max(turns, 0.1)
        return frame

    def landmarks(self):
        """Rows of past days: columns, days that remained, and whether the decision came by the as-of day."""
        parts = []
        for day in range(self.end - 7, max(self.end - BACK, 30), -EVERY):
            rows = self.pending(day)
            until = np.minimum(self.decided[rows], self.end)
            parts.append(self.columns(rows, day).assign(remained=until - day, came=self.decided[rows] <= self.end))
        every = pd.concat(parts, ignore_index=True)
        return every.sample(min(ROWS, len(every)), random_state=1).sort_index()


class Design:
    """Numbers for a Cox model: standardized numbers, and a column for each value of a category."""

    def __init__(self, frame, landmark):
        self.landmark = landmark
        streets = frame.street.value_counts()
        self.values = {name: sorted(frame[name].unique()) for name in ("office", "district", "use", "channel", "weekday")}
        self.values["street"] = sorted(streets.index[streets >= MIN_OF_STREET])
        self.area = frame.floor_area_m2.median()
        self.knots = np.log(frame.floor_area_m2.dropna()).quantile([0.05, 0.35, 0.65, 0.95]).values
        numbers = self.numbers(frame)
        self.mean, self.scale = numbers.mean(), numbers.std().replace(0, 1)
        # The penalty is the precision of a normal prior of each coefficient.
        self.penalty = np.r_[np.full(numbers.shape[1], 1.0), np.full(sum(map(len, self.values.values())), 10.0)]

    def numbers(self, frame):
        area = np.log(frame.floor_area_m2.fillna(self.area))
        out = dict(area=area, no_area=frame.floor_area_m2.isna() * 1.0, fee=np.log1p(frame.fee), no_fee=(frame.fee == 0) * 1.0,
                   heritage=frame.is_heritage * 1.0)
        # Restricted cubic spline (Harrell 2015, section 2.4.5).
        k, cube = self.knots, lambda knot: np.maximum(area - knot, 0) ** 3
        for j in range(2):
            out[f"area{j}"] = cube(k[j]) - cube(k[2]) * (k[3] - k[j]) / (k[3] - k[2]) + cube(k[3]) * (k[2] - k[j]) / (k[3] - k[2])
        if self.landmark:
            for name in ("waited", "in_state"):
                out[name], out[f"log_{name}"] = frame[name], np.log1p(frame[name])
            out["asked"] = frame.asked
        return pd.DataFrame(out, index=frame.index).astype(float)

    def matrix(self, frame):
        parts = [((self.numbers(frame) - self.mean) / self.scale).values]
        parts += [frame[name].to_numpy()[:, None] == np.array(values, dtype=object) for name, values in self.values.items()]
        return np.hstack(parts).astype(float)


def fit_cox(design, frame, days, came):
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.util import Surv
    matrix = design.matrix(frame)
    used = matrix.std(0) > 0
    model = CoxPHSurvivalAnalysis(alpha=design.penalty[used], ties="efron").fit(matrix[:, used], Surv.from_arrays(came, days))

    def cumulative_hazard(other, times):
        """Hazard up to each day; constant after the last decision, at the rate of the last quarter of the days."""
        risk = np.exp(design.matrix(other)[:, used] @ model.coef_)
        base = model.cum_baseline_hazard_
        daily = np.r_[0.0, base.y][np.searchsorted(base.x, np.arange(int(days[came].max()) + 1), "right")]
        last = len(daily) - 1
        rate = max((daily[last] - daily[int(0.75 * last)]) / max(last - int(0.75 * last), 1), 1e-4)
        at = np.where(times <= last, daily[np.minimum(times, last)], daily[last] + (times - last) * rate)
        return risk[:, None] * at
    return cumulative_hazard


def first_days(hazard):
    """hazard (cases, days from 0): for each level the first day by which the distribution reaches it."""
    need = -np.log(1 - LEVELS / 100)
    return np.stack([np.minimum((hazard < n - 1e-9).sum(1), hazard.shape[1]) for n in need], 1)


AHEAD = np.arange(0, 1001)


def cox(known, rows):
    frame = known.columns(np.arange(len(known.cases)), known.end)
    days, came = np.minimum(known.decided, known.end) - known.received, known.decided <= known.end
    answer = fit_cox(Design(frame, landmark=False), frame, np.maximum(days, 0.5), came)

    def ask():
        frame_now, waited = frame.loc[rows], known.end - known.received[rows]
        hazard = answer(frame_now, AHEAD[None] + waited[:, None])
        return first_days(hazard - hazard[:, :1])
    return ask


def cox_landmark(known, rows):
    past = known.landmarks()
    answers = {}
    for state, part in past.groupby("state"):
        answers[state] = fit_cox(Design(part, landmark=True), part, part.remained.values, part.came.values)

    def ask():
        now, out = known.columns(rows, known.end), np.empty((len(rows), len(LEVELS)))
        for state, part in now.groupby("state"):
            out[now.state.values == state] = first_days(answers[state](part, AHEAD[None]))
        return out
    return ask


def km_state(known, rows):
    from sksurv.nonparametric import kaplan_meier_estimator
    curves = {}
    for state, part in known.landmarks().groupby("state"):
        days, survival = kaplan_meier_estimator(part.came.values, part.remained.values)
        curves[state] = -np.log(np.maximum(np.r_[1.0, survival][np.searchsorted(days, AHEAD, "right")], 1e-9))

    def ask():
        return first_days(np.stack([curves[s] for s in known.columns(rows, known.end).state]))
    return ask


EDGES = np.array([0, 3, 7, 11, 15, 20, 25, 30, 36, 42, 49, 56, 64, 72, 81, 91, 102, 115, 130, 150, 175, 210, 260, 330, 420.0])
CATEGORIES = ["office", "district", "street", "use", "channel", "state"]


def lightgbm(known, rows, load=False):
    import lightgbm as lgb
    past = known.landmarks()
    values = {name: {v: i for i, v in enumerate(sorted(past[name].unique()))} for name in CATEGORIES}

    def matrix(frame):
        frame = frame.drop(columns=["remained", "came"] + ([] if load else ["ahead", "line_days"]), errors="ignore")
        frame = frame.assign(**{name: frame[name].map(of).astype(float) for name, of in values.items()})
        names = list(frame.columns)
        return frame.astype(float).values, [names.index(name) for name in CATEGORIES]
    x, categories = matrix(past)
    remained, came = past.remained.values, past.came.values
    xs, ys, bins = [], [], len(EDGES) - 1
    for k in range(bins):
        ended = (remained > EDGES[k]) & (remained <= EDGES[k + 1]) & came
        at_risk = ended | (remained >= EDGES[k + 1])  # a case censored inside a period is left out of it
        xs.append(np.column_stack([x[at_risk], np.full(at_risk.sum(), k)]))
        ys.append(ended[at_risk])
    settings = dict(objective="binary", learning_rate=0.05, num_leaves=31, min_data_in_leaf=100, lambda_l2=5, feature_fraction=0.7,
                    verbosity=-1, num_threads=1, seed=1, deterministic=True)
    model = lgb.train(settings, lgb.Dataset(np.vstack(xs), np.concatenate(ys), categorical_feature=categories), 200)

    def ask():
        now = matrix(known.columns(rows, known.end))[0]
        hazard = np.stack([model.predict(np.column_stack([now, np.full(len(now), k)])) for k in range(bins)], 1)
        total = np.c_[np.zeros(len(now)), np.cumsum(-np.log1p(-np.clip(hazard, 0, 0.999)), 1)]
        # The hazard is constant inside a period, and after the last one.
        out, need = np.empty((len(now), len(LEVELS))), -np.log(1 - LEVELS / 100)
        rate = np.maximum(total[:, -1] - total[:, -4], 1e-4) / (EDGES[-1] - EDGES[-4])
        for i, of_case in enumerate(total):
            out[i] = np.where(need <= of_case[-1], np.interp(need, of_case, EDGES), EDGES[-1] + (need - of_case[-1]) / rate[i])
        return out
    return ask


def myprogress(program, history, as_of, ids):
    with tempfile.TemporaryDirectory() as folder:
        common = ["--history", str(history), "--models", f"{folder}/models", "--as-of", f"{as_of:%Y-%m-%d}"]
        started = time.perf_counter()
        subprocess.run([program, "train", *common], check=True, stdout=subprocess.DEVNULL)
        trained = time.perf_counter()
        subprocess.run([program, "estimate", *common, "--output", f"{folder}/estimates.parquet"], check=True, stdout=subprocess.DEVNULL)
        asked = time.perf_counter()
        answers = pd.read_parquet(f"{folder}/estimates.parquet").set_index("case_id")
    quantiles = answers.reindex(ids)[[f"decision_q{level:02d}" for level in LEVELS]].values.astype(float)
    if np.isnan(quantiles).any():
        sys.exit(f"{np.isnan(quantiles[:, 0]).sum()} of {len(ids)} pending cases have no estimate of the decision")
    return quantiles, trained - started, asked - trained


def concordance(said, days, horizon):
    """Harrell's C: pairs whose order is known, because the earlier one has an event."""
    order, pairs, right = np.argsort(days), 0, 0.0
    said, days = said[order], days[order]
    for i in np.flatnonzero(days <= horizon):
        later = said[np.searchsorted(days, days[i], "right"):]
        pairs += len(later)
        right += (later > said[i]).sum() + 0.5 * (later == said[i]).sum()
    return right / max(pairs, 1)


def crps(quantiles, days, horizon):
    off = np.minimum(days, horizon)[:, None] - np.minimum(quantiles, horizon)
    return 2 * np.maximum(LEVELS / 100 * off, (LEVELS / 100 - 1) * off).mean(1)


def at_date(given, cases, actions, as_of, extracted_on):
    known = Known(cases, actions, as_of)
    rows = known.pending(known.end)
    ids = known.cases.case_id.values[rows]
    horizon = (extracted_on - as_of).days
    ended = actions[actions.action.isin(TERMINAL)].groupby("case_id").occurred_on.min()
    days = ((ended.reindex(ids) - as_of).dt.days.fillna(horizon + 1)).values
    table, losses = [], {}
    for name in given.methods:
        started = time.perf_counter()
        if name == "myprogress":
            quantiles, fit, asked = myprogress(given.program, given.history, as_of, ids)
        else:
            ask = lightgbm(known, rows, load=True) if name == "lightgbm_load" else globals()[name](known, rows)
            fitted = time.perf_counter()
            quantiles = ask()
            fit, asked = fitted - started, time.perf_counter() - fitted
        seen, cut = np.minimum(days, horizon), np.minimum(quantiles, horizon)
        losses[name] = crps(quantiles, days, horizon)
        above = losses[name] - losses.get("myprogress", np.nan)
        table.append(dict(as_of=f"{as_of:%Y-%m-%d}", method=name, n=len(rows), crps=losses[name].mean(), above=above.mean(),
                          se=above.std(ddof=1) / len(rows) ** 0.5, C=concordance(quantiles[:, 9], days, horizon),
                          below=(seen < cut[:, 1]).mean(), covered=((seen >= cut[:, 1]) & (seen <= cut[:, 17])).mean(), fit=fit, ask=asked))
    return table


def lost(table):
    """The dates on which myprogress is behind a Cox model, with what it lost."""
    found = []
    for as_of, of_date in table.groupby("as_of"):
        of_date = of_date.set_index("method")
        ours, peers = of_date.loc["myprogress"], of_date.loc[of_date.index.isin(COX)]
        if ours.crps > peers.crps.min():
            found.append(f"{as_of}: CRPS {ours.crps:.2f}, above {peers.crps.idxmin()} with {peers.crps.min():.2f}")
        if ours.C < peers.C.max():
            found.append(f"{as_of}: C {ours.C:.3f}, below {peers.C.idxmax()} with {peers.C.max():.3f}")
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("history", type=pathlib.Path)
    parser.add_argument("--as-of", required=True, type=lambda text: [pd.Timestamp(t) for t in text.split(",")])
    parser.add_argument("--program", default="myprogress")
    parser.add_argument("--methods", default=METHODS, type=lambda text: text.split(","))
    parser.add_argument("--output", help="also write the table to this CSV file")
    parser.add_argument("--require", action="store_true", help="fail if a Cox model is better on some date")
    given = parser.parse_args()
    if unknown := set(given.methods) - set(METHODS):
        parser.error(f"unknown methods {sorted(unknown)}; known are {METHODS}")
    if given.require and not ("myprogress" in given.methods and set(COX) & set(given.methods)):
        parser.error("--require compares myprogress with a Cox model; give both in --methods")
    warnings.filterwarnings("ignore", category=FutureWarning)
    cases, actions = pd.read_parquet(given.history / "cases.parquet"), pd.read_parquet(given.history / "actions.parquet")
    cases["received_on"], actions["occurred_on"] = pd.to_datetime(cases.received_on), pd.to_datetime(actions.occurred_on)
    extracted_on = pd.Timestamp(json.loads((given.history / "history.json").read_text())["extracted_on"])
    table = pd.DataFrame([row for as_of in given.as_of for row in at_date(given, cases, actions, as_of, extracted_on)])
    shown = table.rename(columns={"above": "above ours", "se": "+-"})
    print(shown.round({"crps": 2, "above ours": 2, "+-": 2, "C": 3, "below": 2, "covered": 2, "fit": 1, "ask": 2}).to_string(index=False))
    if given.output:
        table.to_csv(given.output, index=False)
    if set(COX) & set(given.methods) and "myprogress" in given.methods:
        behind = lost(table)
        print("\n".join(behind) or "On every date the CRPS is at most that of the Cox models, and C at or above theirs.")
        if behind and given.require:
            sys.exit(1)


if __name__ == "__main__":
    main()
