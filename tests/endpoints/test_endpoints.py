"""The endpoint does on the wire what each behaviour says."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import struct
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime
from urllib.parse import urlsplit

import aiohttp
import pytest

from endpoints import (
    Endpoint,
    echo_key,
    error_in_200,
    held,
    never,
    not_json,
    ok,
    redirect,
    reset,
    running,
    status,
    too_many,
    truncated,
    without_content,
)

BODY = {
    "model": "m",
    "messages": [
        {"role": "system", "content": "Judge."},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Look:"},
                {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,AAAA"}},
            ],
        },
    ],
}


def post(endpoint: Endpoint, body: object = BODY, path: str = "/v1/chat/completions"):
    """POST with the standard library: status, headers, body."""
    address = urlsplit(endpoint.address)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
    try:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection.request("POST", path, raw, {"Authorization": "Bearer sesame"})
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


def message(raw: bytes) -> dict[str, object]:
    return json.loads(raw)["choices"][0]["message"]


def test_ok_answers_and_the_request_is_kept(endpoint) -> None:
    endpoint.always(ok("no", reasoning="I looked.", finish="length", usage=(7, 3), reasoning_tokens=2))
    code, headers, raw = post(endpoint)
    body = json.loads(raw)
    assert code == 200
    assert headers["Content-Type"].startswith("application/json")
    assert message(raw) == {"role": "assistant", "content": "no", "reasoning_content": "I looked."}
    assert body["choices"][0]["finish_reason"] == "length"
    assert body["usage"]["prompt_tokens"] == 7
    assert body["usage"]["completion_tokens_details"] == {"reasoning_tokens": 2}
    (received,) = endpoint.requests
    assert received.headers["Authorization"] == "Bearer sesame"
    assert received.body == BODY
    assert received.size == len(json.dumps(BODY))
    assert received.text == "Judge.\nLook:"
    assert received.images == ["data:image/jpeg;base64,AAAA"]


def test_the_answer_may_depend_on_the_request(endpoint) -> None:
    endpoint.always(ok(lambda received: f"{received.number}: {len(received.images)}", usage=None))
    assert message(post(endpoint)[2])["content"] == "0: 1"
    raw = post(endpoint)[2]
    assert message(raw)["content"] == "1: 1"
    assert "usage" not in json.loads(raw)


def test_a_script_counts_from_where_it_was_given(endpoint) -> None:
    assert post(endpoint)[0] == 200
    endpoint.script(status(500), status(401, "who are you"), then=ok())
    assert [post(endpoint)[0] for _ in range(4)] == [500, 401, 200, 200]


def test_a_rule_sees_the_request(endpoint) -> None:
    endpoint.rule(lambda received: status(404) if received.body["model"] == "m" else ok())
    assert post(endpoint)[0] == 404
    assert post(endpoint, {**BODY, "model": "n"})[0] == 200


@pytest.mark.parametrize("code", [401, 404, 500])
def test_statuses_carry_an_error_object(endpoint, code) -> None:
    endpoint.always(status(code, "so it is"))
    got, _, raw = post(endpoint)
    assert got == code
    assert json.loads(raw)["error"]["message"] == "so it is"


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("2", "2"),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "Fri, 02 Jan 2026 03:04:05 GMT"),
        (None, None),
    ],
)
def test_retry_after_in_seconds_or_as_a_date(endpoint, given, sent) -> None:
    endpoint.always(too_many(given))
    code, headers, _ = post(endpoint)
    assert code == 429
    assert headers.get("Retry-After") == sent


def test_contents_that_are_no_answer(endpoint) -> None:
    endpoint.script(without_content(), without_content(""), error_in_200(503), then=not_json())
    assert message(post(endpoint)[2])["content"] is None
    assert message(post(endpoint)[2])["content"] == ""
    code, _, raw = post(endpoint)
    assert (code, json.loads(raw)["error"]["code"]) == (200, 503)
    code, headers, raw = post(endpoint)
    assert (code, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert raw.startswith(b"<html>")


def test_the_key_is_echoed(endpoint) -> None:
    endpoint.always(echo_key(403))
    code, _, raw = post(endpoint)
    assert code == 403
    assert "Bearer sesame" in json.loads(raw)["error"]["message"]


def test_a_redirect_names_its_target(endpoint) -> None:
    endpoint.always(redirect("http://127.0.0.1:9/elsewhere"))
    code, headers, _ = post(endpoint)
    assert (code, headers["Location"]) == (307, "http://127.0.0.1:9/elsewhere")


def test_a_truncated_body_is_short_of_its_promise(endpoint) -> None:
    endpoint.always(truncated())
    with pytest.raises(http.client.IncompleteRead) as caught:
        post(endpoint)
    assert caught.value.partial.startswith(b'{"id"')
    assert caught.value.expected > 0


def test_a_reset_reaches_the_client_as_one(endpoint) -> None:
    endpoint.always(reset())
    with pytest.raises(ConnectionResetError):
        post(endpoint)


def test_what_never_answers_keeps_the_connection_open(endpoint) -> None:
    endpoint.always(never())
    address = urlsplit(endpoint.address)
    with socket.create_connection((address.hostname, address.port)) as client:
        client.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
        endpoint.wait_for(1)
        client.settimeout(0.05)
        with pytest.raises(TimeoutError):
            client.recv(1)


def test_unread_and_malformed_requests_do_no_harm(endpoint) -> None:
    """A client that leaves in the middle of its request is survived, and no JSON is kept as None."""
    address = urlsplit(endpoint.address)
    client = socket.create_connection((address.hostname, address.port))
    client.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{")
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
    assert post(endpoint, b"not json")[0] == 200
    assert endpoint.requests[-1].body is None


def test_other_paths_are_not_found(endpoint) -> None:
    assert post(endpoint, path="/chat/completions")[0] == 404
    assert endpoint.requests[0].path == "/chat/completions"


async def test_concurrency_is_measured_and_held_requests_go_when_released(endpoint) -> None:
    endpoint.always(held(ok()))
    url = f"{endpoint.base_url}/chat/completions"
    async with aiohttp.ClientSession() as session:

        async def ask() -> int:
            async with session.post(url, json=BODY) as response:
                return response.status

        asking = [asyncio.create_task(ask()) for _ in range(5)]
        await asyncio.to_thread(endpoint.wait_for, 5)
        assert not any(task.done() for task in asking)
        endpoint.release()
        assert await asyncio.gather(*asking) == [200] * 5
    assert endpoint.peak == 5


def test_another_process_can_ask(endpoint) -> None:
    endpoint.always(ok("from afar"))
    program = (
        "import sys, urllib.request as u;"
        "print(u.urlopen(u.Request(sys.argv[1], b'{}'), timeout=10).read().decode())"
    )
    url = f"{endpoint.base_url}/chat/completions"
    done = subprocess.run(
        [sys.executable, "-c", program, url], check=True, capture_output=True, text=True, timeout=30
    )
    assert message(done.stdout.encode())["content"] == "from afar"


def test_when_it_ends_the_port_is_closed_and_nothing_hangs() -> None:
    with running() as endpoint:
        endpoint.always(never())
        address = urlsplit(endpoint.address)
        client = socket.create_connection((address.hostname, address.port))
        client.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
        endpoint.wait_for(1)
    with client:
        client.settimeout(5)
        assert client.recv(1) == b""
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(endpoint.address, timeout=5)
