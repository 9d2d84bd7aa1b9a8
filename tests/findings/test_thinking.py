"""One model with and without thinking."""

from aqa_eval.findings.thinking import thinking_pairs
from aqa_eval.vocabulary import Judge


def test_pairs_are_of_one_model_and_only_one_of_them_thinks():
    judges = [
        Judge("qwen", "openai", "Qwen/Qwen3-VL-235B-A22B-Instruct", family="qwen3-vl"),
        Judge("qwen-t", "openai", "Qwen/Qwen3-VL-235B-A22B-Thinking", family="qwen3-vl"),
        Judge("qwen-small-t", "openai", "Qwen/Qwen3-VL-8B-Thinking", family="qwen3-vl"),
        Judge("intern", "openai", "OpenGVLab/InternVL3_5-241B-A28B"),
        Judge(
            "intern-t",
            "openai",
            "OpenGVLab/InternVL3_5-241B-A28B",
            (("system", "Write your analysis between <think> and </think>."),),
        ),
        Judge("gemini", "gemini", "gemini-3.1-pro-preview", family="gemini"),
        Judge("always", "constant"),
        Judge("never", "constant"),
    ]
    assert thinking_pairs(judges) == {"qwen-t": "qwen", "intern-t": "intern"}
    assert thinking_pairs([]) == {}
