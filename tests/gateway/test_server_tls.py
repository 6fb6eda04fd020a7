from __future__ import annotations

import asyncio
import os
import shutil
import signal
import ssl
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import trustme

from gateway.access import Access
from gateway.app import create_app
from gateway.errors import GatewayError
from gateway.parts import GatewayParts
from gateway.server import GatewayServer, ServerOptions
from gateway.serving.certificates import Certificates, TlsFiles
from gateway.serving.limits import ConnectionLimits
from tests.gateway.engine import KEY, SECRET, TOTAL, ScriptedEngine
from tests.gateway.serving import HEALTH, Wire, run

# -- TLS


def written(folder: Path, issued: trustme.LeafCert) -> TlsFiles:
    """Certificate and key as files."""
    files = TlsFiles(folder / "server.pem", folder / "server.key")
    assert files.key is not None
    files.certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    files.key.write_bytes(issued.private_key_pem.bytes())
    return files


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """What a client of this authority's servers has."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


async def health(server: GatewayServer, context: ssl.SSLContext) -> httpx.Response:
    """Asked over a new connection."""
    async with httpx.AsyncClient(verify=context, trust_env=False, timeout=5) as client:
        return await client.get(f"{server.address}/health")


def secured(files: TlsFiles) -> GatewayServer:
    """Not started yet."""
    app = create_app(GatewayParts(ScriptedEngine(TOTAL), Access({KEY: SECRET})))
    return GatewayServer(app, ServerOptions(port=0, tls=files, drain_s=1.0))


def test_tls_is_1_2_at_least(tmp_path: Path) -> None:
    """1.2 and 1.3 are spoken, 1.1 is not; browsers are told to stay with it."""
    authority = trustme.CA()

    async def main() -> None:
        async with secured(written(tmp_path, authority.issue_cert("127.0.0.1"))) as server:
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                context = trusting(authority)
                context.maximum_version = context.minimum_version = version
                reply = await health(server, context)
                assert reply.headers["strict-transport-security"] == "max-age=31536000"
            old = trusting(authority)
            old.set_ciphers("ALL:@SECLEVEL=0")
            with pytest.warns(DeprecationWarning, match="TLSv1"):
                old.minimum_version = ssl.TLSVersion.TLSv1
            with pytest.warns(DeprecationWarning, match="TLSv1"):
                old.maximum_version = ssl.TLSVersion.TLSv1_1
            with pytest.raises(httpx.ConnectError):
                await health(server, old)

    run(main)


@pytest.mark.parametrize("way", ["file", "signal"])
def test_a_new_certificate_counts_for_new_connections(tmp_path: Path, way: str) -> None:
    """Without a restart; a connection that is open goes on."""
    before, after = trustme.CA(), trustme.CA()

    async def main() -> None:
        files = written(tmp_path, before.issue_cert("127.0.0.1"))
        async with secured(files) as server:
            serve = asyncio.create_task(server.serve())
            async with Wire(server.port, trusting(before)) as wire:
                await wire.send(HEALTH)
                await wire.reply()
                stamps = [(path, path.stat()) for path in files.paths]
                written(tmp_path, after.issue_cert("127.0.0.1"))
                if way == "signal":
                    assert server.certificates is not None
                    for path, status in stamps:  # as a copy that keeps times would
                        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
                    os.kill(os.getpid(), signal.SIGHUP)
                deadline = time.perf_counter() + 10
                while True:
                    try:
                        await health(server, trusting(after))
                        break
                    except httpx.ConnectError:
                        assert time.perf_counter() < deadline
                        await asyncio.sleep(0.05)
                with pytest.raises(httpx.ConnectError):
                    await health(server, trusting(before))
                await wire.send(HEALTH)
                assert (await wire.reply()).startswith(b"HTTP/1.1 200 ")
            server.stop()
            await serve

    run(main)


def test_a_certificate_that_cannot_be_used_changes_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Half of a pair, as while files are being replaced: said once, and taken up when it is whole."""
    authority, other = trustme.CA(), trustme.CA()
    files = written(tmp_path, authority.issue_cert("127.0.0.1"))
    certificates = Certificates(files)
    assert files.key is not None
    kept = files.key.read_bytes()
    assert not certificates.changed()
    written(tmp_path, other.issue_cert("127.0.0.1"))
    files.key.write_bytes(kept)
    assert certificates.changed()
    assert not certificates.reload()
    assert not certificates.changed()
    assert "is not that of the certificate" in caplog.text and "PRIVATE" not in caplog.text
    written(tmp_path, other.issue_cert("127.0.0.1"))
    assert certificates.changed() and certificates.reload()


