"""The study file: TOML, checked key by key, into a frozen Study."""

from aqa_eval.study.reading import choose_dataset, read_study, with_endpoint
from aqa_eval.study.study import POSE_GATE, PREVALENCE, DatasetChoice, Study, endpoint_host, priced, probed

__all__ = [
    "POSE_GATE",
    "PREVALENCE",
    "DatasetChoice",
    "Study",
    "choose_dataset",
    "endpoint_host",
    "priced",
    "probed",
    "read_study",
    "with_endpoint",
]
