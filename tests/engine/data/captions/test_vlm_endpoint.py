"""An endpoint may be busy, down, late, endless or confused; a key goes to one place only."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from engine.data.captions.vlm import Prompt, VlmFailed
from engine.data.captions.vlm_endpoint import KEY_VARIABLE, Endpoint, EndpointVlm, check_address
from engine.protocol.errors import BadInput
from tests.engine.data.stand_in import Handler, StandIn, standing_in

PROMPT = Prompt("What is seen?", (b"\xff\xd8jpeg",), {"type": "object"})


def asked(
    server: StandIn, pauses: list[float] | None = None, key: str = "", timeout_s: float = 5.0
) -> str:
    endpoint = Endpoint(server.url, "eyes", timeout_s, tries=3)
    vlm = EndpointVlm(
        endpoint, {KEY_VARIABLE: key} if key else {}, (pauses if pauses is not None else []).append
    )
    try:
        return vlm.ask(PROMPT)
    finally:
        vlm.close()


def test_a_question_carries_pictures_and_the_form_of_its_answer() -> None:
    with standing_in(lambda body, to: to.say("{}")) as server:
        assert asked(server, key="secret") == "{}"
    (body,) = server.asked
    picture, text = body["messages"][0]["content"]
    assert picture["image_url"]["url"].startswith("data:image/jpeg;base64,/9h")
    assert text["text"] == PROMPT.text
    assert body["response_format"]["json_schema"]["schema"] == PROMPT.schema
    assert server.keys == ["Bearer secret"]
    assert "secret" not in str(body)


def test_a_busy_endpoint_is_asked_again_when_it_says() -> None:
    def answer(body: dict[str, Any], to: Handler) -> None:
        if len(server.asked) < 3:
            to.reply(429, retry_after="7")
        else:
            to.say("now")

    pauses: list[float] = []
    with standing_in(answer) as server:
        assert asked(server, pauses) == "now"
    assert pauses == [7.0, 7.0]


def test_an_endpoint_that_stays_broken_is_given_up() -> None:
    pauses: list[float] = []
    with (
        standing_in(lambda body, to: to.reply(503)) as server,
        pytest.raises(VlmFailed, match="answered 503"),
    ):
        asked(server, pauses)
    assert pauses == [1.0, 2.0]
    assert len(server.asked) == 3


def test_an_endpoint_without_schemas_is_asked_more_simply() -> None:
    def answer(body: dict[str, Any], to: Handler) -> None:
        if "response_format" in body:
            to.reply(400)
        else:
            to.say("plain")

    with standing_in(answer) as server:
        assert asked(server) == "plain"
    forms = [body.get("response_format", {}).get("type") for body in server.asked]
    assert forms == ["json_schema", "json_object", None]


def test_an_endpoint_that_hangs_is_left() -> None:
    with (
        standing_in(lambda body, to: to.drip(b"", 1, 3.0)) as server,
        pytest.raises(VlmFailed, match="in time"),
    ):
        asked(server, timeout_s=0.2)


def test_an_answer_that_drips_is_cut_off() -> None:
    with (
        standing_in(lambda body, to: to.drip(b" ", 100, 0.05)) as server,
        pytest.raises(VlmFailed, match="in time"),
    ):
        asked(server, timeout_s=0.3)


def test_an_answer_without_an_end_is_cut_off() -> None:
    with (
        standing_in(lambda body, to: to.drip(b" " * 65536, 1000, 0.0)) as server,
        pytest.raises(VlmFailed, match="no end"),
    ):
        asked(server)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"choices": []}', b"[" * 50_000])
def test_an_answer_of_another_form_is_a_failure(body: bytes) -> None:
    with (
        standing_in(lambda _, to: to.reply(200, body)) as server,
        pytest.raises(VlmFailed, match="expected form"),
    ):
        asked(server)


def test_a_wrong_key_and_nobody_listening_are_down() -> None:
    with (
        standing_in(lambda body, to: to.reply(401)) as server,
        pytest.raises(VlmFailed) as refused,
    ):
        asked(server)
    assert refused.value.is_down
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    vlm = EndpointVlm(Endpoint(f"http://127.0.0.1:{port}", "eyes", 2.0), {}, lambda s: None)
    with pytest.raises(VlmFailed, match="cannot be reached") as gone:
        vlm.ask(PROMPT)
    assert gone.value.is_down


def test_a_redirect_does_not_carry_the_key_away() -> None:
    with standing_in(lambda body, to: to.say("stolen")) as thief:
        away = thief.url + "/chat/completions"
        with (
            standing_in(lambda body, to: to.reply(307, location=away)) as server,
            pytest.raises(VlmFailed, match="answered 307"),
        ):
            asked(server, key="secret")
    assert thief.asked == []


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("localhost:8000", False),
        ("file:///etc/passwd", False),
        ("http://me:word@host/v1", False),
        ("https://host/v1?key=abc", False),
        ("http://[broken/v1", False),
        ("http://far.example/v1", True),
    ],
)
def test_addresses_that_must_not_be_asked_are_one_sentence(url: str, key: bool) -> None:
    with pytest.raises(BadInput) as error:
        check_address(url, has_key=key)
    assert "abc" not in str(error.value)
    assert "word@" not in str(error.value)


def test_addresses_nearby_and_encrypted_ones_may_have_a_key() -> None:
    for url in ("http://localhost:8000/v1", "http://127.0.0.1/v1", "https://far.example/v1"):
        check_address(url, has_key=True)
