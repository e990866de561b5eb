"""Four indicators in pandas, as someone who knows it well would write them: whole columns, no loop over rows.

`python by_pandas.py FOLDER AS_AT` is what compare.py measures.

Reads only the columns it needs, from Parquet files of the same records. Gives one row per indicator, month and scope.
"""

import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from readiness import calendar
from readiness.profile import WorkingDays

INDICATORS = (
    "assessment_from_start_in_time",
    "protection_visit_in_time",
    "case_note_recorded_in_time",
    "caseload_per_worker",
)
COUNTS = ["numerator", "denominator", "running", "overdue", "median", "p90"]
VISIT_LIMIT, ASSESSMENT_LIMIT, NOTE_LIMIT, LEAST_SHARE = 10, 45, 5, 0.2
EPOCH = np.datetime64("1990-01-01")


class Days:
    """Working days by position: a day is its number since 1990."""

    def __init__(self, as_at: date) -> None:
        days = calendar.days(date(1990, 1, 1), date(as_at.year + 2, 12, 31), WorkingDays())
        self.start, self.stop = days.start_number.to_numpy(np.int32), days.stop_number.to_numpy(np.int32)
        self.month = (days.month_number - days.month_number.iloc[0]).to_numpy(np.int16)
        self.names = days.month.drop_duplicates().to_numpy()
        last = np.flatnonzero(np.diff(self.month, append=-1))
        self.today = int((np.datetime64(as_at) - EPOCH).astype(int))
        self.month_end = np.minimum(last, self.today)
        self.this_month = int(self.month[self.today])

    def due_before(self, start: np.ndarray, limit: int | np.ndarray) -> np.ndarray:
        """The last day on which the count is still within the limit."""
        return np.searchsorted(self.stop, self.start[start] + limit, side="right") - 1


def numbers(days: pd.Series) -> np.ndarray:
    """Days since 1990; -1 for none."""
    found = days.to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(found), -1, (found - EPOCH).astype(np.int64)).astype(np.int32)


def by_pandas(folder: Path, as_at: date) -> pd.DataFrame:
    days, teams = Days(as_at), pd.read_parquet(folder / "teams.parquet", columns=["team_id", "area_id"])
    areas = teams.set_index("team_id").area_id
    parts = [
        pd.DataFrame(rows, columns=["month", "scope_type", "scope_id", *COUNTS]).assign(indicator=name)
        for name, rows in (
            ("assessment_from_start_in_time", assessments(folder, days, areas)),
            ("protection_visit_in_time", visits(folder, days, areas)),
            ("case_note_recorded_in_time", case_notes(folder, days, areas)),
            ("caseload_per_worker", caseload(folder, days, areas)),
        )
    ]
    return pd.concat(parts, ignore_index=True)


def scopes(rows: pd.DataFrame, areas: pd.Series) -> Iterator[pd.DataFrame]:
    """Counts by team, once for each scope that they count in."""
    yield rows.assign(scope_type="authority", scope_id="authority")
    known = rows[rows.team_id.isin(areas.index)]
    yield known.assign(scope_type="team", scope_id=known.team_id)
    yield known.assign(scope_type="area", scope_id=known.team_id.map(areas))


def scoped(rows: pd.DataFrame, areas: pd.Series) -> pd.DataFrame:
    return pd.concat(scopes(rows, areas), ignore_index=True)


SCOPE = ["month", "scope_type", "scope_id"]


def finished(rows: pd.DataFrame, limit: int, areas: pd.Series) -> pd.DataFrame:
    """Numerator, denominator, median and ninetieth percentile, from rows of team_id, month and elapsed."""
    counted = rows.groupby(["team_id", "month", "elapsed"], observed=True).size().rename("n").reset_index()
    counted["team_id"] = counted.team_id.astype(object)
    cells = scoped(counted, areas).groupby([*SCOPE, "elapsed"]).n.sum().reset_index()
    total = cells.groupby(SCOPE).n.transform("sum")
    reached = cells.groupby(SCOPE).n.cumsum()
    cells["in_time"] = np.where(cells.elapsed <= limit, cells.n, 0)
    summed = cells.groupby(SCOPE).agg(numerator=("in_time", "sum"), denominator=("n", "sum"))
    summed["median"] = cells[reached * 2 >= total].groupby(SCOPE).elapsed.first()
    summed["p90"] = cells[reached * 10 >= total * 9].groupby(SCOPE).elapsed.first()
    return summed


