"""Turn a model folder, such as the shipped one, back into a checkpoint that training can go on from.

    python recover.py assets/speech-model CHECKPOINT.pt
    python reproduce.py --start-from CHECKPOINT.pt --tokenizer assets/speech-model/tokenizer.json --hours 2 --work DIR

The weights are those of model.bin, int8 ones multiplied out, so a little precision is lost. The two heads that only training
uses are not in it and start afresh: `train.py --decoder-first 0.045` lets the encoder rest until they have learnt.
Format of model.bin: CTranslate2 4, `python/ctranslate2/specs/model_spec.py`.
"""

from __future__ import annotations

import argparse
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from network import NetworkShape

Weights = dict[str, NDArray[np.float32]]

BINARY_VERSION = 6
_TYPES = ("<f4", "i1", "<i2", "<i4", "<f2")
"""By the number that stands in the file."""

_LAYER_NORMS = {
    "self_attention": "self_attn_layer_norm",
    "attention": "encoder_attn_layer_norm",
    "ffn": "final_layer_norm",
}
_ATTENTIONS = {"self_attention": "self_attn", "attention": "encoder_attn"}


@dataclass(slots=True)
class _Reader:
    """A position in the bytes of a model.bin."""

    data: bytes
    at: int = 0

    def number(self, kind: str) -> int:
        (value,) = struct.unpack_from(f"<{kind}", self.data, self.at)
        self.at += struct.calcsize(f"<{kind}")
        return int(value)

    def text(self) -> str:
        return self.raw(self.number("H")).rstrip(b"\0").decode()

    def raw(self, length: int) -> bytes:
        self.at += length
        return self.data[self.at - length : self.at]


def read_variables(model: Path) -> Weights:
    """Every weight of a model.bin by CTranslate2's name, as float32. Raises `ValueError` for another version of the format."""
    reader = _Reader(model.read_bytes())
    version, kind, _revision = reader.number("I"), reader.text(), reader.number("I")
    if version != BINARY_VERSION or kind != "WhisperSpec":
        raise ValueError(f"{model} is version {version} of a {kind}; version {BINARY_VERSION} of a WhisperSpec is read")
    stored: dict[str, NDArray[np.generic]] = {}
    for _ in range(reader.number("I")):
        name = reader.text()
        shape = tuple(reader.number("I") for _ in range(reader.number("B")))
        data_type = np.dtype(_TYPES[reader.number("B")])
        stored[name] = np.frombuffer(reader.raw(reader.number("I")), data_type).reshape(shape)
    return {name: _plain(name, stored) for name in stored if not name.endswith("_scale")}


def _plain(name: str, stored: dict[str, NDArray[np.generic]]) -> NDArray[np.float32]:
    values = stored[name].astype(np.float32)
    scale = stored.get(f"{name}_scale")
    if scale is None:
        return values
    rows = scale.astype(np.float32).reshape(-1, *(1,) * (values.ndim - 1))
    return np.asarray(values / rows, dtype=np.float32)


def network_state(variables: Weights, shape: NetworkShape) -> Weights:
    """The same weights by the names of `network.SpeechNetwork`, without the heads."""
    state: Weights = {}
    for half, layers in (("encoder", shape.encoder_layers), ("decoder", shape.decoder_layers)):
        for number in range(layers):
            state |= _layer(variables, f"{half}/layer_{number}", f"model.{half}.layers.{number}", shape.width)
        state |= _norm(variables, f"{half}/layer_norm", f"model.{half}.layer_norm")
    for name in ("conv1", "conv2"):
        for part in ("weight", "bias"):
            state[f"model.encoder.{name}.{part}"] = variables[f"encoder/{name}/{part}"]
    positions = variables["encoder/position_encodings/encodings"]
    state["model.encoder.embed_positions.weight"] = positions
    state["model.encoder.pad_pos"] = positions[shape.window_positions]
    state["model.decoder.embed_tokens.weight"] = variables["decoder/embeddings/weight"]
    state["model.decoder.embed_positions.weight"] = variables["decoder/position_encodings/encodings"]
    return state


def _layer(variables: Weights, source: str, target: str, width: int) -> Weights:
    state: Weights = {}
    for block, norm in _LAYER_NORMS.items():
        if f"{source}/{block}/layer_norm/gamma" in variables:
            state |= _norm(variables, f"{source}/{block}/layer_norm", f"{target}.{norm}")
    for number, name in enumerate(("fc1", "fc2")):
        for part in ("weight", "bias"):
            state[f"{target}.{name}.{part}"] = variables[f"{source}/ffn/linear_{number}/{part}"]
    for block, name in _ATTENTIONS.items():
        # CTranslate2 joins the projections that share an input: query, key and value, or key and value alone.
        joined = ("q_proj", "k_proj", "v_proj", "out_proj")
        for part in ("weight", "bias"):
            linears = [variables.get(f"{source}/{block}/linear_{number}/{part}") for number in range(3)]
            rows = [row for linear in linears if linear is not None for row in np.split(linear, len(linear) // width)]
            for projection, values in zip(joined, rows, strict=False):
                if (projection, part) != ("k_proj", "bias"):  # always zero: Whisper's keys have none
                    state[f"{target}.{name}.{projection}.{part}"] = values
    return state


def _norm(variables: Weights, source: str, target: str) -> Weights:
    return {f"{target}.weight": variables[f"{source}/gamma"], f"{target}.bias": variables[f"{source}/beta"]}


def recover(folder: Path, checkpoint: Path) -> None:
    """Write the checkpoint of the model in that folder."""
    import torch
    from network import NetworkShape

    weights = network_state(read_variables(folder / "model.bin"), NetworkShape())
    state = {name: torch.from_numpy(values.copy()) for name, values in weights.items()}
    torch.save({"model": state, "step": 0, "clips": 0}, checkpoint)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Turn a model folder back into a checkpoint.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("checkpoint", type=Path)
    given = parser.parse_args()
    recover(given.folder, given.checkpoint)


if __name__ == "__main__":
    main()
