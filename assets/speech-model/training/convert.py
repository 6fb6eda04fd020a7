"""Turn a checkpoint into the folder that an unmodified `faster_whisper.WhisperModel` loads.

    python convert.py CHECKPOINT.pt --tokenizer tokenizer.json --output FOLDER [--quantization int8]

The folder holds model.bin, config.json, vocabulary.json, tokenizer.json and preprocessor_config.json; without tokenizer.json
faster-whisper asks the hub.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from network import SpeechNetwork
from tokens import WINDOW_S, SpecialIds, load_tokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PREPROCESSOR = {
    "feature_size": 80,
    "sampling_rate": 16000,
    "hop_length": 160,
    "chunk_length": round(WINDOW_S),
    "n_fft": 400,
    "feature_extractor_type": "WhisperFeatureExtractor",
}


def convert(checkpoint: Path, tokenizer_file: Path, output: Path, quantization: str = "int8") -> None:
    """Write the model folder; what stood there under the same names is replaced."""
    from ctranslate2.converters import TransformersConverter

    saved = torch.load(checkpoint, map_location="cpu")
    tokenizer = load_tokenizer(tokenizer_file)
    network = SpeechNetwork(tokenizer.get_vocab_size(), len(saved["phonemes"]))
    network.load_state_dict(saved["model"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_transformers(network, tokenizer, folder / "transformers")
        shutil.copy(tokenizer_file, folder / "transformers" / "tokenizer.json")
        (folder / "transformers" / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR), encoding="utf-8")
        copied = ["tokenizer.json", "preprocessor_config.json"]
        converter = TransformersConverter(str(folder / "transformers"), copy_files=copied)
        converter.convert(str(folder / "converted"), quantization=quantization)
        output.mkdir(parents=True, exist_ok=True)
        for path in (folder / "converted").iterdir():
            shutil.copyfile(path, output / path.name)


def _write_transformers(network: SpeechNetwork, tokenizer: Tokenizer, folder: Path) -> None:
    from transformers import PreTrainedTokenizerFast, WhisperConfig, WhisperForConditionalGeneration

    shape, ids = network.shape, SpecialIds.of(tokenizer)
    end = "<|endoftext|>"
    config = WhisperConfig(
        vocab_size=tokenizer.get_vocab_size(), num_mel_bins=shape.mel_bands, d_model=shape.width,
        encoder_layers=shape.encoder_layers, decoder_layers=shape.decoder_layers,
        encoder_attention_heads=shape.heads, decoder_attention_heads=shape.heads,
        encoder_ffn_dim=shape.feed_forward, decoder_ffn_dim=shape.feed_forward,
        max_source_positions=shape.source_positions, max_target_positions=shape.target_positions, scale_embedding=False,
        pad_token_id=ids.end_of_text, bos_token_id=ids.end_of_text, eos_token_id=ids.end_of_text,
        decoder_start_token_id=ids.start,
    )  # fmt: skip
    whisper = WhisperForConditionalGeneration(config)
    whisper.load_state_dict(network.transformers_state(), strict=True)
    generation = whisper.generation_config
    generation.suppress_tokens = []
    generation.begin_suppress_tokens = [ids.end_of_text, ids.bare_space]
    whisper_only = {  # attributes that the class does not declare
        "lang_to_id": {name: tokenizer.token_to_id(name) for name in ("<|en|>", "<|zh|>")},
        "alignment_heads": [[shape.decoder_layers - 1, head] for head in range(shape.heads)],
    }
    for name, value in whisper_only.items():
        setattr(generation, name, value)
    whisper.save_pretrained(folder)
    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # transformers leaves it untyped
        tokenizer_object=tokenizer, eos_token=end, bos_token=end, unk_token=end
    )
    fast.save_pretrained(folder)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Convert a checkpoint for faster-whisper.")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--quantization", default="int8", choices=("int8", "float32"))
    given = parser.parse_args()
    convert(given.checkpoint, given.tokenizer, given.output, given.quantization)


if __name__ == "__main__":
    main()
