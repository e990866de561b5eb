"""Who receives which copy of the report: `authority/recipients.yaml`."""

from email.errors import HeaderParseError
from email.headerregistry import Address
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from readiness.profile import Strict, read_yaml
from readiness.report import Audience

FILE = "recipients.yaml"


def _address(text: str) -> str:
    """One plain e-mail address in lower-case ASCII, without a display name."""
    text = text.strip()
    try:
        parsed = Address(addr_spec=text)
    except (HeaderParseError, ValueError, IndexError):
        parsed = None
    if parsed is None or not parsed.username or not parsed.domain or not text.isascii() or not text.isprintable():
        raise ValueError("not an e-mail address; write it as name@example.gov.uk")
    return text.lower()


def _domain(text: str) -> str:
    text = text.strip().lower()
    if "@" in text or "." not in text or not text.isascii():
        raise ValueError("not a domain; write it as example.gov.uk, without @")
    return text


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be one line of plain text")
    return text.strip()


def _several(given: object) -> list[str]:
    """One id or name, or several; YAML reads an id of digits as a number."""
    return [str(each).strip() for each in (given if isinstance(given, list | tuple) else [given])]


Mailbox = Annotated[str, AfterValidator(_address)]
Domain = Annotated[str, AfterValidator(_domain)]
Line = Annotated[str, AfterValidator(_one_line)]
Places = Annotated[tuple[Line, ...], BeforeValidator(_several)]


class Recipient(Strict):
    """One person or mailbox. The name is how the mail addresses them.

    role: whose copy they get (`report.copies`); without one, the copy that may be passed on, which tells least.
    scope: ids or names of the areas or teams whose figures the copy holds, for these two roles and for no other.
    """

    name: Line
    address: Mailbox
    role: Audience = "shared"
    scope: Places = ()

    @property
    def audience_in_words(self) -> str:
        """'director', or 'area: North, East'."""
        return f"{self.role}: {', '.join(self.scope)}" if self.scope else self.role

    @model_validator(mode="after")
    def _have_a_scope_if_the_role_takes_one(self) -> "Recipient":
        if self.role in ("area", "team") and not self.scope:
            raise ValueError(f"the role '{self.role}' needs a scope: the id or name of the {self.role}, or a list")
        if self.role not in ("area", "team") and self.scope:
            raise ValueError(f"the role '{self.role}' takes no scope; only area and team do")
        return self


class Recipients(Strict):
    """`recipients.yaml`. Every address, the redirect's too, must lie in an allowed domain; subdomains are listed apart.

    redirect_all_to: while it is set, every copy goes there and nowhere else (for trying things out).
    data_team: who is told, in counts only, when a feed could not be loaded.
    """

    sender: Mailbox | None = Field(default=None, alias="from")
    allowed_domains: tuple[Domain, ...]
    redirect_all_to: Mailbox | None = None
    data_team: tuple[Mailbox, ...] = ()
    recipients: tuple[Recipient, ...] = ()

    @model_validator(mode="after")
    def _stay_within_allowed_domains(self) -> "Recipients":
        addressees = {entry.address: entry.name for entry in self.recipients}
        if len(addressees) < len(self.recipients):
            raise ValueError("an address is listed more than once; each recipient gets one copy")
        addressees |= dict.fromkeys(self.data_team, "data_team")
        if self.redirect_all_to:
            addressees[self.redirect_all_to] = "redirect_all_to"
        outside = [f"{name} (@{domain_of(a)})" for a, name in addressees.items() if not self.allows(a)]
        if outside:
            raise ValueError(
                f"outside allowed_domains: {', '.join(outside)}. Correct the address, or add the domain to "
                "allowed_domains if it is your own"
            )
        return self

    def allows(self, address: str) -> bool:
        return domain_of(address) in self.allowed_domains


def domain_of(address: str) -> str:
    return address.rpartition("@")[2]


def load_recipients(authority: Path) -> Recipients:
    return read_yaml(authority / FILE, Recipients)