def stocks(team: np.ndarray, from_on: np.ndarray, until_on: np.ndarray, days: Days, name: str) -> pd.DataFrame:
    """How many are there on the last day of each month: from their first day to before `until_on`, by team."""
    first = np.searchsorted(days.month_end, from_on)
    end = np.minimum(np.searchsorted(days.month_end, until_on), days.this_month + 1)
    lasts = first < end
    flows = pd.concat(
        [
            pd.DataFrame({"team_id": team[lasts], "month": first[lasts], name: 1}),
            pd.DataFrame({"team_id": team[lasts], "month": end[lasts], name: -1}),
        ]
    )
    wide = flows.pivot_table(index="team_id", columns="month", values=name, aggfunc="sum", fill_value=0, observed=True)
    wide = wide.reindex(columns=range(days.this_month + 1), fill_value=0).cumsum(axis=1)
    long = wide.stack().rename(name).reset_index()
    return long[long[name] > 0]


def summed_stocks(parts: dict[str, pd.DataFrame], areas: pd.Series) -> pd.DataFrame:
    return pd.concat([scoped(rows, areas).groupby(SCOPE)[name].sum() for name, rows in parts.items()], axis=1)


def told(counts: pd.DataFrame, days: Days) -> pd.DataFrame:
    rows = counts.reindex(columns=COUNTS)
    rows[COUNTS[:4]] = rows[COUNTS[:4]].fillna(0)
    rows = rows.reset_index()
    rows["month"] = days.names[rows.month.to_numpy(int)]
    return rows


def assessments(folder: Path, days: Days, areas: pd.Series) -> pd.DataFrame:
    rows = pd.read_parquet(
        folder / "assessments.parquet", columns=["referral_id", "started_on", "authorised_on", "team_id"]
    )
    referrals = pd.read_parquet(folder / "referrals.parquet", columns=["referral_id", "closed_on", "team_id"])
    rows = rows.merge(referrals, on="referral_id", how="left", suffixes=("", "_referral"))
    team = rows.team_id.fillna(rows.team_id_referral).fillna("nobody's").to_numpy(object)
    start, stop, closed = numbers(rows.started_on), numbers(rows.authorised_on), numbers(rows.closed_on)
    withdrawn = np.where((stop < 0) & (closed >= start), closed, -1)
    is_done = stop >= start
    elapsed = days.stop[stop] - days.start[start]
    done = pd.DataFrame({"team_id": team, "month": days.month[stop], "elapsed": elapsed})[is_done]
    last = days.due_before(start, ASSESSMENT_LIMIT)
    end = np.where(stop >= 0, stop, np.where(withdrawn >= 0, withdrawn, days.today + 10_000))
    is_good = (stop < 0) | is_done
    open_work = {
        "running": stocks(team[is_good], start[is_good], np.minimum(end, last + 1)[is_good], days, "running"),
        "overdue": stocks(team[is_good], np.maximum(start, last + 1)[is_good], end[is_good], days, "overdue"),
    }
    counts = pd.concat([finished(done, ASSESSMENT_LIMIT, areas), summed_stocks(open_work, areas)], axis=1)
    return told(counts, days)


def case_notes(folder: Path, days: Days, areas: pd.Series) -> pd.DataFrame:
    rows = pd.read_parquet(
        folder / "record_audit.parquet",
        columns=["team_id", "occurred_on", "created_on", "occurred_at", "created_at", "entry_channel"],
        filters=[("record_type", "==", "case_note")],
    )
    rows = rows[(rows.entry_channel == "manual") & (rows.created_at >= rows.occurred_at)]
    start, stop = numbers(rows.occurred_on), numbers(rows.created_on)
    is_done = (stop >= start) & (stop <= days.today)
    done = pd.DataFrame(
        {
            "team_id": rows.team_id.astype("category").array[is_done],
            "month": days.month[start][is_done],
            "elapsed": (days.stop[stop] - days.start[start])[is_done],
        }
    )
    return told(finished(done, NOTE_LIMIT, areas), days)


