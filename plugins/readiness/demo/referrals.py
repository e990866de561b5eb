"""Families that are referred, month by month, and come back; and the referrals of their children."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, identifiers, pick, whole
from readiness.demo.county import County
from readiness.demo.courses import new_courses, running_courses
from readiness.demo.days import DAY, NEVER, WorkingCalendar, at_any_hour, at_midnight, days_later, in_office_hours, on
from readiness.demo.front_door import SHARE_IN_OFFICE_HOURS, SOURCES, arrival_days, decide
from readiness.demo.history import Change, versions
from readiness.periods import Month

FAMILY_SIZES = {1: 0.55, 2: 0.26, 3: 0.12, 4: 0.05, 5: 0.02}
MEAN_FAMILY_SIZE = sum(size * share for size, share in FAMILY_SIZES.items())
SHARE_RETURNING = 0.14  # re-referrals within twelve months; Staffordshire 14.1 percent in the year to March 2024
LONGEST_CARRIED_OVER = 27  # months before go-live in which carried-over referrals were made
NEED_CODES = {"N1": 52, "N2": 9, "N3": 4, "N4": 9, "N5": 15, "N6": 3, "N7": 1, "N8": 4, "N9": 2, "N0": 1}
CLOSE_REASONS = {"RC1": 2, "RC3": 3, "RC4": 1, "RC5": 6, "RC6": 2, "RC7": 70, "RC9": 10}
FAMILY_COLUMNS = ["area", "assessment_team", "safeguarding_team", "children"]


@dataclass(frozen=True)
class Referred:
    """families: area, assessment_team, safeguarding_team (names), children (how many), first_child. episodes: one row
    per referral of a family, see `courses`, with family, source_code, decision_team. children: one row per episode and
    child: episode, child, child_id, referral_id. Families, episodes and children are numbered by their place."""

    families: pd.DataFrame
    episodes: pd.DataFrame
    children: pd.DataFrame

    @property
    def rows(self) -> pd.DataFrame:
        """Every child's referral with what is known of its episode."""
        return self.children.merge(self.episodes, left_on="episode", right_index=True, sort=False)


def referred(county: County, calendar: WorkingCalendar) -> Referred:
    rng = generator(county.seed, "referrals")
    families = _running_families(rng, county)
    chunks = [running_courses(rng, county, calendar, families)]
    known = [families[FAMILY_COLUMNS]]
    open_until, referred_on = chunks[0].closed_on.to_numpy(DAY), chunks[0].contacted_at.to_numpy(DAY)
    for month in county.months:
        wanted = whole(rng, county.size.referrals_by_month[month.number - 1] * county.scale * rng.normal(1, 0.015))
        first_on = np.datetime64(str(month), "D")
        came_lately = (open_until < first_on) & (referred_on > first_on - np.timedelta64(345, "D"))
        returning = _some(rng, np.flatnonzero(came_lately), SHARE_RETURNING * wanted / MEAN_FAMILY_SIZE)
        sizes = np.concatenate([frame.children.to_numpy() for frame in known])
        fresh = draw_families(rng, county, wanted - sizes[returning].sum())
        numbers = rng.permutation(np.concatenate([returning, len(sizes) + np.arange(len(fresh))]))
        known.append(fresh)
        everyone = pd.concat(known, ignore_index=True)
        arrivals = _arrivals(rng, county, calendar, everyone.iloc[numbers].rename_axis("family").reset_index(), month)
        chunk = new_courses(rng, county, calendar, arrivals)
        nothing_yet = np.full(len(fresh), NEVER, dtype=DAY)
        open_until, referred_on = np.append(open_until, nothing_yet), np.append(referred_on, nothing_yet)
        open_until[chunk.family.to_numpy()] = chunk.closed_on.to_numpy(DAY)
        referred_on[chunk.family.to_numpy()] = chunk.contacted_at.to_numpy(DAY)
        chunks.append(chunk)
    episodes = pd.concat(chunks, ignore_index=True)
    everyone = number_children(everyone[FAMILY_COLUMNS], first_child=0)
    return Referred(everyone, episodes, _children(everyone, episodes))


