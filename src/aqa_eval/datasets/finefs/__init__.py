"""FineFS: the elements of figure skating programmes with every judge's grade."""

from aqa_eval.datasets.finefs.loader import LOADER

__all__ = ["LOADER"]
