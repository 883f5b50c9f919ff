"""A model behind an OpenAI-compatible endpoint: vLLM, Ollama, llama.cpp's server, or a cloud.

One request: ``POST BASE/chat/completions``. An answer may be late, endless, or no answer; each
has an end here. The key comes from the environment, is sent to this one place and is nowhere kept.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from engine.data.captions.answers import clean_words
from engine.data.captions.vlm import MAX_ANSWER_BYTES, Prompt, VlmFailed
from engine.protocol.errors import BadInput

if TYPE_CHECKING:
    import httpx

KEY_VARIABLE = "SMARTDIRECTOR_VLM_KEY"
_MAX_BODY_BYTES = 4 * MAX_ANSWER_BYTES
_MAX_WAIT_S = 30.0
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_UNKNOWN_FORMAT = frozenset({400, 404, 415, 422, 501})
_FORMATS = ("json_schema", "json_object", "text")
_MAX_TOKENS = 1500


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model listens, and how patiently it is asked.

    Attributes:
        url: up to and without ``/chat/completions``.
        model: what the endpoint calls it.
        timeout_s: for one whole answer.
        tries: for one question, while the endpoint is busy or breaks off.
    """

    url: str
    model: str
    timeout_s: float = 120.0
    tries: int = 4


class EndpointVlm:
    """Asks an endpoint.

    Args:
        environment: where the key is looked up.
        pause: waits; takes seconds.

    Raises:
        BadInput: the address cannot be used, or the client library is not installed.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        environment: Mapping[str, str] = os.environ,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        key = environment.get(KEY_VARIABLE, "").strip()
        check_address(endpoint.url, has_key=bool(key))
        self._endpoint, self._pause = endpoint, pause
        self._client = _client(key, endpoint.timeout_s)
        self._format, self._lock = 0, threading.Lock()

    @property
    def name(self) -> str:
        """The model's name at the endpoint."""
        return clean_words(self._endpoint.model, 200) or "model"

    def ask(self, prompt: Prompt) -> str:
        """Return the answer.

        Raises:
            VlmFailed: there is none after all tries.
        """
        failure = VlmFailed("was never asked")
        for number in range(self._endpoint.tries):
            try:
                return self._asked(prompt)
            except _Busy as busy:
                failure = busy
                if number + 1 < self._endpoint.tries:
                    self._pause(min(busy.wait_s or 2.0**number, _MAX_WAIT_S))
        raise failure

    def forget(self, prompt: Prompt) -> None:
        """Nothing is remembered here."""

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _asked(self, prompt: Prompt) -> str:
        """Ask once, in the strictest form of answer that the endpoint knows."""
        while True:
            form = self._format
            status, head, body = self._post(_body(self._endpoint.model, prompt, _FORMATS[form]))
            if status == 200:
                return _content(body)
            if status in _UNKNOWN_FORMAT and form + 1 < len(_FORMATS):
                with self._lock:
                    self._format = max(self._format, form + 1)
                continue
            if status in _PASSING:
                raise _Busy(f"the endpoint answered {status}", _seconds(head))
            raise VlmFailed(f"the endpoint answered {status}", is_down=status in {401, 403, 404})

    def _post(self, body: dict[str, Any]) -> tuple[int, str, bytes]:
        """Return status, ``Retry-After`` and the body; all of it in time and within its length."""
        import httpx

        url = f"{self._endpoint.url.rstrip('/')}/chat/completions"
        until = time.monotonic() + self._endpoint.timeout_s
        content = bytearray()
        try:
            with self._client.stream("POST", url, json=body) as response:
                for part in response.iter_bytes():
                    content += part
                    if len(content) > _MAX_BODY_BYTES:
                        raise VlmFailed("the answer had no end")
                    if time.monotonic() > until:
                        raise _Busy("the answer did not come in time", None)
                wait = response.headers.get("retry-after", "")
                return response.status_code, wait, bytes(content)
        except httpx.ConnectError as error:
            raise _Busy("the endpoint cannot be reached", None, is_down=True) from error
        except httpx.TimeoutException as error:
            raise _Busy("the answer did not come in time", None) from error
        except httpx.HTTPError as error:
            raise _Busy("the connection broke off", None) from error


class _Busy(VlmFailed):
    """It may go better in a while."""

    def __init__(self, reason: str, wait_s: float | None, *, is_down: bool = False) -> None:
        super().__init__(reason, is_down=is_down)
        self.wait_s = wait_s


def check_address(url: str, *, has_key: bool) -> None:
    """Refuse addresses that cannot be asked, and those that a key must not go to.

    Raises:
        BadInput: one sentence says what is wrong.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host:
        raise BadInput("The model's address must look like http://localhost:8000/v1.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise BadInput(
            f"The model's address must hold no name, password or key; put the key into the "
            f"environment as {KEY_VARIABLE}."
        )
    if has_key and parts.scheme == "http" and not _is_near(host):
        raise BadInput(
            "The key would go through the net unencrypted; give an address that begins with "
            f"https, or leave {KEY_VARIABLE} out."
        )


def _is_near(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _client(key: str, timeout_s: float) -> httpx.Client:
    try:
        import httpx
    except ImportError as error:
        raise BadInput("httpx is not installed; add it with pip install httpx.") from error
    # No redirect is followed: a key goes to the place that was named, and nowhere else.
    return httpx.Client(
        headers={"Authorization": f"Bearer {key}"} if key else {},
        timeout=httpx.Timeout(timeout_s, connect=min(10.0, timeout_s)),
        follow_redirects=False,
    )


def _body(model: str, prompt: Prompt, form: str) -> dict[str, Any]:
    pictures = [
        {
            "type": "image_url",
            "image_url": {"url": "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()},
        }
        for jpeg in prompt.pictures
    ]
    body: dict[str, Any] = {
        "model": model,
        "messages": [
            {"role": "user", "content": [*pictures, {"type": "text", "text": prompt.text}]}
        ],
        "temperature": 0,
        "max_tokens": _MAX_TOKENS,
    }
    match form:
        case "json_schema":
            shape = {"name": "answer", "strict": True, "schema": prompt.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": shape}
        case "json_object":
            body["response_format"] = {"type": "json_object"}
        case _:
            pass
    return body


def _content(body: bytes) -> str:
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise VlmFailed("the endpoint's answer is not of the expected form") from error
    if isinstance(content, list):  # some answer in parts
        content = "".join(
            str(part.get("text", "")) for part in content[:64] if isinstance(part, dict)
        )
    if not isinstance(content, str):
        raise VlmFailed("the endpoint's answer is not of the expected form")
    return content[:MAX_ANSWER_BYTES]


def _seconds(head: str) -> float | None:
    try:
        return max(0.0, float(head)) if head else None
    except ValueError:
        return None
