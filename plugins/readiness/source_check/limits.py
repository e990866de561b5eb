"""What a kind of source cannot answer, whatever is in it: `sql/sources/<system>/limits.yaml`."""

from functools import cache

from readiness.profile import Strict, read_yaml
from readiness.settings import SQL


class Limits(Strict):
    """says: of the source as a whole. feeds: feed -> what it cannot say of that feed."""

    says: tuple[str, ...] = ()
    feeds: dict[str, str] = {}


@cache
def limits_of(system: str) -> Limits:
    """Empty for a system without such a file: it carries whatever it has tables for."""
    file = SQL / "sources" / system / "limits.yaml"
    return read_yaml(file, Limits) if file.exists() else Limits()
