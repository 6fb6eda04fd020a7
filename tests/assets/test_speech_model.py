"""The shipped speech model: small, loadable by an unmodified faster-whisper, silent on silence; and its grammar."""

from __future__ import annotations

import importlib
import json
import random
import re
import subprocess
import wave
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import jiwer
import numpy as np
import numpy.typing as npt
import pytest
from faster_whisper import WhisperModel
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from tests.stages.sounds import encode, speech

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "speech-model"
TRAINING = FOLDER / "training"
RATE = 16000
LARGEST_BYTES = 12_000_000
OPTIONS = {
    "language": "en",
    "beam_size": 5,
    "temperature": 0.0,
    "without_timestamps": True,
    "condition_on_previous_text": False,
}
SENTENCES = (
    "What is the total on this invoice?",
    "Who sent the letter?",
    "Read the second page.",
    "Set a timer for ten minutes.",
    "The total is four hundred and twenty dollars.",
    "What time is it?",
)

Samples = npt.NDArray[np.float32]


def load(name: str) -> ModuleType:
    """A training module; its folder is no package, so that its scripts run as they stand."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(TRAINING))
        return importlib.import_module(name)


grammar = load("grammar")
rules = load("rules")
vocabulary = load("vocabulary")


@pytest.fixture(scope="module")
def model() -> WhisperModel:
    return WhisperModel(str(FOLDER), device="cpu", compute_type="int8", cpu_threads=2)


def transcribe(model: WhisperModel, audio: Samples | str, vad: bool) -> str:
    segments, _ = model.transcribe(audio, vad_filter=vad, **OPTIONS)
    return " ".join(segment.text.strip() for segment in segments)


def soundless() -> Iterator[tuple[str, Samples]]:
    """Three seconds each of silence and noises."""
    source = np.random.default_rng(7)
    white = source.standard_normal(3 * RATE)
    brown = np.cumsum(white)
    brown = brown / np.abs(brown).max()
    times = np.arange(3 * RATE) / RATE
    clicks = np.zeros(3 * RATE)
    clicks[:: RATE // 4] = 0.8
    for name, samples in (
        ("silence", np.zeros(3 * RATE)),
        ("faint hiss", white * 0.001),
        ("loud hiss", white * 0.2),
        ("rumble", brown * 0.3),
        ("hum", 0.2 * np.sin(2 * np.pi * 50 * times)),
        ("whistle", 0.2 * np.sin(2 * np.pi * 1000 * times)),
        ("clicks", clicks),
    ):
        yield name, samples.astype(np.float32)


# ------------------------------------------------------------------------------------------------------------ the model


def test_model_folder_is_small_and_complete() -> None:
    """The files that faster-whisper reads are there and take at most 12 MB, so a clone stays small."""
    files = ("model.bin", "config.json", "vocabulary.json", "tokenizer.json", "preprocessor_config.json")
    assert all((FOLDER / name).is_file() for name in files)
    assert sum((FOLDER / name).stat().st_size for name in files) <= LARGEST_BYTES


def test_model_hears_sentences_of_its_domain(model: WhisperModel, tmp_path: Path) -> None:
    """Sentences of the domain in a trained voice come out with at most one word in ten wrong."""
    heard = []
    for index, sentence in enumerate(SENTENCES):
        path = tmp_path / f"{index}.wav"
        subprocess.run(["espeak-ng", "-v", "en-us", "-s", "150", "-w", str(path), sentence], check=True)
        heard.append(transcribe(model, str(path), vad=True))
    said = [" ".join(vocabulary.words_of(sentence)) for sentence in SENTENCES]
    assert jiwer.wer(said, [" ".join(vocabulary.words_of(text)) for text in heard]) <= 0.10, heard


@pytest.mark.parametrize(("name", "samples"), list(soundless()), ids=[name for name, _ in soundless()])
def test_no_words_without_speech(model: WhisperModel, name: str, samples: Samples) -> None:
    """Silence and noises give no words through voice detection, as the recogniser uses it."""
    assert transcribe(model, samples, vad=True) == "", name


def test_silence_gives_no_words_even_without_voice_detection(model: WhisperModel) -> None:
    """The model itself knows silence."""
    assert transcribe(model, np.zeros(3 * RATE, np.float32), vad=False) == ""


def test_model_reads_common_sampling_rates(model: WhisperModel, tmp_path: Path) -> None:
    """A stereo recording at 44.1 kHz is heard like any other."""
    path = encode(tmp_path / "stereo.wav", speech(SENTENCES[0]), "pcm_s16le", "s16", "stereo", 44_100)
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels()) == (44_100, 2)
    assert vocabulary.words_of(transcribe(model, str(path), vad=True)) == vocabulary.words_of(SENTENCES[0])


def test_every_figure_in_the_readme_was_measured() -> None:
    """Each row of the README's table stands in evaluation.json with the same numbers."""
    groups = json.loads((FOLDER / "evaluation.json").read_text(encoding="utf-8"))["groups"]
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for name, score in groups.items():
        row = re.search(rf"^\| {re.escape(name)} \|(.*)\|$", readme, re.MULTILINE)
        assert row is not None, f"{name} is not in the README"
        shown = [cell.strip() for cell in row.group(1).split("|")]
        assert shown == [str(score[key]) for key in ("utterances", "word_error_percent", "exact_percent")]