def test_clients_must_show_a_certificate_where_that_is_asked(tmp_path: Path) -> None:
    """Of the right authority; and of the new one after it was replaced."""
    ours, theirs, stranger, later = trustme.CA(), trustme.CA(), trustme.CA(), trustme.CA()

    def client(authority: trustme.CA | None) -> ssl.SSLContext:
        context = trusting(ours)
        if authority is not None:
            authority.issue_cert("client@example.com").configure_cert(context)
        return context

    async def main() -> None:
        authorities = tmp_path / "clients.pem"
        theirs.cert_pem.write_to_path(str(authorities))
        files = replace(written(tmp_path, ours.issue_cert("127.0.0.1")), client_authorities=authorities)
        async with secured(files) as server:
            assert (await health(server, client(theirs))).status_code == 200
            for other in (None, stranger, later):
                with pytest.raises((httpx.HTTPError, ssl.SSLError)):
                    await health(server, client(other))
            later.cert_pem.write_to_path(str(authorities))
            assert server.certificates is not None
            assert server.certificates.reload()
            assert (await health(server, client(later))).status_code == 200
            with pytest.raises((httpx.HTTPError, ssl.SSLError)):
                await health(server, client(theirs))

    run(main)


def test_a_handshake_that_is_not_finished_is_cut_off(tmp_path: Path) -> None:
    """Plain HTTP on the TLS port, and a client that says nothing."""
    authority = trustme.CA()

    async def main() -> list[bytes]:
        files = written(tmp_path, authority.issue_cert("127.0.0.1"))
        app = create_app(GatewayParts(ScriptedEngine(TOTAL), Access({KEY: SECRET})))
        limits = ConnectionLimits(handshake_s=0.3)
        async with GatewayServer(app, ServerOptions(port=0, tls=files, limits=limits)) as server:
            ended = []
            for content in (HEALTH, b""):
                async with Wire(server.port) as wire:
                    await wire.send(content)
                    ended.append(await wire.ended())
            assert (await health(server, trusting(authority))).status_code == 200
            return ended

    assert not any(b"200" in said for said in run(main))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("missing", "cannot be read"),
        ("no PEM", "hold no certificate"),
        ("another key", "is not that of the certificate"),
        ("locked key", "has a password"),
        ("no authorities", "holds no certificates"),
    ],
)
def test_files_that_cannot_be_used_are_named(tmp_path: Path, fault: str, said: str) -> None:
    """Before anything listens, and without a question on the terminal."""
    from cryptography.hazmat.primitives import serialization

    authority = trustme.CA()
    files = written(tmp_path, authority.issue_cert("127.0.0.1"))
    assert files.key is not None
    if fault == "missing":
        files.certificate.unlink()
    elif fault == "no PEM":
        files.certificate.write_text("nonsense")
    elif fault == "another key":
        shutil.copy(written(tmp_path / ".", authority.issue_cert("127.0.0.1")).certificate, tmp_path / "other")
        files.key.write_bytes(authority.issue_cert("127.0.0.1").private_key_pem.bytes())
    elif fault == "locked key":
        key = serialization.load_pem_private_key(files.key.read_bytes(), None)
        files.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(b"password"),
            )
        )
    else:
        (tmp_path / "authorities").write_text("nonsense")
        files = replace(files, client_authorities=tmp_path / "authorities")
    with pytest.raises(GatewayError, match=said) as caught:
        secured(files)
    assert str(tmp_path) in str(caught.value)
