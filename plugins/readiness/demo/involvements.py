"""Who works with a family: the allocated case workers, one after the other, and others beside them."""

from dataclasses import dataclass
from datetime import date
from heapq import heapify, heappop, heappush

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, identifiers
from readiness.demo.county import County
from readiness.demo.days import DAY, MOMENT, WorkingCalendar, days_later, in_office_hours, on
from readiness.demo.history import Change, versions
from readiness.demo.referrals import Referred
from readiness.demo.workforce import FAR_AWAY, Workforce

ALLOCATED = "Allocated Case Worker"
SHARE_PROMPTLY_ALLOCATED = 0.95
MEAN_DAYS_WITH_A_WORKER = 520
UNEVENNESS = 2.0  # children per full-time equivalent by which a manager misjudges who has room
SHARE_WITH_SUPPORT_WORKER = 0.12
SHARE_WITH_DUTY_WORKER = 0.10


@dataclass(frozen=True)
class TeamWorkers:
    """Who may hold a team's cases: positions in the workforce, days in post (whole numbers), and capacity (full-time
    equivalents; of a manager next to nothing)."""

    worker: np.ndarray
    from_on: np.ndarray
    until_on: np.ndarray
    capacity: np.ndarray


@dataclass(frozen=True)
class Allocations:
    """spells: who held a family's case: episode, worker (position in the workforce), team_id, from_on, until_on, sorted
    by episode and from_on."""

    spells: pd.DataFrame

    def worker_at(self, episodes: np.ndarray, days: np.ndarray) -> np.ndarray:
        """The position of the worker who held the case on that day; before the first spell the first, -1: nobody ever
        held it."""
        spells = self.spells
        starts = _sort_key(spells.episode.to_numpy(), spells.from_on.to_numpy(DAY))
        place = np.searchsorted(starts, _sort_key(episodes, days), side="right") - 1
        first = np.searchsorted(spells.episode.to_numpy(), episodes, side="left")
        place = np.clip(np.maximum(place, first), 0, len(spells) - 1)
        is_held = spells.episode.to_numpy()[place] == episodes
        return np.where(is_held, spells.worker.to_numpy()[place], -1)


def allocations(county: County, calendar: WorkingCalendar, found: Referred, staff: Workforce) -> Allocations:
    """Every accepted referral has a worker of its assessment team, soon after the decision; a case that goes on moves
    to the safeguarding team; a worker who leaves hands over."""
    rng = generator(county.seed, "allocations")
    pending = _phases(rng, county, calendar, found)
    children = found.episodes.children.to_numpy()
    team_workers, left_on = _by_team(staff), _days(_last_days(staff))
    live_on, ends_on = _day(county.first_on), _day(county.ends_on)
    queue = list(zip(_days(pending.from_on), pending.episode, pending.team_id, _days(pending.until_on), strict=True))
    heapify(queue)
    load, endings, spells = np.zeros(len(staff.workers)), [], []
    while queue:
        from_on, episode, team_id, until_on = heappop(queue)
        while endings and endings[0][0] <= from_on:
            _, worker, ended = heappop(endings)
            load[worker] -= ended
        worker = _choose(rng, team_workers[team_id], load, from_on)
        moved_on = max(from_on, live_on) + 60 + int(rng.exponential(MEAN_DAYS_WITH_A_WORKER))
        until = min(until_on, left_on[worker], _day(calendar.on_or_after(np.array([moved_on]).astype(DAY))[0]))
        spells.append((episode, worker, team_id, from_on, until))
        load[worker] += children[episode]
        heappush(endings, (until, worker, children[episode]))
        if until < until_on and until <= ends_on:
            heappush(queue, (until, episode, team_id, until_on))
    together = pd.DataFrame(spells, columns=["episode", "worker", "team_id", "from_on", "until_on"])
    together = together.assign(**{name: together[name].to_numpy().astype(DAY) for name in ("from_on", "until_on")})
    return Allocations(together.sort_values(["episode", "from_on"], kind="stable").reset_index(drop=True))


