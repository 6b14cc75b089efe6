"""What single caveats are read as."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from publish_guard.domain.caveats import (
    Caveat,
    Expiration,
    Fault,
    InvalidCaveat,
    OidcPublisher,
    ProjectId,
    ProjectName,
    RequestUser,
    UnknownCaveat,
    read_caveat,
)

UUID = "2e5076da-2713-441a-902e-2f1d3e535ae6"
OTHER = "9048395d-ee3a-4f9b-8a6e-d2d2ec3a48b2"


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        (b"[0,20,10]", Expiration(20, 10)),
        (b'[0,20,10,"more",{}]', Expiration(20, 10)),
        (b" [ 0 , -1 , -2 ] ", Expiration(-1, -2)),
        (b"[0," + b"9" * 4000 + b",0]", Expiration(int("9" * 4000), 0)),
        (b'[1,["a","b-c"]]', ProjectName(("a", "b-c"))),
        (b'[1,["a"],"more"]', ProjectName(("a",))),
        (b"[1,[]]", ProjectName(())),
        (b'[1,["A","a_b","a.b","-a","a--b","","a\\n","\\u00e9","a"]]', ProjectName(("a",))),
        (b'[1,["a","\\ud800"]]', ProjectName(("a",))),
        ('[1,["\u00e9","a"]]'.encode(), ProjectName(("a",))),
        (f'[2,["{UUID}"]]'.encode(), ProjectId((UUID,))),
        (f'[2,["{UUID}","{OTHER}"],0]'.encode(), ProjectId((UUID, OTHER))),
        (b"[2,[]]", ProjectId(())),
        (f'[3,"{UUID}"]'.encode(), RequestUser(UUID)),
        (f'[3,"{UUID}",null,1]'.encode(), RequestUser(UUID)),
        (f'[4,"{UUID}"]'.encode(), OidcPublisher(UUID)),
        (f'[4,"{UUID}",null]'.encode(), OidcPublisher(UUID)),
        (f'[4,"{UUID}",{{"sub":"x"}},1]'.encode(), OidcPublisher(UUID)),
        # The server looks a tag up in a mapping, where true and 1.0 are 1.
        (b'[true,["a"]]', ProjectName(("a",))),
        (b'[1.0,["a"]]', ProjectName(("a",))),
        (b"[-0.0,20,10]", Expiration(20, 10)),
        (b'{"version":1,"permissions":"user"}', RequestUser(None, legacy=True)),
        (b'{"version":1.0,"permissions":"user","more":1}', RequestUser(None, legacy=True)),
        (b'{"version":1,"permissions":{"projects":["a","B"]}}', ProjectName(("a",), legacy=True)),
        (b'{"nbf":10,"exp":20}', Expiration(20, 10, legacy=True)),
        (b'{"nbf":10,"exp":20,"project_ids":[]}', Expiration(20, 10, legacy=True)),
        (f'{{"project_ids":["{UUID}"],"exp":1}}'.encode(), ProjectId((UUID,), legacy=True)),
    ],
)
def test_known_caveats(predicate: bytes, expected: Caveat) -> None:
    """A caveat that the server understands is read as what the server understands."""
    assert read_caveat(predicate) == expected


@pytest.mark.parametrize(
    "predicate", [b"[99]", b'["1",["a"]]', b"[null]", b"[-1]", b"[1.5]", b"[NaN]", b"[1e999]", b"[5,{}]"]
)
def test_unknown_tags(predicate: bytes) -> None:
    """A well-formed caveat with another tag is unknown, not invalid."""
    assert read_caveat(predicate) == UnknownCaveat()


@pytest.mark.parametrize(
    ("predicate", "reason"),
    [
        (b"", Fault.NO_JSON),
        (b"nonsense", Fault.NO_JSON),
        (b"[1,['a']]", Fault.NO_JSON),
        (b'[1,["a"]]x', Fault.NO_JSON),
        (b'[1,["\xff"]]', Fault.NO_JSON),
        (b"[0," + b"9" * 5000 + b",0]", Fault.NO_JSON),
        (b"[" * 100_000, Fault.NO_JSON),
        # The server decodes UTF-8 and nothing else, before JSON is read.
        ('[1,["a"]]'.encode("utf-16-le"), Fault.NO_JSON),
        ('[1,["a"]]'.encode("utf-32-be"), Fault.NO_JSON),
        ('[1,["a"]]'.encode("utf-8-sig"), Fault.NO_JSON),
        (b'[1,["\xed\xa0\x80","a"]]', Fault.NO_JSON),
        (b'"text"', Fault.NO_ARRAY),
        (b"1", Fault.NO_ARRAY),
        (b"null", Fault.NO_ARRAY),
        (b"[]", Fault.EMPTY_ARRAY),
        (b"[[1]]", Fault.WRONG_TYPE),
        (b"[{}]", Fault.WRONG_TYPE),
        (b"[0]", Fault.TOO_FEW),
        (b"[0,20]", Fault.TOO_FEW),
        (b"[0,20.0,10]", Fault.WRONG_TYPE),
        (b"[0,20,true]", Fault.WRONG_TYPE),
        (b'[0,"20",10]', Fault.WRONG_TYPE),
        (b"[0,null,10]", Fault.WRONG_TYPE),
        (b"[0,Infinity,10]", Fault.WRONG_TYPE),
        (b"[1]", Fault.TOO_FEW),
        (b'[1,"a"]', Fault.WRONG_TYPE),
        (b'[1,{"a":1}]', Fault.WRONG_TYPE),
        (b'[1,["a",1]]', Fault.WRONG_TYPE),
        (b'[1,["a",null]]', Fault.WRONG_TYPE),
        (b"[2]", Fault.TOO_FEW),
        (f'[2,"{UUID}"]'.encode(), Fault.WRONG_TYPE),
        (b"[2,[1]]", Fault.WRONG_TYPE),
        (f'[2,["{UUID.upper()}"]]'.encode(), Fault.NO_UUID),
        (f'[2,["{UUID.replace("-", "")}"]]'.encode(), Fault.NO_UUID),
        (b'[2,[""]]', Fault.NO_UUID),
        (b'[2,["\\ud800"]]', Fault.NO_UUID),
        (b"[3]", Fault.TOO_FEW),
        (b"[3,null]", Fault.WRONG_TYPE),
        (b"[3,1]", Fault.WRONG_TYPE),
        (f'[3,["{UUID}"]]'.encode(), Fault.WRONG_TYPE),
        (b'[3,"me"]', Fault.NO_UUID),
        (f'[3,"{UUID}\\n"]'.encode(), Fault.NO_UUID),
        (f'[3,"{{{UUID}}}"]'.encode(), Fault.NO_UUID),
        (b"[4]", Fault.TOO_FEW),
        (b"[4,null]", Fault.WRONG_TYPE),
        (b'[4,"it"]', Fault.NO_UUID),
        (f'[4,"{UUID}",[]]'.encode(), Fault.WRONG_TYPE),
        (f'[4,"{UUID}","claims"]'.encode(), Fault.WRONG_TYPE),
        (f'[4,"{UUID}",false]'.encode(), Fault.WRONG_TYPE),
    ],
)
def test_invalid_caveats(predicate: bytes, reason: Fault) -> None:
    """A caveat on which the server fails is invalid, with the cause."""
    assert read_caveat(predicate) == InvalidCaveat(reason)


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        ({}, Fault.NO_ARRAY),
        ({"version": 1}, Fault.NO_ARRAY),
        ({"version": 1, "permissions": None}, Fault.NO_ARRAY),
        ({"version": 1, "permissions": "admin"}, Fault.NO_ARRAY),
        ({"version": 1, "permissions": {}}, Fault.NO_ARRAY),
        ({"version": 1, "permissions": ["projects"]}, Fault.NO_ARRAY),
        ({"version": 1, "exp": 1, "nbf": 0}, Fault.NO_ARRAY),
        ({"version": 2, "permissions": "user"}, Fault.NO_ARRAY),
        ({"version": "1", "permissions": "user"}, Fault.NO_ARRAY),
        ({"exp": 1}, Fault.NO_ARRAY),
        ({"nbf": 1}, Fault.NO_ARRAY),
        ({"version": 1, "permissions": {"projects": "a"}}, Fault.WRONG_TYPE),
        ({"version": 1, "permissions": {"projects": None}}, Fault.WRONG_TYPE),
        ({"exp": 1.5, "nbf": 0}, Fault.WRONG_TYPE),
        ({"exp": True, "nbf": 0}, Fault.WRONG_TYPE),
        ({"project_ids": "x"}, Fault.WRONG_TYPE),
        ({"project_ids": ["x"]}, Fault.NO_UUID),
    ],
)
def test_invalid_legacy_caveats(mapping: dict[str, object], reason: Fault) -> None:
    """A mapping that the server cannot adapt is invalid and marked as legacy."""
    assert read_caveat(json.dumps(mapping).encode()) == InvalidCaveat(reason, legacy=True)


def test_duplicate_keys_count_as_the_server_counts_them() -> None:
    """Of a key that stands twice in a legacy mapping, the last value holds."""
    predicate = b'{"version":1,"permissions":{"projects":["a"]},"permissions":"user"}'
    assert read_caveat(predicate) == RequestUser(None, legacy=True)


@pytest.mark.parametrize("caveat", [Expiration(20, -10), ProjectName(("a", "b-c"))])
def test_predicates_are_read_back(caveat: Expiration | ProjectName) -> None:
    """What is written as a caveat is read as the same caveat."""
    assert read_caveat(caveat.predicate()) == caveat


def test_predicates_have_the_server_s_spelling() -> None:
    """The bytes are those that the server itself would write: compact, the expiry before not_before."""
    assert Expiration(20, 10).predicate() == b"[0,20,10]"
    assert ProjectName(("a", "b")).predicate() == b'[1,["a","b"]]'


@pytest.mark.parametrize(
    "text",
    ["", UUID.upper(), UUID + "\n", " " + UUID, UUID.replace("-", ""), "urn:uuid:" + UUID, "\u0661" + UUID[1:]],
)
def test_only_canonical_uuids_are_ids(text: str) -> None:
    """Only the lower-case form with hyphens is what the server compares with."""
    for tag in (2, 3, 4):
        value = [tag, [text] if tag == 2 else text]
        assert read_caveat(json.dumps(value).encode()) == InvalidCaveat(Fault.NO_UUID)


@pytest.mark.parametrize("caveat", [RequestUser(UUID), OidcPublisher(UUID)])
def test_users_and_publishers_are_not_shown(caveat: RequestUser | OidcPublisher) -> None:
    """The ids of users and publishers stand in no repr and in no pickle."""
    for shown in (repr(caveat), str(caveat), f"{caveat}", repr((caveat,))):
        assert UUID not in shown
    for copier in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not pickled"):
            copier(caveat)


def test_invalid_and_unknown_caveats_repeat_nothing() -> None:
    """What a caveat said that could not be understood is not repeated."""
    for predicate in (b'["marked"]', b'"marked"', b"marked", b'[3,"marked"]', b'[1,"marked"]', b'{"marked":1}'):
        assert "marked" not in repr(read_caveat(predicate))
