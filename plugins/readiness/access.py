"""Who may see what goes beyond counts: `authority/access.yaml`. Whoever is not named may not."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import field_validator

from readiness.profile import Strict, read_yaml

FILE = "access.yaml"


class Places(Strict):
    """Areas and teams, by their ids."""

    areas: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()

    @field_validator("areas", "teams", mode="before")
    @classmethod
    def _as_text(cls, ids: object) -> object:
        """YAML reads 101 as a number."""
        return [str(id) for id in ids] if isinstance(ids, list) else ids

    def hold(self, team: str | None, areas: Mapping[str, str | None]) -> bool:
        """Whether a team belongs to them. areas: team -> its area. What is in no team belongs to nobody's places."""
        return bool(team) and (team in self.teams or areas.get(team) in self.areas)


class Access(Strict):
    """Names of Airflow users, compared as they are written; a user without a name may do nothing.

    approve: may approve a report before it is sent. quarantine: may see the working list of rows in quarantine.
    case_lists: who may see the cases behind the numbers, of all teams or of some. reidentify: of them, who may also ask
    which child or worker a hash is.
    """

    approve: tuple[str, ...] = ()
    quarantine: tuple[str, ...] = ()
    case_lists: dict[str, Literal["all"] | Places] = {}
    reidentify: tuple[str, ...] = ()

    def may_approve(self, user: str | None) -> bool:
        return bool(user) and user in self.approve

    def may_see_quarantine(self, user: str | None) -> bool:
        return bool(user) and user in self.quarantine

    def cases_of(self, user: str | None) -> Literal["all"] | Places | None:
        """Whose cases the user may see; None if nobody's."""
        return self.case_lists.get(user) if user else None

    def may_reidentify(self, user: str | None) -> bool:
        return bool(user) and user in self.reidentify and self.cases_of(user) is not None


def load_access(authority: Path) -> Access:
    """Without the file nobody may. Raises ReadinessError if the file names anything that is not known."""
    file = authority / FILE
    return read_yaml(file, Access) if file.exists() else Access()
