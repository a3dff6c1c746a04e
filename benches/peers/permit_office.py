"""Writes the history of a made-up office that decides on building permits.

usage: permit_office.py OUTPUT [--seed N] [--cases N] [--replace]

OUTPUT gets cases.parquet, actions.parquet, history.json and form.toml. The same seed writes the same history.

What a case passes through: five district offices have one line each. A case waits there until a reviewer takes it, so the wait
depends on the load. The office takes cases nearly in the order of receipt, small works a little earlier. Staff comes and goes,
and the office works more when its backlog grows. The technical review then lasts longer for large areas, for some uses and
districts, and for some streets, because the inspector of a street is fast or slow. The history does not say who the inspector
is. From 500 square metres a second review follows, which the history does not say either. A heritage building takes longer, most of all
in the old town. The office may ask for documents, once or more often, and waits for the applicant meanwhile.

The fee is a noisy function of the area and is always known. The area is missing for some cases.
"""
import argparse
import json
import pathlib

import numpy as np
import pandas as pd

START, END = pd.Timestamp("2022-01-01"), pd.Timestamp("2024-12-31")
WARM_UP = 365  # days before START that fill the lines; their cases are not in the history
DAYS = (END - START).days + 1
OFFICES = ["Centre", "North", "East", "South", "West"]
DISTRICTS, STREETS_PER_DISTRICT, INSPECTORS_PER_OFFICE = 60, 25, 6
TREES = ["Alder", "Ash", "Aspen", "Beech", "Birch", "Bramble", "Briar", "Cedar", "Cherry", "Chestnut", "Cypress", "Elder", "Elm",
         "Fern", "Fir", "Hawthorn", "Hazel", "Heather", "Holly", "Hornbeam", "Ivy", "Juniper", "Larch", "Laurel", "Lavender", "Lilac",
         "Lime", "Linden", "Magnolia", "Maple", "Medlar", "Myrtle", "Oak", "Olive", "Pear", "Pine", "Plane", "Plum", "Poplar", "Quince",
         "Rose", "Rowan", "Sloe", "Spruce", "Sycamore", "Thorn", "Walnut", "Willow", "Wisteria", "Yew"]
WAYS = ["Street", "Road", "Lane", "Avenue", "Way", "Close", "Court", "Drive", "Hill", "Gardens", "Grove", "Place", "Rise", "Row", "Square",
        "Terrace", "Walk", "Yard", "Bank", "Bridge", "Crescent", "End", "Gate", "Green", "Mews", "Parade", "Park", "Path", "Side", "View"]
#        use            share  median area  spread  log duration  fee factor
USES = [("dwelling",     0.30,       160,     0.45,      0.00,       1.0),
        ("extension",    0.27,        45,     0.50,     -0.20,       0.8),
        ("commercial",   0.12,       320,     0.80,      0.20,       1.4),
        ("industrial",   0.06,       700,     0.90,      0.30,       1.2),
        ("mixed",        0.07,       420,     0.70,      0.25,       1.3),
        ("public",       0.04,       500,     0.80,      0.15,       0.5),
        ("change_of_use", 0.10,      140,     0.70,      0.05,       0.9),
        ("demolition",   0.04,       180,     0.70,     -0.35,       0.6)]
CHANNELS, CHANNEL_SHARES = ["online", "agent", "counter", "post"], [0.52, 0.22, 0.16, 0.10]


def is_working(day):
    """Whether the office works on a day, counted from START (a Saturday)."""
    return (day + 5) % 7 < 5


def next_working(day):
    while not is_working(day):
        day += 1
    return day


