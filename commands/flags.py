"""Flags that several verbs share, so that each is named and explained once."""

from __future__ import annotations

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else on stdout.")]
R1 = Annotated[
    str | None,
    typer.Option("--r1", metavar="URL", help="A reasoning model: URL, openai:URL, ollama[:URL]; else the reader."),
]
Model = Annotated[str | None, typer.Option("--model", metavar="M", help="Which of the reasoning server's models.")]
AsrModel = Annotated[
    str | None,
    typer.Option(
        "--asr-model",
        metavar="M",
        help="Speech model: 'shipped' (the samples only), a Whisper by name such as small, or a folder.",
    ),
]
OcrEngine = Annotated[
    str | None,
    typer.Option("--ocr-engine", metavar="NAME", help="What reads documents: tesseract, rapidocr or auto (both)."),
]
Language = Annotated[str | None, typer.Option("--language", metavar="L", help="Of the speech: en, zh, … or auto.")]
