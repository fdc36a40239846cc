"""Other systems send episodes and read codings, by tokens."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from fourstep.workbench.api.actions import make_token
from fourstep.workbench.api.models import Token
from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.episodes.work import work_until_idle
from fourstep.workbench.wsgi import application

pytestmark = pytest.mark.django_db
EPISODE = {
    "id": "E/1",
    "age_years": 70,
    "sex": "male",
    "documents": [{"file": "a.txt", "type": "discharge_summary", "text": "Diagnosis: community acquired pneumonia"}],
}


@pytest.fixture
def headers(db: None) -> dict[str, str]:
    _, words = make_token(None, "PAS", may_send=True, may_read=True)
    return {"Authorization": f"Bearer {words}"}


def post(client: Client, headers: dict[str, str], body: dict[str, Any]) -> Any:
    return client.post("/api/episodes", json.dumps(body), content_type="application/json", headers=headers)


def test_an_episode_goes_in_and_its_coding_comes_out_with_the_words(client: Client, headers: dict[str, str]) -> None:
    answer = post(client, headers, EPISODE)
    assert answer.status_code == 202
    work_until_idle()
    assert client.get(answer.json()["url"], headers=headers).json()["episodes"] == ["E/1"]
    coding = client.get("/api/episodes/E/1", headers=headers).json()
    assert (coding["state"], [d["code"] for d in coding["diagnoses"]]) == ("proposed", ["J18.9"])
    words = coding["diagnoses"][0]["evidence"][0]
    assert EPISODE["documents"][0]["text"][words["start"] : words["end"]] == words["text"]  # type: ignore[index]


def test_the_same_episode_again_is_one_episode(client: Client, headers: dict[str, str]) -> None:
    for _ in range(2):
        post(client, headers, EPISODE)
    work_until_idle()
    assert Episode.objects.get().proposals.count() == 1  # nothing had changed: it is not coded again


def test_a_file_goes_in(client: Client, headers: dict[str, str]) -> None:
    file = SimpleUploadedFile("letter.txt", b"Diagnosis: gout")
    assert client.post("/api/files", {"file": file}, headers=headers).status_code == 202
    work_until_idle()
    assert client.get("/api/episodes/letter", headers=headers).json()["diagnoses"][0]["code"] == "M10.99"


def test_a_misspelt_field_is_refused_and_named(client: Client, headers: dict[str, str]) -> None:
    answer = post(client, headers, EPISODE | {"ages_year": 3})
    assert answer.status_code == 422
    assert "ages_year" in answer.content.decode()


@pytest.mark.parametrize("state", ["none", "wrong", "withdrawn", "expired"])
def test_without_a_valid_token_nothing_opens(client: Client, headers: dict[str, str], state: str) -> None:
    if state == "withdrawn":
        Token.objects.update(withdrawn=True)
    elif state == "expired":
        Token.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    shown = {"none": {}, "wrong": {"Authorization": "Bearer fs_x"}}.get(state, headers)
    assert post(client, shown, EPISODE).status_code == 401
    assert client.get("/api/episodes/E/1", headers=shown).status_code == 401


def test_a_token_does_only_what_it_may(client: Client) -> None:
    _, words = make_token(None, "reader", may_send=False, may_read=True)
    assert post(client, {"Authorization": f"Bearer {words}"}, EPISODE).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_interface_keeps_what_its_description_promises(headers: dict[str, str]) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)

    for operation in schema.get_all_operations():
        _keep_promises(operation.ok().as_strategy(), headers)


def _keep_promises(strategy: Any, headers: dict[str, str]) -> None:
    @settings(
        max_examples=15,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def keeps(case: Any) -> None:
        # A part of a form without a file name is no file; the description cannot say so.
        form = [positive_data_acceptance] if case.operation.path == "/api/files" else []
        case.call_and_validate(headers=headers, excluded_checks=form)

    keeps()
