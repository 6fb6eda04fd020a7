"""A Whisper in torch with the parameter names of transformers' WhisperForConditionalGeneration, so that conversion copies.

Two heads exist only while training: CTC over characters and a phoneme for every frame; without them attention takes hours
to begin. At inference features are zero-padded to 30 s and CTranslate2 has no encoder mask, so the padding is attended to.
Training reproduces that with one extra token: positions from 10 s on share one position vector, hence are identical, and one
key with log(how many there are) added to its logits stands for them all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

CTC_CHARACTERS = "abcdefghijklmnopqrstuvwxyz' "
"""What the CTC head writes; index 0 is its blank."""


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """Sizes, as Whisper's config names them."""

    width: int = 192
    encoder_layers: int = 4
    decoder_layers: int = 2
    heads: int = 3
    feed_forward: int = 768
    mel_bands: int = 80
    source_positions: int = 1500
    """Encoder positions at inference: 30 s at 50 a second."""
    window_positions: int = 500
    """Encoder positions of the audio itself: 10 s."""
    target_positions: int = 448


def sinusoids(length: int, width: int) -> Tensor:
    """Whisper's position vectors (length, width): sines in the first half, cosines in the second."""
    scale = torch.exp(-math.log(10000) / (width // 2 - 1) * torch.arange(width // 2))
    angles = torch.arange(length)[:, None] * scale[None]
    return torch.cat([angles.sin(), angles.cos()], 1)


class Attention(nn.Module):
    """Multi-head attention of queries (batch, n, width) over a memory (batch, m, width)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def forward(self, queries: Tensor, memory: Tensor, bias: Tensor | None, causal: bool) -> Tensor:
        """`bias` (1, 1, 1, m) is added to the logits."""
        batch, length, width = queries.shape

        def split(values: Tensor) -> Tensor:
            return values.view(batch, -1, self.heads, width // self.heads).transpose(1, 2)

        query, key, value = split(self.q_proj(queries)), split(self.k_proj(memory)), split(self.v_proj(memory))
        bias = None if bias is None else bias.to(query.dtype)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias, is_causal=causal)
        out: Tensor = self.out_proj(mixed.transpose(1, 2).reshape(batch, length, width))
        return out


class Layer(nn.Module):
    """One pre-norm transformer layer; with `cross` it also attends to the encoder."""

    def __init__(self, shape: NetworkShape, cross: bool, dropout: float) -> None:
        super().__init__()
        width = shape.width
        self.dropout = dropout
        self.self_attn = Attention(width, shape.heads)
        self.self_attn_layer_norm = nn.LayerNorm(width)
        if cross:
            self.encoder_attn = Attention(width, shape.heads)
            self.encoder_attn_layer_norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, shape.feed_forward)
        self.fc2 = nn.Linear(shape.feed_forward, width)
        self.final_layer_norm = nn.LayerNorm(width)

    def forward(self, state: Tensor, memory: Tensor | None, bias: Tensor | None) -> Tensor:
        """Encoder layer when `memory` is None (`bias` on its own keys), decoder layer otherwise (`bias` on the memory's)."""
        normed = self.self_attn_layer_norm(state)
        own_bias = bias if memory is None else None
        state = state + self._drop(self.self_attn(normed, normed, own_bias, memory is not None))
        if memory is not None:
            attended = self.encoder_attn(self.encoder_attn_layer_norm(state), memory, bias, False)
            state = state + self._drop(attended)
        return state + self._drop(self.fc2(functional.gelu(self.fc1(self.final_layer_norm(state)))))

    def _drop(self, values: Tensor) -> Tensor:
        return functional.dropout(values, self.dropout, self.training)


class Encoder(nn.Module):
    """Mel features (batch, 80, 2 n) to states (batch, n + 1, width); the last one stands for all the padding."""

    def __init__(self, shape: NetworkShape, dropout: float) -> None:
        super().__init__()
        self.shape = shape
        self.conv1 = nn.Conv1d(shape.mel_bands, shape.width, 3, padding=1)
        self.conv2 = nn.Conv1d(shape.width, shape.width, 3, stride=2, padding=1)
        self.embed_positions = nn.Embedding(shape.source_positions, shape.width)
        self.embed_positions.weight.data = sinusoids(shape.source_positions, shape.width) * 0.2
        self.embed_positions.weight.requires_grad = False
        self.pad_pos = nn.Parameter(torch.zeros(shape.width))
        self.layers = nn.ModuleList(Layer(shape, False, dropout) for _ in range(shape.encoder_layers))
        self.layer_norm = nn.LayerNorm(shape.width)

    def padding_bias(self, positions: int, like: Tensor) -> Tensor:
        """What is added to the logits of each key, (1, 1, 1, positions + 1): only the padding's key weighs more."""
        bias = torch.zeros(positions + 1, device=like.device)
        bias[positions] = math.log(self.shape.source_positions - positions)
        return bias[None, None, None]

    def forward(self, mel: Tensor) -> Tensor:
        positions = mel.shape[2] // 2
        padded = functional.pad(mel, (0, 6))  # enough zeros that a position past the end sees nothing but padding
        state = functional.gelu(self.conv2(functional.gelu(self.conv1(padded)))).transpose(1, 2)
        audio = state[:, :positions] + self.embed_positions.weight[:positions]
        padding = state[:, positions + 1 : positions + 2] + self.pad_pos
        state = torch.cat([audio, padding], 1)
        bias = self.padding_bias(positions, state)
        for layer in self.layers:
            state = layer(state, None, bias)
        out: Tensor = self.layer_norm(state)
        return out


class Decoder(nn.Module):
    """Token identifiers (batch, t) and encoder states to logits (batch, t, vocabulary)."""

    def __init__(self, shape: NetworkShape, vocabulary: int, dropout: float) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(vocabulary, shape.width)
        nn.init.normal_(self.embed_tokens.weight, std=shape.width**-0.5)
        self.embed_positions = nn.Embedding(shape.target_positions, shape.width)
        self.embed_positions.weight.data = sinusoids(shape.target_positions, shape.width) * 0.3
        self.embed_positions.weight.requires_grad = False
        self.layers = nn.ModuleList(Layer(shape, True, dropout) for _ in range(shape.decoder_layers))
        self.layer_norm = nn.LayerNorm(shape.width)

    def forward(self, tokens: Tensor, memory: Tensor, bias: Tensor) -> Tensor:
        state = self.embed_tokens(tokens) + self.embed_positions.weight[: tokens.shape[1]]
        for layer in self.layers:
            state = layer(state, memory, bias)
        logits: Tensor = self.layer_norm(state) @ self.embed_tokens.weight.T
        return logits


@dataclass(frozen=True, slots=True)
class Outputs:
    """What one forward pass gives, all of it logits."""

    tokens: Tensor
    """(batch, t, vocabulary)"""
    characters: Tensor
    """(batch, n, characters + 1), for CTC."""
    phonemes: Tensor
    """(batch, n, phonemes + 1), index 0 for none."""


class EncoderAndDecoder(nn.Module):
    """The two halves under the names that transformers gives them."""

    def __init__(self, shape: NetworkShape, vocabulary: int, dropout: float) -> None:
        super().__init__()
        self.encoder = Encoder(shape, dropout)
        self.decoder = Decoder(shape, vocabulary, dropout)


class SpeechNetwork(nn.Module):
    """Encoder, decoder and the two heads that only training uses."""

    def __init__(self, vocabulary: int, phonemes: int, shape: NetworkShape | None = None, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape = shape or NetworkShape()
        self.model = EncoderAndDecoder(self.shape, vocabulary, dropout)
        self.ctc = nn.Linear(self.shape.width, len(CTC_CHARACTERS) + 1)
        self.ph = nn.Linear(self.shape.width, phonemes + 1)

    def forward(self, mel: Tensor, tokens: Tensor, encoder_learns: bool) -> Outputs:
        """Everything at once; no gradient reaches the encoder, and none is computed there, when it does not learn."""
        encoder = self.model.encoder
        with torch.set_grad_enabled(encoder_learns and torch.is_grad_enabled()):
            memory = encoder(mel)
        audio = memory[:, :-1]
        bias = encoder.padding_bias(audio.shape[1], memory)
        return Outputs(self.model.decoder(tokens, memory, bias), self.ctc(audio), self.ph(audio))

    def transformers_state(self) -> dict[str, Tensor]:
        """The weights as transformers names them, the shared position vector of the padding written into the table."""
        state = {
            name: value.detach().float().cpu().clone()
            for name, value in self.state_dict().items()
            if not name.startswith(("ctc.", "ph.")) and not name.endswith("pad_pos")
        }
        positions = state["model.encoder.embed_positions.weight"]
        positions[self.shape.window_positions :] = self.model.encoder.pad_pos.detach().float().cpu()
        state["proj_out.weight"] = state["model.decoder.embed_tokens.weight"].clone()
        return state
