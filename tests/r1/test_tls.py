"""TLS against real servers on loopback, with certificates made for the occasion."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from r1 import (
    AuthenticationError,
    ProtocolError,
    R1Client,
    R1Error,
    R1Options,
    RetryPolicy,
    SettingsError,
    UnreachableError,
    UpstreamError,
)
from r1.connection import connection_error
from r1.tls import TlsOptions, tls_context
from tests.r1.upstream import KEY, SECRET, answering

BOTH = pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
ANSWER = "".join(answering("Yes.")).encode()


@pytest.fixture(autouse=True)
def _usual_authorities(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this machine trusts besides does not matter here."""
    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def files(tmp_path: Path, authority: trustme.CA) -> Path:
    """A folder with the authority's certificate, a client's certificate and its key, and both in one file."""
    mine = authority.issue_cert("me@r1.test")
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    mine.cert_chain_pems[0].write_to_path(str(tmp_path / "me.pem"))
    mine.private_key_pem.write_to_path(str(tmp_path / "me.key"))
    mine.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "both.pem"))
    return tmp_path


def server_context(authority: trustme.CA, host: str = "localhost", over: bool = False) -> ssl.SSLContext:
    """A server's side, with a certificate for `host` that is valid, or was until yesterday."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    today = datetime.now(UTC)
    end = today - timedelta(days=1) if over else None
    authority.issue_cert(host, not_before=today - timedelta(days=9), not_after=end).configure_cert(context)
    return context


def asking_for_a_certificate(
    authority: trustme.CA, trusted: trustme.CA | None = None, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
) -> ssl.SSLContext:
    """A server that serves only who shows a certificate from `trusted`."""
    context = server_context(authority)
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = newest
    (trusted or authority).configure_trust(context)
    return context


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An R1 in a few lines: a token, a status, and one reply."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            lines = head.decode().lower().split("\r\n")
            length = next((int(line.split(":")[1]) for line in lines if line.startswith("content-length:")), 0)
            await reader.readexactly(length)
            kind, body = "application/json", json.dumps({"access_token": "token-canary-1", "ready": True}).encode()
            if "/infer" in lines[0]:
                kind, body = "text/event-stream", ANSWER
            writer.write(f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n".encode())
            writer.write(body)
            await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


@asynccontextmanager
async def serving(context: ssl.SSLContext | None) -> AsyncIterator[int]:
    """The port of a server with `context`. Like every server on asyncio it hangs up on a failed handshake."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def refusing(context: ssl.SSLContext) -> AsyncIterator[int]:
    """The port of a server whose first handshake is meant to fail. It says why, as servers on OpenSSL itself do."""

    def serve() -> None:
        connection, _ = listener.accept()
        connection.settimeout(30)
        secure = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with pytest.raises(ssl.SSLError):
            secure.do_handshake()
        with socket.socket(fileno=secure.detach()) as beneath:
            beneath.settimeout(30)
            beneath.shutdown(socket.SHUT_WR)
            with suppress(ConnectionError):
                while beneath.recv(4096):
                    pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        served = asyncio.create_task(asyncio.to_thread(serve))
        yield listener.getsockname()[1]
        await served


Server = Callable[[Any], AbstractAsyncContextManager[int]]


def ask(context: ssl.SSLContext | None, tls: TlsOptions, host: str = "localhost", server: Server = serving) -> str:
    """The answer of a server with `context` to a client with `tls`; or its error, once the server is done too."""

    async def main() -> str:
        async with server(context) as port:
            options = R1Options(f"https://{host}:{port}", KEY, SECRET, retry=RetryPolicy(attempts=1), tls=tls)
            try:
                async with R1Client(options) as client:
                    return (await client.infer("Why?")).answer
            except R1Error as error:
                failure = error
        raise failure

    return asyncio.run(main())


# -- the server's certificate


def test_a_custom_authority_is_trusted(authority: trustme.CA, files: Path) -> None:
    """With its certificate in a file, key, token and answer go over TLS."""
    assert ask(server_context(authority), TlsOptions(str(files / "ca.pem"))) == "Yes."


def test_the_oldest_tls_that_is_spoken_is_1_2(authority: trustme.CA, files: Path) -> None:
    """A server that goes up to 1.2 is served, one that stops at 1.1 refused by what it lacks."""
    context = server_context(authority)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    assert ask(context, TlsOptions(str(files / "ca.pem"))) == "Yes."
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    with pytest.raises(UnreachableError, match=r"no TLS 1\.2 or later: bring that server up to date"):
        ask(context, TlsOptions(str(files / "ca.pem")), server=refusing)
    assert tls_context(TlsOptions()).minimum_version == ssl.TLSVersion.TLSv1_2


