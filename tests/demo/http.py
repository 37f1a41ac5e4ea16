"""Sending the conversation's requests over HTTP."""

from __future__ import annotations

import json
import ssl

import aiohttp
from yarl import URL

from tests.demo.conversation import Answer, Request, Send, decode


def sender(session: aiohttp.ClientSession, url: str, token: str, tls: ssl.SSLContext | bool = True) -> Send:
    """A function that sends requests to one server with one token."""

    async def send(request: Request) -> Answer:
        headers = {"Authorization": f"Bearer {request.token or token}", "Accept": "application/json"}
        data = None
        if request.body is not None:
            headers["Content-Type"] = request.media
            data = request.body if isinstance(request.body, str) else json.dumps(request.body)
        address = URL(url + request.path, encoded=True)
        async with session.request(request.method, address, data=data, headers=headers, ssl=tls) as answer:
            return Answer(answer.status, answer.content_type, decode(await answer.read()))

    return send