# ---------------------------------------------------------------------------------------------------------- the grammar


def test_grammar_repeats_itself_for_the_same_seed() -> None:
    """The same seed gives the same sentences, so that a corpus can be made again; another seed gives others."""
    first, again, other = (grammar.SentenceGrammar(random.Random(seed)) for seed in (3, 3, 4))
    sentences = [first.sentence() for _ in range(200)]
    assert sentences == [again.sentence() for _ in range(200)]
    assert sentences != [other.sentence() for _ in range(200)]


@given(seed=st.integers(min_value=0, max_value=2**32))
def test_grammar_stays_inside_the_vocabulary(seed: int) -> None:
    """Every word of every sentence belongs to the stated domain, and no markup is left over."""
    known = vocabulary.all_words()
    source = grammar.SentenceGrammar(random.Random(seed))
    for _ in range(20):
        sentence = source.sentence()
        assert set(vocabulary.words_of(sentence)) <= known, sentence
        assert re.fullmatch(r"[A-Z][A-Za-z' ]*[.?]", sentence), sentence


def test_every_slot_of_the_rules_can_be_filled() -> None:
    """Each production of the grammar expands, whichever alternative is drawn."""
    for name in rules.RULES:
        source = grammar.SentenceGrammar(random.Random(name))
        for pattern in rules.RULES[name]:
            assert source._expand(pattern, 0) is not None


def test_grammar_never_gives_what_evaluation_uses() -> None:
    """Held-out and excluded sentences do not enter training."""
    question = "What is the last day I can return this form?"
    excluded = frozenset({"what time is it", " ".join(vocabulary.words_of(question))})
    source = grammar.SentenceGrammar(random.Random(11), excluded)
    for _ in range(2000):
        sentence = source.sentence()
        assert not grammar.is_held_out(sentence)
        assert " ".join(vocabulary.words_of(sentence)) not in excluded


def test_holding_out_looks_at_words_alone() -> None:
    """Capitals and punctuation do not let a held-out sentence in by another door."""
    source = grammar.SentenceGrammar(random.Random(2))
    for _ in range(300):
        sentence = source.any_sentence()
        assert grammar.is_held_out(sentence) == grammar.is_held_out(sentence.upper().rstrip(".?") + "!")


def test_free_questions_are_many_and_inside_the_domain() -> None:
    """At least 60 different questions measure the model, each within its vocabulary."""
    questions = (TRAINING / "free_questions.txt").read_text(encoding="utf-8").splitlines()
    assert len(set(questions)) >= 60
    known = vocabulary.all_words()
    outside = {word for question in questions for word in vocabulary.words_of(question)} - known
    assert outside == set()


@given(number=st.integers(min_value=0, max_value=999_999))
def test_cardinals_are_spelled_as_spoken(number: int) -> None:
    """Numbers in words agree with an independent speller."""
    assert grammar.cardinal(number) == re.sub("[-,]", " ", num2words(number)).replace("  ", " ")


@given(number=st.integers(min_value=1, max_value=59))
def test_ordinals_are_spelled_as_spoken(number: int) -> None:
    """Ordinals agree with an independent speller."""
    assert grammar.ordinal(number) == num2words(number, to="ordinal").replace("-", " ")


# ----------------------------------------------------------------------------------------------- going on with training


class Shape:
    """The sizes of the shipped network that `recover` asks for; `network.NetworkShape` needs torch."""

    width, encoder_layers, decoder_layers, window_positions = 192, 4, 2, 500


def test_the_shipped_weights_can_be_trained_on() -> None:
    """Every weight of the folder comes back under its name in training, int8 ones multiplied out."""
    recover = load("recover")
    variables = recover.read_variables(FOLDER / "model.bin")
    state = recover.network_state(variables, Shape)
    assert state["model.encoder.conv1.weight"].shape == (192, 80, 3)
    assert state["model.decoder.layers.1.encoder_attn.v_proj.weight"].shape == (192, 192)
    joined = [state[f"model.encoder.layers.0.self_attn.{name}_proj.weight"] for name in "qkv"]
    assert np.array_equal(np.concatenate(joined), variables["encoder/layer_0/self_attention/linear_0/weight"])
    assert not any(name.endswith("k_proj.bias") for name in state)
    weights = {name for name in variables if name.endswith(("weight", "bias", "gamma", "beta", "encodings"))}
    assert (
        sum(variables[name].size for name in weights)
        == sum(values.size for name, values in state.items() if not name.endswith("pad_pos")) + (4 + 2 + 2) * 192
    ), "only the keys' biases, which are zero, are left out"


def test_another_file_is_no_model(tmp_path: Path) -> None:
    """It is named, and what would be read."""
    path = tmp_path / "model.bin"
    path.write_bytes((7).to_bytes(4, "little") + (5).to_bytes(2, "little") + b"Spec\0" + (1).to_bytes(4, "little"))
    with pytest.raises(ValueError, match=r"model\.bin is version 7 of a Spec"):
        load("recover").read_variables(path)
