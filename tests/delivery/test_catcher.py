"""The catcher keeps every mail in the outbox and passes none on."""

import email
import stat
from email.policy import default

from readiness.delivery import catching, deliver
from tests.delivery.conftest import two_recipients


def test_each_mail_becomes_a_file_that_a_mail_program_can_open(version, ledger, home, now):
    with catching(home.outbox) as smtp:
        deliver(version, two_recipients(), smtp, ledger, now=now)
    files = sorted(home.outbox.iterdir())
    assert [file.name for file in files] == ["001-director@example.gov.uk.eml", "002-head@example.gov.uk.eml"]
    message = email.message_from_bytes(files[0].read_bytes(), policy=default)
    assert message["Subject"].startswith("Readiness report, October 2026")
    assert "Would we be ready" in message.get_body(("html",)).get_content()


def test_numbers_count_on_from_what_is_there(version, next_version, ledger, home, now):
    for folder in (version, next_version):
        with catching(home.outbox) as smtp:
            deliver(folder, two_recipients(), smtp, ledger, is_correction=True, now=now)
    assert [file.name[:3] for file in sorted(home.outbox.iterdir())] == ["001", "002", "003", "004"]


def test_the_outbox_is_open_to_its_owner_only(version, ledger, home, now):
    with catching(home.outbox) as smtp:
        deliver(version, two_recipients(), smtp, ledger, now=now)
    assert stat.S_IMODE(home.outbox.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in home.outbox.iterdir()} == {0o600}


def test_the_catcher_listens_on_this_machine_only(home):
    with catching(home.outbox) as smtp:
        assert smtp.host == "127.0.0.1"
        smtp.require_safe()
