"""Writes a tuned MiniLM as int8 ONNX: the vectors of the tokens, of which the encoder takes means.

The operators are the plainest ones, which onnxruntime's optimizer fuses (attention, layer norms, GELU): a tenth
faster than the unfused graph. reduce_range keeps int8 right on processors without VNNI.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions
from torch import nn
from transformers import BertModel

HEADS, SIZE = 12, 384


class Plain(nn.Module):
    """token ids and mask, int64 [batch, tokens] -> the tokens' vectors, float32 [batch, tokens, 384]."""

    def __init__(self, model: BertModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """The whole of BERT without its options."""
        start = self.model.embeddings
        batch, tokens = input_ids.shape
        hidden = start.word_embeddings(input_ids) + start.position_embeddings(start.position_ids[:, :tokens])
        hidden = start.LayerNorm(hidden + start.token_type_embeddings(torch.zeros_like(input_ids)))
        hide = (1.0 - attention_mask.unsqueeze(1).unsqueeze(2).to(hidden.dtype)) * -10000.0

        def by_head(values: torch.Tensor) -> torch.Tensor:
            return values.view(batch, tokens, HEADS, SIZE // HEADS).permute(0, 2, 1, 3)

        for layer in self.model.encoder.layer:
            own = layer.attention.self
            query, key, value = by_head(own.query(hidden)), by_head(own.key(hidden)), by_head(own.value(hidden))
            scores = torch.matmul(query, key.transpose(-1, -2)) / (SIZE // HEADS) ** 0.5
            seen = torch.matmul(torch.softmax(scores + hide, dim=-1), value)
            seen = seen.permute(0, 2, 1, 3).contiguous().view(batch, tokens, SIZE)
            hidden = layer.attention.output.LayerNorm(layer.attention.output.dense(seen) + hidden)
            wide = nn.functional.gelu(layer.intermediate.dense(hidden))
            hidden = layer.output.LayerNorm(layer.output.dense(wide) + hidden)
        return hidden


def export(model: BertModel, path: Path) -> None:
    """Writes path; onnxruntime 1.17 loads it (IR 8, opset 17)."""
    example = torch.ones(2, 9, dtype=torch.long)
    free = {0: "batch", 1: "tokens"}
    with tempfile.TemporaryDirectory() as folder:
        whole, fused = f"{folder}/whole.onnx", f"{folder}/fused.onnx"
        torch.onnx.export(
            Plain(model), (example, example), whole, input_names=["input_ids", "attention_mask"],
            output_names=["states"],
            opset_version=17, dynamic_axes={"input_ids": free, "attention_mask": free, "states": free}, dynamo=False,
        )  # fmt: skip
        bert = FusionOptions("bert")
        made = optimizer.optimize_model(whole, "bert", HEADS, SIZE, optimization_options=bert, opt_level=0)
        made.save_model_to_file(fused)
        quantize_dynamic(
            fused, path, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True,
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )  # fmt: skip
    made = onnx.load(path)
    del made.opset_import[:]
    made.opset_import.extend([onnx.helper.make_opsetid("", 17), onnx.helper.make_opsetid("com.microsoft", 1)])
    made.ir_version = 8
    onnx.save(made, path)
