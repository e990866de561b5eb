"""The way to the mail server: encrypted and checked, and a plain answer to whether a message arrived."""

import socket
import ssl
import subprocess
from email.message import EmailMessage

import pytest

from readiness.delivery import MailServerError, SmtpSettings, send, smtp
from tests.delivery.conftest import Server

ADDRESS = "director@example.gov.uk"


@pytest.fixture
def message() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Hello"
    message.set_content("A line.\n.a line that begins with a dot\n")
    return message


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        + ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)],
        check=True,
        capture_output=True,
    )
    return key, cert


@pytest.fixture
def server_tls(certificate) -> ssl.SSLContext:
    key, cert = certificate
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    return context


def encrypted(settings: SmtpSettings, **changes) -> SmtpSettings:
    return SmtpSettings(host=settings.host, port=settings.port, timeout=5, **changes)


def test_a_message_arrives_as_it_was(message):
    server = Server()
    with server.running() as settings:
        assert send(message, "from@example.gov.uk", ADDRESS, settings).status == "sent"
    assert b"\r\n.a line that begins with a dot" in server.received[0].content


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(message, server_tls):
    server = Server()
    with server.running(tls_context=server_tls, require_starttls=True) as settings:
        result = send(message, "from@example.gov.uk", ADDRESS, encrypted(settings, starttls=True))
    assert result.status == "failed"
    assert server.received == []


@pytest.mark.parametrize("changes", [{"starttls": True}, {"starttls": False, "ssl": True}])
def test_a_message_goes_out_encrypted(message, server_tls, certificate, monkeypatch, changes):
    trusted = ssl.create_default_context(cafile=certificate[1])
    options = (
        {"ssl_context": server_tls} if changes.get("ssl") else {"tls_context": server_tls, "require_starttls": True}
    )
    server = Server()
    with server.running(**options) as settings:
        monkeypatch.setattr(smtp.ssl, "create_default_context", lambda: trusted)
        result = send(message, "from@example.gov.uk", ADDRESS, encrypted(settings, **changes))
    assert (result.status, len(server.received)) == ("sent", 1)


def test_a_server_without_tls_gets_nothing_if_tls_is_wanted(message):
    server = Server()
    with server.running() as settings:
        result = send(message, "from@example.gov.uk", ADDRESS, encrypted(settings, starttls=True))
    assert (result.status, server.received) == ("failed", [])


def test_a_server_that_does_not_answer_is_a_failure_after_the_timeout(message):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = SmtpSettings(host="127.0.0.1", port=silent.getsockname()[1], starttls=False, timeout=0.2)
        assert send(message, "from@example.gov.uk", ADDRESS, settings).status == "failed"


@pytest.mark.parametrize(
    ("extra", "starttls", "is_ssl"),
    [
        ({}, False, True),
        ({"disable_ssl": True}, True, False),
        ({"disable_ssl": True, "disable_tls": True}, False, False),
        ({"disable_tls": True}, False, True),
    ],
)
def test_an_airflow_connection_is_encrypted_unless_it_says_otherwise(extra, starttls, is_ssl):
    settings = SmtpSettings.from_connection("mail.example.org", 25, "user", "secret", extra)
    assert (settings.starttls, settings.ssl) == (starttls, is_ssl)


def test_a_connection_without_a_host_says_what_to_set():
    with pytest.raises(MailServerError, match="host"):
        SmtpSettings.from_connection(None, None, None, None, {})


def test_the_password_is_never_printed():
    assert "secret" not in repr(SmtpSettings(host="mail.example.org", user="u", password="secret"))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_may_be_reached_without_tls(host):
    SmtpSettings(host=host, starttls=False).require_safe()
