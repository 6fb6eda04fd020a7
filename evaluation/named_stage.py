"""A user's own stage, by name: found, made, and held to the least that a check needs of it."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from pipeline.errors import InputError, PipelineError, SetupError, WiringError
from pipeline.runner import Pipeline
from pipeline.stage import Stage

_MEMBERS = ("name", "accepts", "emits", "run")


@dataclass(frozen=True, slots=True)
class Task:
    """What a stage is asked to do."""

    takes: type
    makes: type


def load_stage(named: str, task: Task) -> Stage[Any]:
    """The stage that `named`, "module:Class", names: made without arguments, fit for `task`.

    The module is looked for where Python looks, and in the current folder. Raises `InputError` that says which part of
    the name is wrong: form, module, class, what it needs to be made, or what it is.
    """
    module_name, colon, class_name = named.partition(":")
    if not colon or not module_name or not class_name.isidentifier() or "/" in module_name or os.sep in module_name:
        raise InputError(f"--stage {named}: write it as module:Class, such as my_stages:MyRecognizer")
    if module_name.endswith(".py"):
        raise InputError(f"--stage {named}: name the module without its ending: {module_name[:-3]}:{class_name}")
    module = _module(named, module_name)
    made = _made(named, _member(named, module, class_name))
    _check(named, made, task)
    stage: Stage[Any] = made
    return stage


@asynccontextmanager
async def warmed(stage: Stage[Any]) -> AsyncIterator[Stage[Any]]:
    """Around the use of a stage: its `warm_up` before and its `close` after, where it has them, async or not.

    Raises `SetupError` when one of them fails, naming the stage, unless what it raises is one of our own errors.
    """
    try:
        await _called(stage, "warm_up")
        yield stage
    except BaseException:
        with suppress(PipelineError):  # what failed first is what counts
            await _called(stage, "close")
        raise
    await _called(stage, "close")


async def _called(stage: Stage[Any], method: str) -> None:
    found = getattr(stage, method, None)
    if not callable(found):
        return
    try:
        result = found()
        if inspect.isawaitable(result):
            await result
    except PipelineError:
        raise
    except Exception as error:
        raise SetupError(f"stage '{stage.name}': its `{method}` failed: {_said(error)}") from error


def _module(named: str, name: str) -> ModuleType:
    folder = os.getcwd()  # noqa: PTH109  # as a string, since that is what the search path holds
    if folder not in sys.path:
        sys.path.append(folder)  # last, so that no file there hides a module of the program; it stays for later imports
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing and (name == missing or name.startswith(f"{missing}.")):
            raise InputError(
                f"--stage {named}: there is no module '{missing}', neither in this folder nor among what is installed"
            ) from error
        raise InputError(f"--stage {named}: the module '{name}' needs '{missing}', which is not installed") from error
    except (ValueError, TypeError) as error:  # "a..b", or a relative name
        raise InputError(f"--stage {named}: '{name}' cannot be imported: {_said(error)}") from error
    except (Exception, SystemExit) as error:
        raise InputError(f"--stage {named}: the module '{name}' fails while it is imported: {_said(error)}") from error


def _member(named: str, module: ModuleType, name: str) -> Any:
    if not hasattr(module, name):
        raise InputError(f"--stage {named}: there is no '{name}' in {module.__file__ or module.__name__}")
    return getattr(module, name)


def _made(named: str, maker: Any) -> Any:
    if not callable(maker):
        raise InputError(f"--stage {named}: this is no class, and nothing else that could be called to make a stage")
    try:
        inspect.signature(maker).bind()
    except TypeError as error:
        raise InputError(
            f"--stage {named}: it cannot be made without arguments ({error}); give each a default, or name a function "
            "without arguments that makes it"
        ) from error
    except ValueError:  # something built in, which does not say what it takes
        pass
    try:
        return maker()
    except PipelineError:
        raise
    except Exception as error:
        raise InputError(f"--stage {named}: it fails while it is made: {_said(error)}") from error


def _check(named: str, stage: Any, task: Task) -> None:
    missing = [member for member in _MEMBERS if not hasattr(stage, member)]
    if missing:
        raise InputError(
            f"--stage {named}: what it makes is no stage, {' and '.join(f'`{m}`' for m in missing)} missing; "
            "docs/stages.md shows one"
        )
    for member, wanted in (("accepts", task.takes), ("emits", task.makes)):
        types = getattr(stage, member)
        if not isinstance(types, tuple) or not all(isinstance(kind, type) for kind in types):
            raise InputError(
                f"--stage {named}: `{member}` must be a tuple of event types, such as ({wanted.__name__},)"
            )
        if wanted not in types:
            has = ", ".join(kind.__name__ for kind in types) or "nothing"
            raise InputError(
                f"--stage {named}: this check needs a stage that {member} {wanted.__name__}; this one {member} {has}"
            )
    try:
        Pipeline(stage, inputs=(task.takes,))
    except WiringError as error:
        raise InputError(f"--stage {named}: {error}") from error


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")