def test_an_unknown_authority_is_not_trusted(authority: trustme.CA) -> None:
    """The next step is to name its certificate."""
    with pytest.raises(UnreachableError, match=r"not trusted \(.*\): set R1_CA_FILE, or SSL_CERT_FILE"):
        ask(server_context(authority), TlsOptions())


def test_a_custom_authority_is_the_only_one(authority: trustme.CA, files: Path) -> None:
    """Another's certificate is refused, and the file is named in which it is not."""
    file = files / "ca.pem"
    with pytest.raises(UnreachableError, match=f"not from an authority in {file}.*R1_CA_FILE"):
        ask(server_context(trustme.CA()), TlsOptions(str(file)))
    usual = tls_context(TlsOptions()).get_ca_certs()
    assert len(usual) > 10
    assert len(tls_context(TlsOptions(str(file))).get_ca_certs()) == 1


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_certificate_for_another_host_is_refused(authority: trustme.CA, files: Path, host: str) -> None:
    """By name and by number."""
    with pytest.raises(UnreachableError, match="for another host name: use the name"):
        ask(server_context(authority, "elsewhere.test"), TlsOptions(str(files / "ca.pem")), host)


def test_a_certificate_that_has_expired_is_refused(authority: trustme.CA, files: Path) -> None:
    """It may be this machine's clock, too."""
    with pytest.raises(UnreachableError, match="has expired: have it renewed, and check this machine's clock"):
        ask(server_context(authority, over=True), TlsOptions(str(files / "ca.pem")))


