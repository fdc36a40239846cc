"""The clinical groups of CDS-XML."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from lxml import etree
from makers import SUBMISSIONS, record

from fourstep.errors import ReadError
from fourstep.exchange import cds_xml
from fourstep.exchange.submission import Submission

NS = {"c": cds_xml.NAMESPACE}


def test_groups_say_scheme_rank_and_date() -> None:
    root = etree.fromstring(cds_xml.write([cds_xml.groups_of(record())]))
    (icd,) = root.iterfind("Episode/c:ClinicalDiagnosisGroupICD", NS)
    assert icd.findtext("c:DiagnosisSchemeInUse", namespaces=NS) == "02"
    assert icd.findtext("c:PrimaryDiagnosisGroupICD/c:PrimaryDiagnosis_ICD", namespaces=NS) == "K800"
    secondary = icd.iterfind("c:SecondaryDiagnosisGroupICD/c:SecondaryDiagnosis_ICD", NS)
    assert [e.text for e in secondary] == ["I10X", "E119"]
    (opcs,) = root.iterfind("Episode/c:ClinicalActivityGroupOPCS", NS)
    assert opcs.findtext("c:ProcedureSchemeInUse", namespaces=NS) == "02"
    assert opcs.findtext("c:PrimaryProcedureGroupOPCS/c:ProcedureDate", namespaces=NS) == "2025-10-11"
    assert opcs.findtext("c:SecondaryProcedureGroupOPCS/c:SecondaryProcedure_OPCS", namespaces=NS) == "Y752"


def test_the_examples_come_back(submissions: list[Submission]) -> None:
    groups = [cds_xml.groups_of(s) for s in submissions]
    assert cds_xml.read(cds_xml.write(groups), "x") == groups


@settings(max_examples=30, deadline=None)
@given(SUBMISSIONS)
def test_any_episode_comes_back(submission: Submission) -> None:
    groups = [cds_xml.groups_of(submission)]
    assert cds_xml.read(cds_xml.write(groups), "x") == groups


@pytest.mark.parametrize(
    ("text", "words"), [("<a", "well-formed"), ("<a/>", "no clinical groups"), ("", "well-formed")]
)
def test_other_documents_are_refused(text: str, words: str) -> None:
    with pytest.raises(ReadError, match=words):
        cds_xml.read(text.encode(), "groups.xml")


def test_a_date_that_is_none_is_refused() -> None:
    data = cds_xml.write([cds_xml.groups_of(record())]).replace(b"2025-10-11", b"yesterday")
    with pytest.raises(ReadError, match="date"):
        cds_xml.read(data, "groups.xml")
