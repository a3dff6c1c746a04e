"""Known answers from scikit-survival 0.28.0 (numpy 2.4): run `python make.py > scikit_survival.json`.

The case is small, with tied times, censoring and late entries, and is drawn with a fixed seed.
"""

import json

import numpy as np
from sksurv.metrics import brier_score, concordance_index_censored, concordance_index_ipcw, integrated_brier_score
from sksurv.nonparametric import cumulative_incidence_competing_risks, kaplan_meier_estimator
from sksurv.util import Surv

rng = np.random.default_rng(20220630)


def draw(n):
    x = rng.normal(size=n)
    time = np.ceil(rng.exponential(np.exp(3 - 0.7 * x)))
    censoring = np.ceil(rng.uniform(1, 60, n))
    return x, np.minimum(time, censoring), time <= censoring


x_train, time_train, event_train = draw(300)
x_test, time_test, event_test = draw(150)
train, test = Surv.from_arrays(event_train, time_train), Surv.from_arrays(event_test, time_test)
times = np.arange(2.0, 31.0, 4.0)
survival = np.exp(-times[None, :] / np.exp(2.9 - 0.6 * x_test)[:, None])
risk = np.round(x_test, 1)

entry = np.minimum(np.floor(rng.uniform(0, 12, 300)), time_train - 1)
at, chance = kaplan_meier_estimator(event_train, time_train, time_enter=entry)
cause = np.where(event_train, rng.integers(1, 4, 300), 0)
at_cause, incidence = cumulative_incidence_competing_risks(cause, time_train)

print(json.dumps({
    "train": {"time": time_train.tolist(), "event": event_train.tolist(), "entry": entry.tolist(), "cause": cause.tolist()},
    "test": {"time": time_test.tolist(), "event": event_test.tolist(), "risk": risk.tolist()},
    "times": times.tolist(),
    "survival": survival.tolist(),
    "brier": brier_score(train, test, survival, times)[1].tolist(),
    "integrated_brier": float(integrated_brier_score(train, test, survival, times)),
    "harrell": float(concordance_index_censored(event_test, time_test, risk)[0]),
    "uno": float(concordance_index_ipcw(train, test, risk)[0]),
    "kaplan_meier": {"time": at.tolist(), "survival": chance.tolist()},
    "aalen_johansen": {"time": at_cause.tolist(), "incidence": incidence.tolist()},
}))
