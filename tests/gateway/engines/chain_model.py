"""A tiny language model in CTranslate2's format that says one text: each token is followed by the next of a chain.

A real decoder with attention and feed-forward layers whose weights are zero, so that only embedding and projection
speak: what it says can be told beforehand, and is the same in any batch.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import tokenizers
from ctranslate2.specs import TransformerDecoderModelSpec, common_spec
from tokenizers import AddedToken, decoders, models, pre_tokenizers

WIDTH, HEADS = 64, 2
END = "<|end|>"
R1_MARKS = ("<｜begin▁of▁sentence｜>", "<｜User｜>", "<｜Assistant｜>")


def write_chain_model(folder: Path, said: Sequence[str], after: str, marks: Sequence[str] = R1_MARKS) -> Path:
    """A model that says the tokens `said`, each at most once in it, after the token `after`, and ends."""
    folder.mkdir(parents=True, exist_ok=True)
    words = list(dict.fromkeys(["<unk>", END, *marks, "\n", "why", "?", "<think>", "</think>", "\n\n", *said]))
    assert len(words) <= WIDTH, "the model is too narrow for so many tokens"
    places = {word: place for place, word in enumerate(words)}
    chain = [after, *said, END]
    following = dict(pairwise(chain))

    def array(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return np.zeros(shape, np.float32)

    spec = TransformerDecoderModelSpec.from_config(1, HEADS, activation=common_spec.Activation.GELU)
    decoder = spec.decoder
    decoder.embeddings.weight = np.eye(len(words), WIDTH, dtype=np.float32)
    decoder.scale_embeddings = False
    decoder.position_encodings.encodings = array(4096, WIDTH)
    decoder.layer_norm.gamma, decoder.layer_norm.beta = np.ones(WIDTH, np.float32), array(WIDTH)
    decoder.projection.weight, decoder.projection.bias = array(len(words), WIDTH), array(len(words))
    for word in words:
        decoder.projection.weight[places[following.get(word, END)], places[word]] = 8.0
    layer = decoder.layer[0]
    for norm in (layer.self_attention.layer_norm, layer.ffn.layer_norm):
        norm.gamma, norm.beta = np.ones(WIDTH, np.float32), array(WIDTH)
    attention = layer.self_attention.linear
    for linear, outputs in ((attention[0], 3 * WIDTH), (attention[1], WIDTH)):
        linear.weight, linear.bias = array(outputs, WIDTH), array(outputs)
    for linear in (layer.ffn.linear_0, layer.ffn.linear_1):
        linear.weight, linear.bias = array(WIDTH, WIDTH), array(WIDTH)
    spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = words[0], END, "<unk>"
    spec.register_vocabulary(words)
    spec.validate()
    spec.save(str(folder))
    _write_tokenizer(folder / "tokenizer.json", words, places, marks)
    assert json.loads((folder / "config.json").read_text())["eos_token"] == END
    return folder


def _write_tokenizer(file: Path, words: Sequence[str], places: dict[str, int], marks: Sequence[str]) -> None:
    tokenizer = tokenizers.Tokenizer(models.WordLevel(places, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(tokenizers.Regex(r" ?\w+|\n+|[^\w\s]"), "isolated")
    tokenizer.decoder = decoders.Fuse()
    tokenizer.add_special_tokens([AddedToken(word, special=True) for word in (*marks, END)])
    tokenizer.add_tokens([AddedToken(word, special=False, normalized=False) for word in ("<think>", "</think>")])
    tokenizer.save(str(file))
