"""The gateway's composition root: builds its real parts and joins them, each after those that it leans on."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.gateway_audit import KEY_FILE as AUDIT_KEY_FILE
from commands.gateway_clients import KEY_FILE
from commands.gateway_database import gateway_folder, make_private_folder, opened_gateway_database
from commands.gateway_settings import GatewaySettings

if TYPE_CHECKING:
    from gateway.access import Access
    from gateway.access.allowance import Allowance
    from gateway.access.registry import Registry
    from gateway.audit import AuditLog
    from gateway.database import Database
    from gateway.engine import Engine
    from gateway.engines.upstream import Server
    from gateway.feedback.intake import Feedback
    from gateway.feedback.subject import FeedbackOfSubject
    from gateway.monitoring.monitoring import Monitoring
    from gateway.parts import GatewayParts
    from gateway.privacy import GatewayKey, Privacy, SubjectData
    from gateway.session_layouts import SessionLayout
    from gateway.sessions import Sessions
    from gateway.shared_repeats import SharedRepeats
    from r1.admission import Admission
    from r1.cache import ResultCache


@dataclass(frozen=True, slots=True)
class AssembledGateway:
    """A gateway that is ready to be served."""

    parts: GatewayParts
    monitoring: Monitoring
    registry: Registry


@asynccontextmanager
async def assembled_gateway(settings: GatewaySettings, servers: Sequence[Server]) -> AsyncIterator[AssembledGateway]:
    """All parts as `settings` ask for them, in front of `servers` or else the reader; closed on leaving.

    What was noted is written on leaving. Raises `InputError`, `GatewayError`, and the errors of `r1` for servers and
    caches.
    """
    async with AsyncExitStack() as stack:
        yield await _Assembly(settings, stack).gateway(servers)


class _Assembly:
    def __init__(self, settings: GatewaySettings, stack: AsyncExitStack) -> None:
        self._settings = settings
        self._stack = stack
        self._folder = gateway_folder()

    async def gateway(self, servers: Sequence[Server]) -> AssembledGateway:
        from gateway.parts import GatewayParts, Records
        from gateway.privacy.gateway_key import open_gateway_key
        from gateway.session_layouts import plain_layout, reader_layout

        settings = self._settings
        database = self._database()
        gateway_key = open_gateway_key(self._file(settings.audit_key_file, AUDIT_KEY_FILE))
        registry, access, allowance = self._access(database)
        engine, admission = await self._engine(servers), self._admission()
        is_model = bool(servers or settings.weights)
        # The reader answers from the clock too, and faster than any cache: nothing of it is kept.
        cache, sessions = (
            self._cache() if is_model else None,
            self._sessions(plain_layout if is_model else reader_layout),
        )
        audit = self._audit(database, gateway_key)
        feedback, kept_feedback = self._feedback(database)
        monitoring = await self._monitoring(engine.name, admission, audit, database)
        parts = GatewayParts(
            engine=engine,
            access=access,
            admission=admission,
            cache=cache,
            sessions=sessions,
            repeats=self._repeats(),
            allowance=allowance,
            sinks=(audit, monitoring),
            registry=registry,
            records=Records(database, gateway_key),
            feedback=feedback,
            privacy=self._privacy(database, gateway_key, _kept(audit, sessions, cache, kept_feedback)),
            has_docs=settings.docs,
        )
        return AssembledGateway(parts, monitoring, registry)

    def _database(self) -> Database:
        make_private_folder(self._folder)  # for the keys, and calls that wait for their database
        return self._stack.enter_context(opened_gateway_database(self._settings.database))

    def _access(self, database: Database) -> tuple[Registry, Access, Allowance]:
        from gateway.access import Access, MemoryReplays, RedisReplays
        from gateway.access.allowance import Allowance
        from gateway.access.registry import Registry
        from gateway.access.registry_watch import WatchedRegistry
        from gateway.access.sealing import Seal, key_source
        from gateway.access.windows import MemoryWindows, Windows

        redis = self._settings.redis
        registry = Registry(database, Seal(key_source(os.environ, self._file(self._settings.key_file, KEY_FILE))))
        watched = self._stack.enter_context(WatchedRegistry(registry))
        replays: MemoryReplays | RedisReplays = MemoryReplays()
        windows: Windows = MemoryWindows()
        if redis:
            from gateway.access.redis_windows import RedisWindows

            replays, shared = RedisReplays(redis), RedisWindows(redis)
            self._stack.callback(replays.close)
            self._stack.push_async_callback(shared.close)
            windows = shared
        return registry, Access(watched, replays=replays), Allowance(watched, windows)

    async def _engine(self, servers: Sequence[Server]) -> Engine:
        if self._settings.weights:
            from gateway.engines.local import LocalEngine
            from gateway.errors import GatewayError
            from pipeline.errors import InputError

            weights = self._settings.weights
            try:
                local = await asyncio.to_thread(lambda: LocalEngine(Path(weights).expanduser()))
            except GatewayError as error:
                raise InputError(f"--weights {error}") from error
            return await self._stack.enter_async_context(local)
        if not servers:
            from gateway.engines.reader import ReaderEngine

            return ReaderEngine()
        from commands.settings import state_folder
        from gateway.engines.upstream import UpstreamEngine
        from gateway.serving.quick_transport import quick_transport
        from r1.client import ClientParts
        from r1.learned import LearnedModels

        parts = ClientParts(learned=LearnedModels(state_folder() / "models.json"))
        transport = quick_transport([server.options for server in servers])
        return await self._stack.enter_async_context(UpstreamEngine(servers, parts, transport))

    def _admission(self) -> Admission:
        from r1.admission import Admission, AdmissionLimits

        return Admission(AdmissionLimits(slots=self._settings.slots, waiting=self._settings.waiting))

    def _cache(self) -> ResultCache | None:
        from r1.cache import open_cache

        if self._settings.cache == "off":
            return None
        cache = open_cache(self._settings.redis or "memory")
        self._stack.push_async_callback(cache.close)
        return cache

    def _sessions(self, layout: SessionLayout) -> Sessions:
        from gateway.sessions import MemorySessions, RedisSessions, Sessions, SessionStore

        store: SessionStore = MemorySessions()
        if self._settings.redis:
            from redis.asyncio import Redis

            shared = RedisSessions(Redis.from_url(self._settings.redis, socket_timeout=1.0, socket_connect_timeout=1.0))
            self._stack.push_async_callback(shared.close)
            store = shared
        return Sessions(store, layout=layout)

    def _repeats(self) -> SharedRepeats | None:
        from gateway.shared_repeats import SharedRepeats
        from r1.cache import open_cache

        url = self._settings.redis
        if not url:
            return None
        from redis.asyncio import Redis

        client, cache = Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=1.0), open_cache(url)
        self._stack.push_async_callback(client.aclose)
        self._stack.push_async_callback(cache.close)
        return SharedRepeats(client, cache)

    def _audit(self, database: Database, gateway_key: GatewayKey) -> AuditLog:
        from gateway.audit import open_audit_log, retain_daily

        audit = open_audit_log(database, gateway_key, self._folder)
        self._stack.push_async_callback(asyncio.to_thread, audit.close)
        self._beside(retain_daily(database, gateway_key, self._settings.retention_days))
        return audit

    def _feedback(self, database: Database) -> tuple[Feedback, FeedbackOfSubject]:
        from gateway.feedback.intake import Feedback
        from gateway.feedback.store import FeedbackStore
        from gateway.feedback.subject import FeedbackOfSubject
        from gateway.feedback.submissions import SubmissionStore

        store = FeedbackStore(database)
        return Feedback(store), FeedbackOfSubject(store, SubmissionStore(database))

    def _privacy(self, database: Database, gateway_key: GatewayKey, stores: Sequence[SubjectData]) -> Privacy:
        from gateway.privacy.erasure import Privacy
        from gateway.privacy.notices import ErasureNotices

        notices = ErasureNotices(database, gateway_key)
        self._beside(notices.watch())
        return Privacy(stores, gateway_key, notices=notices)

    async def _monitoring(self, engine: str, admission: Admission, audit: AuditLog, database: Database) -> Monitoring:
        from gateway.monitoring.alerts import AlertLimits
        from gateway.monitoring.monitoring import Monitoring, MonitoringOptions
        from gateway.monitoring.probes import off_loop
        from gateway.monitoring.webhook import WebhookOptions
        from r1.credentials import Secret

        settings = self._settings
        webhook = None
        if settings.webhook:
            webhook = WebhookOptions(Secret(settings.webhook), Secret(settings.webhook_secret))
        limits = AlertLimits(**{each.name: getattr(settings, f"alert_{each.name}") for each in fields(AlertLimits)})
        options = MonitoringOptions(maximum_qps=settings.maximum_qps or None, alerts=limits, webhook=webhook)

        async def audit_fault() -> str:
            return audit.health.fault

        probes: dict[str, Any] = {"audit": audit_fault, "database": off_loop(lambda: _database_fault(database))}
        if settings.redis:
            probes["cache"] = off_loop(lambda: _redis_fault(settings.redis))
        monitoring = Monitoring(engine, admission, options, probes)
        await self._stack.enter_async_context(monitoring.watching())
        return monitoring

    def _beside(self, work: Any) -> None:
        task = asyncio.create_task(work)

        async def end() -> None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

        self._stack.push_async_callback(end)

    def _file(self, chosen: str, name: str) -> Path:
        return Path(chosen).expanduser() if chosen else self._folder / name


def _database_fault(database: Database) -> str:
    """What is wrong with it; empty when it answers."""
    from sqlalchemy import text

    from gateway.database import DatabaseError

    try:
        with database.reading() as connection:
            connection.execute(text("SELECT 1"))
    except DatabaseError as error:
        return str(error)
    return ""


def _redis_fault(url: str) -> str:
    from redis import Redis, RedisError

    try:
        with Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=1.0) as client:
            client.ping()
    except RedisError as error:
        return type(error).__name__  # its text may hold the address
    return ""


def _kept(
    audit: AuditLog, sessions: Sessions, cache: ResultCache | None, feedback: FeedbackOfSubject
) -> list[SubjectData]:
    """All stores that keep something of a user."""
    from gateway.audit import AuditData
    from gateway.kept import CachedAnswers, RememberedSessions

    stores: list[SubjectData] = [RememberedSessions(sessions), feedback]
    if cache is not None:
        stores.append(CachedAnswers(cache))
    return [*stores, AuditData(audit)]  # last: what the others do is still on its way into it
