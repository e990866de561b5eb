"""Who may see what goes beyond counts: `authority/access.yaml`. Whoever is not named may not."""

from pathlib import Path

from readiness.profile import Strict, read_yaml

FILE = "access.yaml"


class Access(Strict):
    """quarantine: names of the Airflow users who may see the working list of rows in quarantine. case_lists: of those
    who may take the case lists of a report with them; at the command line the name of the login counts."""

    quarantine: tuple[str, ...] = ()
    case_lists: tuple[str, ...] = ()

    def may_see_quarantine(self, user: str | None) -> bool:
        """Names are compared as they are written; a user without a name sees nothing."""
        return bool(user) and user in self.quarantine

    def may_see_case_lists(self, user: str | None) -> bool:
        return bool(user) and user in self.case_lists


def load_access(authority: Path) -> Access:
    """Without the file nobody may. Raises ReadinessError if the file names anything that is not known."""
    file = authority / FILE
    return read_yaml(file, Access) if file.exists() else Access()
