"""Who works with a family: the allocated case workers, one after the other, and others beside them."""

from dataclasses import dataclass

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
SHARE_WITH_SUPPORT_WORKER = 0.12
SHARE_WITH_DUTY_WORKER = 0.10


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
    spells = []
    while len(pending):
        pending = pending.assign(worker=_choose(rng, staff, pending))
        left_on = staff.workers.left_on.to_numpy(DAY)[pending.worker]
        since = np.maximum(pending.from_on.to_numpy(DAY), np.datetime64(county.first_on))
        moved_on = days_later(since, 60 + rng.exponential(MEAN_DAYS_WITH_A_WORKER, len(pending)))
        ends_on = np.minimum(np.where(np.isnat(left_on), FAR_AWAY, left_on), calendar.on_or_after(moved_on))
        until_on = np.minimum(pending.until_on.to_numpy(DAY), ends_on)
        spells.append(pending.assign(until_on=until_on))
        goes_on = (until_on < pending.until_on.to_numpy(DAY)) & (until_on <= np.datetime64(county.ends_on))
        pending = pending.assign(from_on=until_on)[goes_on]
    columns = ["episode", "worker", "team_id", "from_on", "until_on"]
    together = pd.concat(spells)[columns].sort_values(["episode", "from_on"], kind="stable")
    return Allocations(together.reset_index(drop=True))


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
    wait = np.where(is_prompt, rng.integers(0, 2, len(episodes)), 1 + rng.geometric(0.4, len(episodes)))
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


def _choose(rng: np.random.Generator, staff: Workforce, pending: pd.DataFrame) -> np.ndarray:
    """A case holder of the team who is in post on the first day, full-timers more often; else the team's manager."""
    workers = staff.workers
    started_on, left_on = workers.started_on.to_numpy(DAY), workers.left_on.fillna(pd.Timestamp(FAR_AWAY)).to_numpy(DAY)
    weights = np.where(workers.is_case_holding, workers.fte, 1e-6)
    chosen = np.empty(len(pending), dtype=int)
    for team_id, places in pending.groupby("team_id").indices.items():
        candidates = np.flatnonzero((workers.team_id == team_id) & (workers.role != "service manager"))
        days = pending.from_on.to_numpy(DAY)[places][:, None]
        is_there = (started_on[candidates] <= days) & (days < left_on[candidates])
        shares = np.cumsum(is_there * weights[candidates], axis=1)
        drawn = rng.random((len(places), 1)) * shares[:, -1:]
        chosen[places] = candidates[np.argmax(shares > drawn, axis=1)]
    return chosen


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
            "worker": rng.choice(front_door, len(fresh)),
            "team_id": county.teams[0].team_id,
            "from_on": decided_on,
            "until_on": days_later(decided_on, 1),
            "role": "Duty Worker",
        }
    )
    return pd.concat([support, duty[received_on <= decided_on]], ignore_index=True)


def _sort_key(episodes: np.ndarray, days: np.ndarray) -> np.ndarray:
    return episodes.astype(np.int64) * 100_000 + days.astype(DAY).astype(int)