def test_a_certificate_that_is_not_yet_valid_is_refused(files: Path, authority: trustme.CA) -> None:
    """That is mostly this machine's clock."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    today = datetime.now(UTC)
    later = authority.issue_cert("localhost", not_before=today + timedelta(days=2), not_after=today + timedelta(days=3))
    later.configure_cert(context)
    with pytest.raises(UnreachableError, match="not valid yet: check this machine's clock"):
        ask(context, TlsOptions(str(files / "ca.pem")))


def test_a_server_without_tls_is_told_apart(files: Path) -> None:
    """The next step is how its address is written."""

    @asynccontextmanager
    async def plain(_: object) -> AsyncIterator[int]:
        async def complain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(100)
            writer.write(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n")
            writer.close()

        async with await asyncio.start_server(complain, "127.0.0.1", 0) as server:
            yield server.sockets[0].getsockname()[1]

    with pytest.raises(ProtocolError, match=r"speaks no TLS.*http://"):
        ask(None, TlsOptions(str(files / "ca.pem")), server=plain)


# -- the client's certificate


@BOTH
@pytest.mark.parametrize(("certificate", "key"), [("me.pem", "me.key"), ("both.pem", "")])
def test_a_client_certificate_is_shown(
    authority: trustme.CA, files: Path, newest: ssl.TLSVersion, certificate: str, key: str
) -> None:
    """In two files or in one."""
    tls = TlsOptions(str(files / "ca.pem"), str(files / certificate), str(files / key) if key else "")
    assert ask(asking_for_a_certificate(authority, newest=newest), tls) == "Yes."


@BOTH
def test_a_server_that_wants_a_certificate_says_so(authority: trustme.CA, files: Path, newest: ssl.TLSVersion) -> None:
    """Also in TLS 1.3, where the refusal comes after the handshake. What to set is named; no second try is made."""
    with pytest.raises(AuthenticationError, match="wants a client certificate: set R1_CLIENT_CERTIFICATE and") as told:
        ask(asking_for_a_certificate(authority, newest=newest), TlsOptions(str(files / "ca.pem")), server=refusing)
    assert "localhost" in str(told.value)


@BOTH
def test_a_client_certificate_may_be_refused(authority: trustme.CA, files: Path, newest: ssl.TLSVersion) -> None:
    """One from an authority that the server does not know; the file is named."""
    tls = TlsOptions(str(files / "ca.pem"), str(files / "me.pem"), str(files / "me.key"))
    with pytest.raises(AuthenticationError, match=f"refuses the client certificate {files / 'me.pem'} .*unknown ca"):
        ask(asking_for_a_certificate(authority, trustme.CA(), newest), tls, server=refusing)


@BOTH
def test_a_server_that_only_hangs_up_may_want_a_certificate(
    authority: trustme.CA, files: Path, newest: ssl.TLSVersion
) -> None:
    """Servers on asyncio, the gateway of this project too, give no reason."""
    context, tls = asking_for_a_certificate(authority, trustme.CA(), newest), TlsOptions(str(files / "ca.pem"))
    with pytest.raises(UnreachableError, match=r"localhost.* if it wants a client certificate, set R1_CLIENT_CERT"):
        ask(context, tls)
    tls = replace(tls, client_certificate=str(files / "both.pem"))
    with pytest.raises(UnreachableError, match=r"localhost.*, and whether it accepts the client certificate .*both"):
        ask(context, tls)


def test_nobody_who_speaks_without_tls_is_told_of_certificates() -> None:
    """A connection that breaks there has another reason."""
    error = connection_error(httpx.ReadError(""), R1Options("http://r1.test", KEY, SECRET), streaming=False)
    assert "certificate" not in str(error)


# -- failures later on


def test_tls_that_breaks_in_the_middle_of_a_reply_is_told_like_any_other_break(
    authority: trustme.CA, files: Path
) -> None:
    """What comes after garbage on the wire is not believed, and the error is one of ours."""
    whole: list[asyncio.StreamWriter] = []

    async def garble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        whole.append(writer)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 9999\r\n\r\n: ping\n")
        await writer.drain()
        raw = writer.get_extra_info("socket")
        with socket.socket(fileno=socket.dup(raw.fileno())) as beneath:
            beneath.send(b"\x17\x03\x03\x00\x20" + b"\x00" * 32)

    async def main() -> None:
        async with await asyncio.start_server(garble, "127.0.0.1", 0, ssl=server_context(authority)) as server:
            port = server.sockets[0].getsockname()[1]
            tls = TlsOptions(str(files / "ca.pem"))
            options = R1Options(
                f"https://localhost:{port}", KEY, dialect="openai", model="m", retry=RetryPolicy(attempts=1), tls=tls
            )
            try:
                async with R1Client(options) as client:
                    await client.infer("Why?")
            finally:
                whole[0].transport.abort()

    with pytest.raises(UpstreamError, match="broke off"):
        asyncio.run(main())


# -- files that cannot be used


def refusal(tls: TlsOptions) -> str:
    """The message with which a client with `tls` is refused before anything is sent."""
    with pytest.raises(SettingsError) as caught:
        R1Client(R1Options("https://r1.test", KEY, SECRET, tls=tls))
    return str(caught.value)


def test_a_key_needs_its_certificate() -> None:
    """Alone it proves nothing."""
    with pytest.raises(SettingsError, match=r"me\.key has no certificate.*R1_CLIENT_CERTIFICATE"):
        TlsOptions(client_key="me.key")


@pytest.mark.parametrize("what", ["missing", "folder", "empty", "key"])
def test_a_ca_file_that_cannot_be_used(files: Path, what: str) -> None:
    """Missing, a folder, empty, or with something else in it: named, with what is wanted."""
    (files / "empty").touch()
    (files / "folder").mkdir()
    name = str(files / {"key": "me.key"}.get(what, what))
    message = refusal(TlsOptions(name))
    assert f"CA file {name}" in message
    assert "R1_CA_FILE" in message
    assert {"missing": "No such file", "folder": "directory"}.get(what, "no certificate in PEM form") in message


@pytest.mark.parametrize(
    ("certificate", "key", "message"),
    [
        ("none.pem", "me.key", r"client certificate .*none.pem cannot be read \(No such file.*R1_CLIENT_CERTIFICATE"),
        ("me.pem", "none.key", r"client key .*none.key cannot be read \(No such file.*R1_CLIENT_KEY"),
        ("me.key", "me.key", "client certificate .*me.key holds no certificate in PEM form"),
        ("me.pem", "", "client key .*me.pem holds no private key in PEM form"),
        ("me.pem", "me.pem", "client key .*me.pem holds no private key in PEM form"),
        ("me.pem", "other.key", "client key .*other.key is not that of .*me.pem"),
        ("me.pem", "locked.key", "locked.key is protected with a password.*openssl pkey"),
    ],
)
def test_client_files_that_cannot_be_used(
    files: Path, authority: trustme.CA, certificate: str, key: str, message: str
) -> None:
    """Which of the two it is, what is wrong with it, and what to do; nothing asks for a password at the terminal."""
    authority.issue_cert("other.test").private_key_pem.write_to_path(str(files / "other.key"))
    plain = load_pem_private_key((files / "me.key").read_bytes(), None)
    locked = plain.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"canary"))
    (files / "locked.key").write_bytes(locked)
    tls = TlsOptions(str(files / "ca.pem"), str(files / certificate), str(files / key) if key else "")
    with pytest.raises(SettingsError, match=message):
        R1Client(R1Options("https://r1.test", KEY, SECRET, tls=tls))


def test_a_wrong_ssl_cert_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the variable of the whole system, and counts where no CA file is given."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    assert "SSL_CERT_FILE or SSL_CERT_DIR leads to no certificates (No such file" in refusal(TlsOptions())


def test_without_tls_no_file_is_read() -> None:
    """A configured authority does not keep a local server from being used."""
    R1Client(R1Options("http://localhost:1", KEY, SECRET, tls=TlsOptions("/nowhere/ca.pem")))