def number_children(families: pd.DataFrame, first_child: int) -> pd.DataFrame:
    """Adds first_child: children are numbered family by family."""
    return families.assign(first_child=first_child + families.children.cumsum() - families.children)


def child_ids(children: np.ndarray) -> np.ndarray:
    """The case system's ids of children by their number."""
    return (1_000_003 + 7 * children).astype(str).astype(object)


def expand(families: pd.DataFrame, family: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For rows about families, one row per child: the position of the row, and the number of the child."""
    counts = families.children.to_numpy()[family]
    position = np.repeat(np.arange(len(family)), counts)
    within = np.arange(len(position)) - np.repeat(np.cumsum(counts) - counts, counts)
    return position, families.first_child.to_numpy()[family[position]] + within


def draw_families(rng: np.random.Generator, county: County, children: int) -> pd.DataFrame:
    """Families with `children` children in all, each with its area and the teams that would work with it."""
    sizes = pick(rng, FAMILY_SIZES, int(max(children, 0)) + 1).astype(int)
    reached = np.cumsum(sizes)
    count = int(np.searchsorted(reached, children, side="left")) + 1 if children > 0 else 0
    sizes = sizes[:count]
    if count:
        sizes[-1] -= reached[count - 1] - children
    areas = rng.integers(0, len(county.size.areas), count)
    numbers = rng.integers(0, county.size.teams_per_area, (count, 2))
    by_area = _teams_by_area(county)
    return pd.DataFrame(
        {
            "area": np.array(county.size.areas, dtype=object)[areas],
            "assessment_team": by_area["assessment"][areas, numbers[:, 0]],
            "safeguarding_team": by_area["safeguarding"][areas, numbers[:, 1]],
            "children": sizes,
        }
    )


def referral_versions(county: County, found: Referred, first_worker: pd.DataFrame) -> pd.DataFrame:
    """`ssd_cin_episodes` with its history: entered when the contact was decided on; worker, transfer to the
    safeguarding team and closing are later versions.

    first_worker: by episode, worker_id and known_at of the first allocation."""
    rng = generator(county.seed, "referral rows")
    rows = found.rows.join(first_worker, on="episode")
    size = len(rows)
    team_ids = {team.name: team.team_id for team in county.teams}
    is_nfa = (rows.path == "nfa").to_numpy()
    assessing = np.where(is_nfa, county.teams[0].team_id, rows.assessment_team.map(team_ids))
    transferred_on = rows.transferred_on.to_numpy(DAY)
    has_moved = ~np.isnat(transferred_on)
    current = np.where(has_moved, rows.safeguarding_team.map(team_ids), assessing)
    referred_at = rows.contacted_at.to_numpy()
    reason = np.where(is_nfa, "RC8", pick(rng, CLOSE_REASONS, size))
    frame = pd.DataFrame(
        {
            "cine_referral_id": rows.referral_id,
            "cine_person_id": rows.child_id,
            "cine_referral_date": np.where(coin(rng, 0.7, size), at_midnight(on(referred_at)), referred_at),
            "cine_cin_primary_need_code": pick(rng, NEED_CODES, size),
            "cine_referral_source_code": rows.source_code,
            "cine_referral_source_desc": rows.source_code.map({code: words for code, (words, _) in SOURCES.items()}),
            "cine_referral_outcome_json": np.where(is_nfa, '{"OUTCOME_NFA_FLAG": "Y"}', '{"OUTCOME_NFA_FLAG": "N"}'),
            "cine_referral_nfa": np.where(is_nfa, "Y", "N"),
            "cine_close_reason": reason,
            "cine_close_date": at_midnight(rows.closed_on.to_numpy(DAY)),
            "cine_referral_team": current,
            "cine_referral_worker_id": rows.worker_id,
        }
    )
    moved_at = in_office_hours(rng, np.where(has_moved, transferred_on, np.datetime64("2000-01-01")))
    changes = [
        Change(("cine_close_date", "cine_close_reason"), rows.closed_known_at.to_numpy()),
        Change(("cine_referral_team",), np.where(has_moved, moved_at, NEVER), before=assessing),
        Change(("cine_referral_worker_id",), rows.known_at.to_numpy()),
    ]
    return versions(county, frame, rows.decided_at.to_numpy(), changes)


def _running_families(rng: np.random.Generator, county: County) -> pd.DataFrame:
    """Families whose cases run for long and were carried over: so many in every month before go-live that no such month
    looks like a complete one (half of the usual volume), because what had been closed by then is not there."""
    size = county.size
    months = min(LONGEST_CARRIED_OVER, max(len(county.months) - 4, 1))
    a_month = 0.43 * min(size.referrals_by_month) * months * county.scale
    plans = size.plans_open * county.scale
    others = max(min(a_month - plans, (size.looked_after_open + size.need_open) * county.scale), 0)
    looked_after = others * size.looked_after_open / (size.looked_after_open + size.need_open)
    wanted = {"protection": min(plans, a_month), "looked_after": looked_after, "need": others - looked_after}
    found = [draw_families(rng, county, whole(rng, count)).assign(path=path) for path, count in wanted.items()]
    families = pd.concat(found, ignore_index=True)
    # Spread over the months by children, not by chance: the mixed-up families take the days one after the other.
    families = families.iloc[rng.permutation(len(families))].reset_index(drop=True)
    ago = 12 + (families.children.cumsum() / max(families.children.sum(), 1)).to_numpy() * (months * 30.4 - 14)
    contacted_on = days_later(np.full(len(families), np.datetime64(county.first_on, "D")), -ago)
    return families.assign(
        family=np.arange(len(families)),
        source_code=_source_codes(rng, len(families)),
        decision_team=county.teams[0].team_id,
        contacted_at=in_office_hours(rng, contacted_on),
    )


def _arrivals(
    rng: np.random.Generator, county: County, calendar: WorkingCalendar, families: pd.DataFrame, month: Month
) -> pd.DataFrame:
    contacted_at = at_any_hour(rng, arrival_days(rng, str(month), len(families)), SHARE_IN_OFFICE_HOURS)
    decisions = decide(rng, county, calendar, contacted_at)
    return families.assign(
        source_code=_source_codes(rng, len(families)),
        contacted_at=contacted_at,
        decided_at=decisions.decided_at,
        decision_team=decisions.team_id,
    )


def _children(families: pd.DataFrame, episodes: pd.DataFrame) -> pd.DataFrame:
    """One row per episode and child, in the order in which the referrals were entered."""
    episode, child = expand(families, episodes.family.to_numpy())
    order = np.argsort(episodes.decided_at.to_numpy()[episode], kind="stable")
    ids = {"child_id": child_ids(child[order]), "referral_id": identifiers(400_001, len(order))}
    return pd.DataFrame({"episode": episode[order], "child": child[order], **ids})


def _source_codes(rng: np.random.Generator, size: int) -> np.ndarray:
    return pick(rng, {code: count for code, (_, count) in SOURCES.items()}, size)


def _some(rng: np.random.Generator, candidates: np.ndarray, expected: float) -> np.ndarray:
    return rng.choice(candidates, size=min(len(candidates), whole(rng, expected)), replace=False)


def _teams_by_area(county: County) -> dict[str, np.ndarray]:
    """Team names by kind, as a table of areas and the teams in each."""
    shape = (len(county.size.areas), county.size.teams_per_area)
    return {
        kind: np.array([team.name for team in county.teams if team.kind == kind], dtype=object).reshape(shape)
        for kind in ("assessment", "safeguarding")
    }