def first_workers(county: County, found: Allocations, staff: Workforce) -> pd.DataFrame:
    """By episode: worker_id of the first allocation, and known_at."""
    rng = generator(county.seed, "first workers")
    first = found.spells.drop_duplicates("episode").set_index("episode")
    known_at = in_office_hours(rng, first.from_on.to_numpy(DAY))
    return pd.DataFrame(
        {"worker_id": staff.workers.worker_id.to_numpy()[first.worker], "known_at": known_at}, first.index
    )


def involvement_versions(
    county: County, calendar: WorkingCalendar, found: Referred, held: Allocations, staff: Workforce
) -> pd.DataFrame:
    """`ssd_involvements`: entered when begun, ended some days after the fact."""
    rng = generator(county.seed, "involvement rows")
    spells = pd.concat(
        [held.spells.assign(role=ALLOCATED), _beside(rng, county, found, held, staff)], ignore_index=True
    )
    rows = spells.merge(found.children, on="episode", sort=False)
    rows = rows.sort_values(["from_on", "episode"], kind="stable").reset_index(drop=True)
    from_on, until_on = rows.from_on.to_numpy(DAY), rows.until_on.to_numpy(DAY)
    frame = pd.DataFrame(
        {
            "invo_involvements_id": identifiers(800_001, len(rows)),
            "invo_professional_id": np.append(staff.workers.worker_id, staff.outside_ids)[rows.worker],
            "invo_professional_role_id": rows.role,
            "invo_professional_team": rows.team_id,
            "invo_involvement_start_date": from_on,
            "invo_involvement_end_date": until_on,
            "invo_worker_change_reason": np.where(coin(rng, 0.5, len(rows)), "MANAGE", None),
            "invo_person_id": rows.child_id,
            "invo_referral_id": rows.referral_id,
        }
    )
    started_at = in_office_hours(rng, from_on)
    late = np.where(coin(rng, 0.85, len(rows)), 0, rng.integers(1, 12, len(rows)))
    ended_at = in_office_hours(rng, calendar.add(calendar.on_or_after(until_on), late)).astype(MOMENT)
    return versions(
        county, frame, started_at, [Change(("invo_involvement_end_date",), np.maximum(ended_at, started_at))]
    )


def _phases(rng: np.random.Generator, county: County, calendar: WorkingCalendar, found: Referred) -> pd.DataFrame:
    """Which team holds a family from when to when: episode, team_id, from_on, until_on."""
    episodes = found.episodes
    team_ids = {team.name: team.team_id for team in county.teams}
    is_prompt = coin(rng, SHARE_PROMPTLY_ALLOCATED, len(episodes))
    wait = np.where(is_prompt, coin(rng, 0.1, len(episodes)), rng.geometric(0.4, len(episodes)))
    allocated_on = calendar.add(calendar.on_or_after(on(episodes.decided_at.to_numpy())), wait)
    # Of what was carried over, most still says when it began; the rest begins somewhere on the way to the go-live.
    since = (np.datetime64(county.first_on) - allocated_on).astype(int)
    moved = days_later(allocated_on, rng.random(len(episodes)) * np.maximum(since - 2, 0))
    is_moved = episodes.is_migrated.to_numpy() & coin(rng, 0.1, len(episodes))
    allocated_on = calendar.on_or_after(np.where(is_moved, moved, allocated_on))
    transferred_on, closed_on = episodes.transferred_on.to_numpy(DAY), episodes.closed_on.to_numpy(DAY)
    goes_on = ~np.isnat(transferred_on)
    is_accepted = (episodes.path != "nfa").to_numpy()
    has_first = is_accepted & ~episodes.is_migrated.to_numpy()
    number = np.arange(len(episodes))
    assessing = pd.DataFrame(
        {
            "episode": number,
            "team_id": episodes.assessment_team.map(team_ids),
            "from_on": allocated_on,
            "until_on": np.where(goes_on, transferred_on, closed_on),
        }
    )[has_first]
    safeguarding = pd.DataFrame(
        {
            "episode": number,
            "team_id": episodes.safeguarding_team.map(team_ids),
            "from_on": np.where(episodes.is_migrated, allocated_on, transferred_on).astype(DAY),
            "until_on": closed_on,
        }
    )[goes_on]
    phases = pd.concat([assessing, safeguarding], ignore_index=True)
    return phases[phases.from_on < phases.until_on].reset_index(drop=True)


