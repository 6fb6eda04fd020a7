"""What `feedback submit`, `submissions` and `cancel` do with a fine-tune API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from commands.terminal import escaped, remark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.feedback.fine_tune_api import FineTuneOptions
    from gateway.feedback.submissions import Submission, Target
    from gateway.feedback.submitting import BatchLimits


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be sent."""

    unfinished: tuple[Submission, ...]
    """Broken off earlier; gone on with first."""
    batches: tuple[int, ...]
    """New ones, by their number of samples."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the corrections are and where they go."""

    database_url: str | None
    target: Target
    options: FineTuneOptions


def fine_tune_options(url: str | None) -> FineTuneOptions:
    """The API at `url`, with the key from the environment. Raises `InputError` without a URL, `SettingsError`."""
    import os

    from commands.settings import load_settings
    from gateway.feedback.fine_tune_api import KEY_VARIABLE, FineTuneOptions
    from pipeline.errors import InputError
    from r1.tls import TlsOptions

    if not url:
        raise InputError("name the fine-tune API with --to or FINE_TUNE_URL, such as --to https://api.example.com/v1")
    settings = load_settings(os.environ)
    tls = TlsOptions(settings.ca_file)
    return FineTuneOptions(url, os.environ.get(KEY_VARIABLE, ""), tls)


def planned(place: Place, limits: BatchLimits) -> Plan:
    """What would be sent; nothing is, and nothing is asked of the API."""
    from commands.feedback_places import opened_database, point_to_tenants
    from gateway.feedback.submissions import SubmissionStore
    from gateway.feedback.submitting import batches_of, unfinished

    with opened_database(place.database_url) as database:
        point_to_tenants(database, place.target.tenant)
        store = SubmissionStore(database)
        broken_off = unfinished(store.submissions(place.target.tenant), place.target)
        return Plan(tuple(broken_off), tuple(len(batch) for batch in batches_of(store, place.target, limits)))


async def submitted(place: Place, limits: BatchLimits, *, wait: bool) -> list[Submission]:
    """Go on with what was broken off, send what waits, and with `wait` follow all to their ends."""
    import asyncio

    from commands.feedback_places import opened_database, point_to_tenants
    from gateway.feedback.fine_tune_api import FineTuneApi
    from gateway.feedback.submissions import SubmissionStore
    from gateway.feedback.submitting import Submitter, unfinished

    results = []
    with opened_database(place.database_url) as database:
        await asyncio.to_thread(point_to_tenants, database, place.target.tenant)
        store = SubmissionStore(database)
        async with FineTuneApi(place.options) as api:
            submitter = Submitter(store, api, limits)
            known = await asyncio.to_thread(store.submissions, place.target.tenant)
            for submission in [*unfinished(known, place.target), *await submitter.prepared(place.target)]:
                results.append(await submitter.go_on(submission))
                remark(f"{results[-1].submission_id}: {results[-1].rows} rows, {results[-1].state}")
            if wait:
                results = [await submitter.ended(submission) for submission in results]
    return results


async def refreshed(database_url: str | None, tenant: str, options: FineTuneOptions | None) -> list[Submission]:
    """All submissions of a tenant; those at the API of `options` as they stand there now."""
    import asyncio

    from commands.feedback_places import opened_database
    from gateway.feedback.fine_tune_api import FineTuneApi
    from gateway.feedback.submissions import SubmissionState, SubmissionStore
    from gateway.feedback.submitting import Submitter

    with opened_database(database_url) as database:
        store = SubmissionStore(database)
        known = await asyncio.to_thread(store.submissions, tenant)
        # The key is the one API's: no other address that stands in the database gets to see it.
        address = options.upstream().address if options else ""
        running = [at for at in known if at.state is SubmissionState.RUNNING]
        elsewhere = {at.target.endpoint for at in running if at.target.endpoint != address}
        for endpoint in sorted(elsewhere):
            remark(f"jobs at {escaped(endpoint)} are shown as they last stood; ask anew with --to {escaped(endpoint)}")
        if options is None or len(running) == sum(at.target.endpoint in elsewhere for at in running):
            return known
        async with FineTuneApi(options) as api:
            submitter = Submitter(store, api)
            return [await submitter.refreshed(at) if at.target.endpoint == address else at for at in known]


async def cancelled(database_url: str | None, tenant: str, identity: str, options: FineTuneOptions) -> Submission:
    """Cancel a submission. Raises `InputError` when there is none of that id, or it is at another API."""
    import asyncio

    from commands.feedback_places import opened_database
    from gateway.feedback.fine_tune_api import FineTuneApi
    from gateway.feedback.submissions import SubmissionStore
    from gateway.feedback.submitting import Submitter

    with opened_database(database_url) as database:
        store = SubmissionStore(database)
        submission = _named(await asyncio.to_thread(store.submissions, tenant), identity, options)
        async with FineTuneApi(options) as api:
            return await Submitter(store, api).cancelled(submission)


def _named(known: Sequence[Submission], identity: str, options: FineTuneOptions) -> Submission:
    from pipeline.errors import InputError

    found = next((at for at in known if at.submission_id == identity), None)
    if found is None:
        there = ", ".join(at.submission_id for at in known) or "none"
        raise InputError(f"there is no submission '{identity}'; there are: {there}")
    if found.target.endpoint != options.upstream().address:
        raise InputError(f"{identity} was handed to {found.target.endpoint}; name that with --to")
    return found
