"""Where the mails of a command go: the mail server that is set up, or a catcher on this machine."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

from readiness.delivery import SmtpSettings, catching
from readiness.settings import Settings

VARIABLE = "AIRFLOW_CONN_SMTP_DEFAULT"


@contextmanager
def mail_server(settings: Settings) -> Iterator[None]:
    """Airflow's connection `smtp_default` for the length of the block: as set in the environment, else the catcher,
    which keeps the mails in the outbox."""
    if VARIABLE in os.environ:
        yield
        return
    with catching(settings.outbox) as catcher:
        os.environ[VARIABLE] = connection(catcher)
        try:
            yield
        finally:
            del os.environ[VARIABLE]


def connection(smtp: SmtpSettings) -> str:
    """An Airflow connection in JSON that reaches a mail server on this machine."""
    extra = {"disable_ssl": not smtp.ssl, "disable_tls": not smtp.starttls, "from_email": smtp.sender}
    return json.dumps({"conn_type": "smtp", "host": smtp.host, "port": smtp.port, "extra": extra})