def _by_team(staff: Workforce) -> dict[str, TeamWorkers]:
    workers = staff.workers
    found = pd.DataFrame(
        {
            "team_id": workers.team_id,
            "worker": np.arange(len(workers)),
            "from_on": _days(workers.started_on),
            "until_on": _days(_last_days(staff)),
            "capacity": np.where(workers.is_case_holding, workers.fte, 1e-6),
        }
    )[(workers.role != "service manager").to_numpy()]
    return {
        team_id: TeamWorkers(*(rows[name].to_numpy() for name in ("worker", "from_on", "until_on", "capacity")))
        for team_id, rows in found.groupby("team_id")
    }


def _choose(rng: np.random.Generator, team: TeamWorkers, load: np.ndarray, day: int) -> int:
    """The case holder of the team in post on that day who has most room, more or less; else the team's manager."""
    is_there = (team.from_on <= day) & (day < team.until_on)
    holders = team.worker[is_there]
    fullness = (load[holders] + 1) / team.capacity[is_there] + rng.normal(0, UNEVENNESS, len(holders))
    return int(holders[np.argmin(fullness)])


def _last_days(staff: Workforce) -> np.ndarray:
    return staff.workers.left_on.fillna(pd.Timestamp(FAR_AWAY)).to_numpy(DAY)


def _days(days: pd.Series | np.ndarray) -> np.ndarray:
    """Days as whole numbers."""
    return np.asarray(days).astype(DAY).astype(int)


def _day(day: date | np.datetime64) -> int:
    return int(np.datetime64(day, "D").astype(int))


def _beside(
    rng: np.random.Generator, county: County, found: Referred, held: Allocations, staff: Workforce
) -> pd.DataFrame:
    """Others than the case holder: support workers without a post here, and First Response's duty workers."""
    spells, front_door = held.spells, np.flatnonzero(staff.workers.kind == "front_door")
    support = spells[coin(rng, SHARE_WITH_SUPPORT_WORKER, len(spells))]
    outside = len(staff.workers) + rng.integers(1, len(staff.outside_ids), len(support))
    support = support.assign(worker=outside, role="Family Support Worker")
    fresh = found.episodes[~found.episodes.is_migrated]
    fresh = fresh[coin(rng, SHARE_WITH_DUTY_WORKER, len(fresh))]
    received_on, decided_on = on(fresh.contacted_at.to_numpy()), on(fresh.decided_at.to_numpy())
    duty = pd.DataFrame(
        {
            "episode": fresh.index,
            "worker": _in_post(rng, staff, front_door, decided_on),
            "team_id": county.teams[0].team_id,
            "from_on": decided_on,
            "until_on": days_later(decided_on, 1),
            "role": "Duty Worker",
        }
    )
    return pd.concat([support, duty[received_on <= decided_on]], ignore_index=True)


def _in_post(rng: np.random.Generator, staff: Workforce, positions: np.ndarray, days: np.ndarray) -> np.ndarray:
    """For each day one of these workers who is in post on it, all as often; the first where nobody is."""
    started_on, until_on = staff.workers.started_on.to_numpy(DAY)[positions], _last_days(staff)[positions]
    is_there = (started_on <= days[:, None]) & (days[:, None] < until_on)
    return positions[np.argmax(is_there * (1 + rng.random(is_there.shape)), axis=1)]


def _sort_key(episodes: np.ndarray, days: np.ndarray) -> np.ndarray:
    return episodes.astype(np.int64) * 100_000 + days.astype(DAY).astype(int)