def visits(folder: Path, days: Days, areas: pd.Series) -> pd.DataFrame:
    plans = pd.read_parquet(
        folder / "protection_plans.parquet", columns=["child_id", "referral_id", "started_on", "ended_on"]
    )
    referrals = pd.read_parquet(folder / "referrals.parquet", columns=["referral_id", "team_id"])
    plans = plans.merge(referrals, on="referral_id", how="left")
    from_on, ended = numbers(plans.started_on), numbers(plans.ended_on)
    until = np.where(ended >= 0, ended, days.today + 1)
    plans = plans.assign(plan=np.arange(len(plans)))[until > from_on]
    seen = pd.read_parquet(
        folder / "visits.parquet", columns=["child_id", "visited_on"], filters=[("is_seen", "==", True)]
    )
    seen = seen.merge(plans[["child_id", "plan"]], on="child_id")
    visit_on, plan = numbers(seen.visited_on), seen.plan.to_numpy()
    is_duty = (visit_on > from_on[plan]) & (visit_on < until[plan])
    width = days.today + 20_000
    anchors = np.unique(
        np.concatenate([plans.plan.to_numpy() * width + from_on[plans.plan], plan[is_duty] * width + visit_on[is_duty]])
    )
    plan, day = np.divmod(anchors, width)
    follows = np.append(plan[1:] == plan[:-1], False)
    horizon = until - 1
    after = np.where(follows, np.append(day[1:], 0), horizon[plan])
    window = np.maximum(1, -(-(days.stop[after] - days.start[day]) // VISIT_LIMIT))
    due = np.searchsorted(days.stop, days.start[day] + VISIT_LIMIT * window)
    last = days.due_before(day, VISIT_LIMIT * window)
    following = np.searchsorted(anchors, plan * width + last, side="right") - 1
    is_step = follows & ((window > 1) | (due <= horizon[plan]))
    reached = np.flatnonzero(np.append(True, plan[1:] != plan[:-1]))
    chain = [reached]
    while len(reached := following[reached[is_step[reached]]]):
        chain.append(reached)
    used = np.concatenate(chain)
    plan, day, after, window = plan[used], day[used], after[used], window[used]
    follows = follows[used]
    # One slot per window up to the one reached; of several, that one is no slot if something was done in it.
    place = np.arange(window.sum()) - np.repeat(np.cumsum(window) - window, window) + 1
    each = np.repeat(np.arange(len(window)), window)
    plan, day, after, window, follows = plan[each], day[each], after[each], window[each], follows[each]
    due = np.searchsorted(days.stop, days.start[day] + VISIT_LIMIT * place)
    last = days.due_before(day, VISIT_LIMIT * place)
    is_due = due <= horizon[plan]
    has_ended = ended[plan] >= 0
    in_time = is_due & follows & (window == 1)
    late = is_due & follows & (window > 1) & (place < window)
    overdue = is_due & ~follows & (has_ended | (days.today > last))
    counted = in_time | late | overdue
    team = np.full(len(from_on), None, dtype=object)
    team[plans.plan] = plans.team_id.fillna("nobody's")
    month = days.month[np.minimum(due, len(days.month) - 1)]
    slots = pd.DataFrame({"team_id": team[plan], "month": month, "in_time": in_time, "n": 1})[counted]
    by_team = slots.groupby(["team_id", "month"])[["in_time", "n"]].sum().reset_index()
    sums = scoped(by_team, areas).groupby(SCOPE)[["in_time", "n"]].sum()
    counts = sums.rename(columns={"in_time": "numerator", "n": "denominator"})
    # Children behind on a month's last day: any slot past its last day and not done by then.
    kept = plans.plan.to_numpy()
    is_late = late | overdue
    first = np.searchsorted(days.month_end, last[is_late] + 1)
    end = np.searchsorted(days.month_end, np.where(follows, after, until[plan])[is_late])
    end = np.minimum(end, np.searchsorted(days.month_end, until[plan][is_late]))
    end = np.minimum(end, days.this_month + 1)
    span = np.maximum(end - first, 0)
    months = np.repeat(first, span) + np.arange(span.sum()) - np.repeat(np.cumsum(span) - span, span)
    behind = np.unique(np.repeat(plan[is_late], span) * 1000 + months)
    behind_rows = pd.DataFrame({"team_id": team[behind // 1000], "month": behind % 1000, "overdue": 1})
    overdue_stock = behind_rows.groupby(["team_id", "month"]).overdue.sum().reset_index()
    open_stock = stocks(team[kept], from_on[kept], np.where(ended >= 0, ended, days.today + 10_000)[kept], days, "open")
    both = summed_stocks({"open": open_stock, "overdue": overdue_stock}, areas).fillna(0)
    counts = pd.concat([counts, both.assign(running=both.open - both.overdue)], axis=1)
    return told(counts, days)


def caseload(folder: Path, days: Days, areas: pd.Series) -> pd.DataFrame:
    held = pd.read_parquet(
        folder / "involvements.parquet",
        columns=["worker_id", "child_id", "started_on", "ended_on"],
        filters=[("role", "==", "Allocated Case Worker")],
    )
    workers = pd.read_parquet(
        folder / "professionals.parquet", columns=["worker_id", "team_id", "full_time_equivalency"]
    )
    start, ended = numbers(held.started_on), numbers(held.ended_on)
    first = np.searchsorted(days.month_end, start)
    end = np.searchsorted(days.month_end, np.where(ended >= 0, ended, days.today + 10_000))
    span = np.maximum(np.minimum(end, days.this_month + 1) - first, 0)
    months = np.repeat(first, span) + np.arange(span.sum()) - np.repeat(np.cumsum(span) - span, span)
    worker = pd.Categorical(held.worker_id, categories=workers.worker_id).codes.astype(np.int64)
    child = pd.factorize(held.child_id)[0].astype(np.int64)
    cells = np.unique((months * len(workers) + np.repeat(worker, span)) * (child.max() + 1) + np.repeat(child, span))
    pair, child = np.divmod(cells, child.max() + 1)
    month, worker = np.divmod(pair, len(workers))
    share = workers.full_time_equivalency.to_numpy()
    rows = pd.DataFrame(
        {
            "month": month,
            "worker": worker,
            "child": child,
            "amount": share[worker],
            "team_id": workers.team_id.to_numpy(object)[worker],
        }
    )
    parts = []
    for scope in scopes(rows[rows.amount >= LEAST_SHARE], areas):
        children = scope.drop_duplicates([*SCOPE, "child"]).groupby(SCOPE).size().rename("numerator")
        each = scope.groupby([*SCOPE, "worker"]).agg(n=("child", "size"), amount=("amount", "max")).reset_index()
        each["ratio"] = each.n / each.amount
        each = each.sort_values([*SCOPE, "ratio"])
        place, total = each.groupby(SCOPE).cumcount() + 1, each.groupby(SCOPE).ratio.transform("size")
        middle = each[place * 2 >= total].groupby(SCOPE).ratio.first().rename("median")
        most = each[place * 10 >= total * 9].groupby(SCOPE).ratio.first().rename("p90")
        shares = each.groupby(SCOPE).amount.sum().rename("denominator")
        parts.append(pd.concat([children, shares, middle, most], axis=1))
    return told(pd.concat(parts), days)


if __name__ == "__main__":
    where, day = sys.argv[1:]
    began, spent = time.perf_counter(), time.process_time()
    by_pandas(Path(where), date.fromisoformat(day)).to_parquet(Path(where) / "pandas.answer")
    print(time.perf_counter() - began, time.process_time() - spent)