def town(rng):
    """Districts with a place on the map, an office, and effects; streets with a district and an inspector."""
    x, y = np.meshgrid(np.linspace(-1, 1, 10), np.linspace(-1, 1, 6))
    x, y = x.ravel() + rng.normal(0, 0.05, DISTRICTS), y.ravel() + rng.normal(0, 0.08, DISTRICTS)
    from_centre = np.hypot(x, y)
    office = np.zeros(DISTRICTS, int)
    outer = np.argsort(from_centre)[DISTRICTS // 5:]
    quarter = np.where(np.abs(y[outer]) > np.abs(x[outer]), np.where(y[outer] > 0, 1, 3), np.where(x[outer] > 0, 2, 4))
    office[outer] = quarter
    old_town = np.exp(-(from_centre / 0.45) ** 2)
    effect = 0.22 * np.sin(1.6 * x + 0.8) - 0.15 * y + rng.normal(0, 0.12, DISTRICTS)
    weight = rng.lognormal(0, 0.5, DISTRICTS) * (1 + 0.6 * old_town)
    inspector_effect = rng.normal(0, 0.22, (len(OFFICES), INSPECTORS_PER_OFFICE))
    street_district = np.repeat(np.arange(DISTRICTS), STREETS_PER_DISTRICT)
    street_inspector = rng.integers(0, INSPECTORS_PER_OFFICE, len(street_district))
    street_effect = inspector_effect[office[street_district], street_inspector]
    street_weight = np.tile(1 / np.arange(1, STREETS_PER_DISTRICT + 1) ** 0.7, DISTRICTS)
    names = rng.permutation([f"{tree} {way}" for tree in TREES for way in WAYS])
    return dict(office=office, old_town=old_town, effect=effect, weight=weight / weight.sum(), street_effect=street_effect,
                street_weight=street_weight.reshape(DISTRICTS, -1), names=names)


def arrivals(rng, cases):
    """Days of receipt: busier in spring, growing slowly, on weekends only online."""
    days = np.arange(-WARM_UP, DAYS)
    working = np.array([is_working(d) for d in days])
    rate = (1 + 0.25 * np.sin(2 * np.pi * (days - 30) / 365.25)) * (1 + 0.08 * days / 365.25) * np.where(working, 1.0, 0.12)
    rate *= cases / rate[WARM_UP:].sum()
    return np.repeat(days, rng.poisson(rate))


def filings(rng, place, received):
    n = len(received)
    district = rng.choice(DISTRICTS, n, p=place["weight"])
    shares = np.cumsum(place["street_weight"], 1) / place["street_weight"].sum(1, keepdims=True)
    within = (rng.random(n)[:, None] > shares[district]).sum(1)
    use = rng.choice(len(USES), n, p=[u[1] for u in USES])
    of_use = lambda column: np.array([u[column] for u in USES])[use]
    channel = np.where([is_working(d) for d in received], rng.choice(4, n, p=CHANNEL_SHARES), 0)
    # A few filings are very large: a Pareto tail.
    area = of_use(2) * np.exp(of_use(3) * rng.normal(size=n)) * np.where(rng.random(n) < 0.03, 1 + rng.pareto(1.5, n), 1)
    area = np.clip(np.round(area, 1), 6, 60_000)
    fee = (90 + 2.2 * area ** 0.85 * of_use(5)) * np.exp(rng.normal(0, 0.25, n))
    fee = np.where(rng.random(n) < 0.03, 0, 5 * np.round(fee / 5))  # some are exempt
    heritage = rng.random(n) < 0.03 + 0.35 * place["old_town"][district]
    unsaid = rng.random(n) < np.array([0.03, 0.02, 0.10, 0.18])[channel]
    return pd.DataFrame(dict(received=received, district=district, office=place["office"][district], street=district * STREETS_PER_DISTRICT + within,
                             use=use, channel=channel, area=area, fee=fee, heritage=heritage, unsaid=unsaid, effort=of_use(4)))


def reviews_begin(rng, filed):
    """The day on which a reviewer takes each case: one line per office, capacity in units of work per working day."""
    small = (filed.area < 60) & ~filed.heritage
    turn = filed.received + rng.normal(0, 4, len(filed)) - 6 * small - 2 * (filed.channel == 0)
    turn, received = turn.values, filed.received.values
    work = (np.clip(filed.area.values, 20, 5000) / 150) ** 0.25
    begun = np.full(len(filed), np.inf)
    for office in range(len(OFFICES)):
        mine = np.flatnonzero(filed.office == office)
        by_day = {day: list(group) for day, group in pd.Series(mine).groupby(received[mine])}
        usual = work[mine].sum() / (WARM_UP + DAYS) * 7 / 5
        target = rng.uniform(22, 42)  # working days of work that the office is content to have in line
        staff, budget, line = 0.0, 0.0, []
        for day in range(-WARM_UP, DAYS):
            # What comes today is registered today, and a reviewer can take it tomorrow.
            line += by_day.get(day - 1, [])
            if not is_working(day):
                continue
            if day % 28 < 7 and not is_working(day - 1):
                staff = 0.8 * staff + rng.normal(0, 0.10)
            of_year = (START + pd.Timedelta(days=day)).day_of_year
            season = 0.72 if 205 <= of_year <= 240 else 0.5 if of_year >= 357 or of_year <= 3 else 1.06
            behind = work[line].sum() / usual / target - 1
            budget = min(budget, 0) + usual * season * np.exp(staff) * np.clip(1 + 0.35 * behind, 0.5, 1.5) * (1 + 0.04 * max(day, 0) / 365)
            line.sort(key=turn.__getitem__)
            taken = 0
            while taken < len(line) and budget > 0:
                budget -= work[line[taken]]
                begun[line[taken]] = day
                taken += 1
            line = line[taken:]
    return begun


def follow(rng, place, case, begun):
    """What happens to a case: (day, action), in order. Days after the extraction are cut off later."""
    events = [(case.received, "received")]
    withdrawn = case.received + 1 + rng.exponential(2200)
    area = np.clip(case.area, 10, 20_000)
    old = place["old_town"][case.district]
    log_days = (np.log(32) + 0.22 * np.log(area / 150) + case.effort + place["effect"][case.district] + place["street_effect"][case.street]
                + (0.15 + 0.5 * old) * case.heritage + 0.06 * ((case.received + 5) % 7 >= 3) + rng.normal(0, 0.38))
    left = np.exp(log_days) + (rng.lognormal(np.log(45), 0.35) if area >= 500 else 0)
    odds = (-1.1 + np.array([0.0, -0.4, 0.3, 0.6])[case.channel] + 0.7 * case.unsaid + 0.5 * case.heritage + 0.15 * np.log(area / 150))
    slow = 0.7 if case.channel == 1 else 1.0
    day, lapsed = begun, False
    if np.isfinite(begun):
        events.append((begun, "technical_review"))
        asks = rng.random() < 1 / (1 + np.exp(-odds))
        while asks and not lapsed:
            part = rng.uniform(0.15, 0.7) * left
            day, left = day + part, left - part
            events.append((day, "documents_requested"))
            answer = 1 + rng.lognormal(np.log(17 * slow), 0.7)
            lapsed = answer > 120
            day += min(answer, 120)
            if not lapsed:
                events.append((day, "documents_received"))
                asks = rng.random() < 0.2
        refused = rng.random() < 0.07 + 0.05 * (area >= 500) + 0.06 * case.heritage
        events.append((day + left, "denied" if refused else "approved") if not lapsed else (day, "withdrawn"))
    dated, last = [], case.received
    for day, action in events:
        if day > withdrawn:
            break
        last = max(last, next_working(int(np.ceil(day))) if action != "received" else case.received)
        dated.append((last, action))
    if dated[-1][1] not in ("approved", "denied", "withdrawn") and np.isfinite(withdrawn):
        dated.append((max(last, int(withdrawn)), "withdrawn"))
    return dated


FORM_HEAD = """# What the cases of the made-up permit office pass through.

form = "permit"
title = { en = "Building permit", es = "Permiso de obras" }

[[source]]
id = "OFFICE"
title = "benches/peers/permit_office.py, which makes this office up"

[[era]]
from = "2020-01-01"
checked_on = "2025-01-02"
source = ["OFFICE"]
"""
ATTRIBUTES = [("office", "District office", "Oficina de distrito"), ("district", "District", "Distrito"), ("street", "Street", "Vía"),
              ("use", "Use of the building", "Uso del edificio"), ("channel", "How it was filed", "Cómo se presentó"),
              ("is_heritage", "Protected building", "Edificio protegido"), ("floor_area_m2", "Floor area in square metres", "Superficie en metros cuadrados"),
              ("fee", "Fee", "Tasa")]
MILESTONES = [
    ("received", "Received", "Recibida", ["received"], [], ""),
    ("technical_review", "Technical review", "Revisión técnica", ["technical_review"], ["received"], "optional = true\n"),
    ("documents_requested", "Documents requested", "Documentos solicitados", ["documents_requested"], ["technical_review"],
     "optional = true\nrepeats = true\n"),
    ("documents_received", "Documents received", "Documentos recibidos", ["documents_received"], ["documents_requested"],
     "optional = true\nrepeats = true\n"),
    ("decision", "Decision", "Decisión", ["approved", "denied", "withdrawn"],
     ["received", "technical_review", "documents_requested", "documents_received"], "decision = true\n")]


def form_definition():
    dated = 'source = ["OFFICE"]\nchecked_on = "2025-01-02"\n'
    text = [FORM_HEAD]
    for name, en, es in ATTRIBUTES:
        # Cases of one office wait in one line.
        line = 'queue = true\nkind = "office"\n' if name == "office" else "queue = false\n"
        text.append(f'[[era.attribute]]\nname = "{name}"\nlabel = {{ en = "{en}", es = "{es}" }}\n{line}{dated}')
    for name, en, es, by, after, more in MILESTONES:
        text.append(f'[[era.milestone]]\nid = "{name}"\nlabel = {{ en = "{en}", es = "{es}" }}\nreached_by = {json.dumps(by)}\n'
                    f"follows = {json.dumps(after)}\n{more}{dated}")
    for name, en, es in [("approved", "Approved", "Aprobada"), ("denied", "Denied", "Denegada"), ("withdrawn", "Withdrawn", "Retirada")]:
        text.append(f'[[era.outcome]]\nid = "{name}"\nlabel = {{ en = "{en}", es = "{es}" }}\ndecided_by = ["{name}"]\n{dated}')
    return "\n".join(text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--replace", action="store_true", help="replace the history in OUTPUT")
    given = parser.parse_args()
    if (given.output / "history.json").exists() and not given.replace:
        parser.error(f"{given.output} already has a history; give --replace")
    rng = np.random.default_rng(given.seed)
    place = town(rng)
    filed = filings(rng, place, arrivals(rng, given.cases))
    begun = reviews_begin(rng, filed)
    date = lambda days: (START + pd.to_timedelta(days, unit="D")).date
    rows = []
    for case, start in zip(filed.itertuples(), begun):
        told = follow(rng, place, case, start)
        if case.received >= 0:
            rows += [(case.Index, action, day) for day, action in told if day < DAYS]
    kept = filed[filed.received >= 0]
    ids = {index: f"P{day:%y}-{number:05}" for number, (index, day) in enumerate(zip(kept.index, date(kept.received.values)), 1)}
    cases = pd.DataFrame(dict(
        case_id=[ids[i] for i in kept.index], form="permit", received_on=date(kept.received.values),
        office=np.array(OFFICES)[kept.office], district=[f"D{d + 1:02}" for d in kept.district], street=place["names"][kept.street],
        use=np.array([u[0] for u in USES])[kept.use], channel=np.array(CHANNELS)[kept.channel], is_heritage=kept.heritage.values,
        floor_area_m2=kept.area.where(~kept.unsaid).values, fee=kept.fee.values))
    actions = pd.DataFrame(dict(case_id=[ids[i] for i, _, _ in rows], action=[a for _, a, _ in rows], occurred_on=date([d for _, _, d in rows])))
    given.output.mkdir(parents=True, exist_ok=True)
    cases.to_parquet(given.output / "cases.parquet", index=False)
    actions.to_parquet(given.output / "actions.parquet", index=False)
    (given.output / "history.json").write_text(json.dumps(
        {"name": "permit office", "extracted_on": f"{END:%Y-%m-%d}", "kind": "simulated", "source": f"permit_office.py --seed {given.seed}"}, indent=2))
    (given.output / "form.toml").write_text(form_definition())
    print(f"{len(cases)} cases, {len(actions)} actions in {given.output}")


if __name__ == "__main__":
    main()
