"""Phrases of cues: each sign of how they are written, and those that cannot be looked up."""

import pytest

from aqa_eval.traces.cues import Cues, tokens


@pytest.mark.parametrize(
    ("phrase", "text", "place"),
    [
        ("must", "the knees must bend", 2),
        ("hard|difficult to say|tell", "it is difficult to tell", 2),
        ("cannot really? be seen", "it cannot be seen", 1),
        ("cannot really? be seen", "it cannot really be seen", 1),
        ("occlud*", "the knee is occluded", 3),
        ("is *ing", "the knee is caving in", 2),
        ("too .. to tell", "too far away from us to tell", 0),
        ("score : #", "score: 7.5", 0),
        ("^ keep", "keep the back flat", 0),
        ("^ keep", "so, keep the back flat", 2),
        ("^ keep", "they keep the back flat", None),
        ("in _ frame", "in every frame", 0),
        ("too .. to tell", "too far away from all of us to tell", None),
    ],
)
def test_a_phrase_is_found_where_it_stands(phrase, text, place):
    assert Cues({"cue": [phrase]}).find(tokens(text)).get("cue") == place


@pytest.mark.parametrize("phrase", [".. must", "_ must", "#  cm", "*ing", "ab* must", "must?"])
def test_a_phrase_that_cannot_be_looked_up_is_refused(phrase):
    with pytest.raises(ValueError, match="cue 'cue': a phrase"):
        Cues({"cue": [phrase]})
