"""Accounts: who may sign in, with what, and what happens when it fails."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from fourstep.workbench import settings as real
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role
from fourstep.workbench.trust.models import LogEntry
from workbench.conftest import PASSWORD

pytestmark = pytest.mark.django_db
PersonOf = Callable[[Role], Person]
ClientOf = Callable[[Role], Client]


def sign_in(client: Client, name: str, password: str) -> int:
    return client.post("/sign-in/", {"username": name, "password": password}).status_code


def test_passwords_are_kept_by_argon2_and_must_be_long() -> None:
    assert real.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}} in (
        real.AUTH_PASSWORD_VALIDATORS
    )


def test_failed_sign_ins_lock_the_account_until_an_administrator_ends_it(
    client: Client, person: PersonOf, client_of: ClientOf
) -> None:
    coder = person(Role.CODER)
    statuses = [sign_in(client, "coder", "wrong") for _ in range(6)]
    assert statuses[:4] == [200] * 4
    assert statuses[-1] == 429
    assert sign_in(client, "coder", PASSWORD) == 429
    page = client_of(Role.ADMINISTRATOR).post(f"/people/{coder.id}/renew/").content.decode()
    password = page.split("<code>")[1].split("</code>")[0]
    assert sign_in(client, "coder", password) == 302
    assert client.get("/worklist/").headers["Location"] == "/password/"
    assert LogEntry.objects.filter(action="sign-in failed", account="coder").count() >= 4


def test_a_new_account_chooses_its_own_password_first(client: Client, client_of: ClientOf) -> None:
    administrator = client_of(Role.ADMINISTRATOR)
    page = administrator.post("/people/new/", {"username": "amy", "role": "coder", "is_active": "on"}).content.decode()
    password = page.split("<code>")[1].split("</code>")[0]
    assert sign_in(client, "amy", password) == 302
    new = "seven green bottles"
    client.post("/password/", {"old_password": password, "new_password1": new, "new_password2": new})
    assert client.get("/worklist/").status_code == 200


def test_the_first_account_is_opened_by_a_command(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("open_account", "ann", "--role", "administrator")
    name, password = capsys.readouterr().out.strip().split(": ")
    assert sign_in(client, name, password) == 302
    with pytest.raises(CommandError, match="already"):
        call_command("open_account", "ann", "--role", "coder")


def test_the_last_administrator_stays(client_of: ClientOf, person: PersonOf) -> None:
    administrator = person(Role.ADMINISTRATOR)
    said = {"username": "administrator", "role": "coder", "is_active": "on"}
    client_of(Role.ADMINISTRATOR).post(f"/people/{administrator.id}/", said)
    administrator.refresh_from_db()
    assert administrator.role == Role.ADMINISTRATOR


def test_a_session_ends_when_nothing_is_done(client: Client, person: PersonOf) -> None:
    person(Role.CODER)
    sign_in(client, "coder", PASSWORD)
    assert client.session.get_expiry_age() <= 30 * 60
    client.session.flush()
    assert client.get("/worklist/").status_code == 302


def test_a_second_factor_is_set_up_and_then_asked_for(client: Client, person: PersonOf) -> None:
    coder = person(Role.CODER)
    sign_in(client, "coder", PASSWORD)
    assert "data:image/svg+xml;base64," in client.get("/second-factor/set-up/").content.decode()
    device = TOTPDevice.objects.get(user=coder)
    client.post("/second-factor/set-up/", {"code": f"{totp(device.bin_key):06d}"})
    client.post("/sign-out/")

    sign_in(client, "coder", PASSWORD)
    assert client.get("/worklist/").headers["Location"] == "/second-factor/"
    client.post("/second-factor/", {"code": "000000"})
    assert client.get("/worklist/").status_code == 302
    TOTPDevice.objects.update(throttling_failure_count=0, last_t=-1)
    client.post("/second-factor/", {"code": f"{totp(device.bin_key):06d}"})
    assert client.get("/worklist/").status_code == 200


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An OpenID Connect provider, a program of its own on loopback."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    claims = '{"sub": "1", "preferred_username": "coder"}'
    stranger = '{"sub": "2", "preferred_username": "nobody-here"}'
    program = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen([*program, "--user-claims", claims, "--user-claims", stranger], stderr=subprocess.DEVNULL)
    issuer = f"http://127.0.0.1:{port}"
    for name, value in {"ISSUER": issuer, "CLIENT_ID": "fourstep", "CLIENT_SECRET": "secret"}.items():
        monkeypatch.setenv(f"FOURSTEP_OIDC_{name}", value)
    try:
        for _ in range(300):
            try:
                requests.get(f"{issuer}/.well-known/openid-configuration", timeout=5)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield issuer
    finally:
        process.terminate()
        process.wait(10)


def through_provider(client: Client, subject: str) -> Any:
    begin = client.get("/sign-in/provider/")
    answered = requests.post(begin.headers["Location"], data={"sub": subject}, allow_redirects=False, timeout=10)
    back = urlsplit(answered.headers["Location"])
    return client.get(f"{back.path}?{back.query}", follow=True)


def test_sign_in_by_openid_connect(client: Client, person: PersonOf, provider: str) -> None:
    person(Role.CODER)
    assert "your organisation" in client.get("/sign-in/").content.decode()
    assert "no account here" in through_provider(client, "2").content.decode()
    assert client.get("/worklist/").status_code == 302
    through_provider(client, "1")
    assert client.get("/worklist/").status_code == 200
    assert LogEntry.objects.filter(action="signed in", account="coder").exists()


def test_a_forged_answer_of_the_provider_is_not_accepted(client: Client, person: PersonOf, provider: str) -> None:
    person(Role.CODER)
    client.get("/sign-in/provider/")
    answer = client.get("/sign-in/provider/back/?code=forged&state=forged", follow=True)
    assert "not accepted" in answer.content.decode()
    assert client.get("/worklist/").status_code == 302


def test_without_a_provider_there_is_no_such_page(client: Client) -> None:
    assert client.get("/sign-in/provider/").status_code == 404


def test_the_accounts_pages_are_accessible(page_of: Callable[[Role], Any]) -> None:
    from workbench.conftest import check_accessible

    page = page_of(Role.ADMINISTRATOR)
    for address in ("/people/", "/people/new/", "/second-factor/set-up/", "/password/", "/tokens/", "/deadlines/"):
        page.goto(address)
        check_accessible(page)
