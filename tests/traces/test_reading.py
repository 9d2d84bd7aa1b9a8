"""Words into claims: the classes, what is said of which part, when, and texts of every make."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqa_eval.errors import TraceError
from aqa_eval.traces import PARTS, claims
from aqa_eval.traces.lexicon_files import FILES, FOLDER, compiled
from aqa_eval.traces.reading import why
from aqa_eval.traces.steps import MOST, steps


@pytest.mark.parametrize(
    "text",
    [
        "Considering the Olympics, the execution is likely high.",
        "The person is in a squat, so the trunk is likely parallel.",
        "Overhead press is usually standing.",
        "Higher jumps usually get better GOE.",
    ],
)
def test_what_the_study_quotes_of_traces_that_never_looked_is_a_prior(text):
    assert [claim.kind for claim in claims(text)] == ["prior"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("At 0:03 the left knee caves inward.", ("observation", "knee", "left", "inward", 3.0)),
        ("The elbows should be locked out.", ("rule", "elbow", "", "straight", None)),
        ("I cannot tell whether the heels lift.", ("hedge", "foot", "", "lifted", None)),
        ("The knees do not cave in.", ("observation", "knee", "", "not inward", None)),
        ("There is no sign of the heels lifting.", ("observation", "foot", "", "not lifted", None)),
        ("He is not deep enough.", ("observation", "hip", "", "above", None)),
        ("The torso leans forward by 40 degrees.", ("observation", "trunk", "", "leaning-forward", None)),
        ("Between 1.2 and 2.4 s the hips sag.", ("observation", "hip", "", "sagging", pytest.approx(1.8))),
        ("Nach 3 Sekunden fallen die Knie nach innen.", None),
        ("True.", None),
        ("Let me look at the knees again.", None),
        ("", None),
    ],
)
def test_one_sentence(text, said):
    found = claims(text)
    one = found[0] if found else None
    assert (one and (one.kind, one.part, one.side, one.said, one.time)) == said


def test_an_observation_is_told_from_the_rule_beside_it():
    (one,) = claims("Knees usually stay over the toes, but at 2.0 s the left one falls inward.")
    assert (one.kind, one.side, one.relation, one.time) == ("observation", "left", "inward", 2.0)
    (one,) = claims("The rule asks for straight elbows; in frame 3 they are still bent.", [0.0, 0.5, 1.25])
    assert (one.kind, one.part, one.relation, one.time) == ("observation", "elbow", "bent", 1.25)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("It is a press, so the arms are straight.", "prior"),
        ("The hips are below the knees, so the requirement is met.", "observation"),
        ("Although the clip is dark, her heels lift at 1.5 s.", "observation"),
        ("The heels should stay down, but the feet are out of frame.", "hedge"),
        ("Do the heels lift?", None),
        ('{"part": "ankle", "visible": false}', "hedge"),
        ('{"rule": "wrists stacked over elbows"}', "rule"),
    ],
)
def test_what_decides_is_how_a_sentence_is_built(text, kind):
    found = claims(text)
    assert (found[0].kind if found else None) == kind


def test_the_cues_that_decided_are_told():
    kind, shares = why("At this level divers usually rip the entry.")
    assert kind == "prior"
    assert dict(shares)["usual"] > 0
    assert shares == sorted(shares, key=lambda share: (-share[1], share[0]))


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("The knees cave in at 3.2.", 3.2),
        ("The knees cave in around the 1.1 mark.", 1.1),
        ("The knees cave in, I see it in second 2.", 2.0),
        ("His hips pike up after the fourth second.", 4.0),
        ("Two seconds in, the knees cave in.", 2.0),
        ("From 0:01 to 0:03 the hips sag.", 2.0),
        ('<evidence t="1.3">The knees cave in</evidence>', 1.3),
        ("The trunk leans forward, so the score sits around 7.5.", None),
        ("The trunk leans forward by about 2.5 cm.", None),
    ],
)
def test_times_in_many_forms(text, time):
    assert claims(text)[0].time == time


def test_frames_that_were_not_sent_have_no_time():
    (one,) = claims("In frame 9 the knees are bent.", [0.0, 0.5])
    assert (one.kind, one.time) == ("observation", None)


def test_a_text_has_places_steps_and_parts_of_json():
    text = """<look>
1. **Knees**: bent to 90 degrees at 1.5 s.
2. The back is rounded.
</look>
<analyse>The heels lift.</analyse>
```json
{"answer": "True", "evidence": [{"time": 2.5, "part": "right elbow", "observation": "still bent"}]}
```
<answer>True</answer>"""
    found = claims(text)
    assert [(c.place, c.step, c.part, c.said) for c in found] == [
        (0, "look", "knee", "bent"),
        (1, "look", "back", "rounded"),
        (2, "analyse", "foot", "lifted"),
        (3, "", "elbow", "bent"),
    ]
    assert (found[0].value, found[0].unit, found[0].time) == (90.0, "degrees", 1.5)
    assert (found[3].side, found[3].time) == ("right", 2.5)


def test_other_languages_have_no_claims():
    german = (
        "Der Mann geht in die Hocke, und man sieht, dass die Knie im tiefsten Punkt nach innen fallen, "
        "waehrend der Ruecken gerade bleibt und die Hueften hoch sind."
    )
    assert claims(german) == []
    assert claims("膝が内側に入っている。腰は膝より高い。") == []


@given(st.text(max_size=400))
def test_no_text_breaks_the_reader(text):
    for claim in claims(text):
        assert claim.part in PARTS
        assert claim.kind in {"observation", "rule", "prior", "hedge"}


@given(
    st.lists(st.sampled_from(["{", "}", '"', ":", "[", "<look>", "</look>", "knee bent ", "\n", "| "])).map(
        "".join
    )
)
def test_no_broken_markup_breaks_the_reader(text):
    assert all(claim.part in PARTS for claim in claims(text))


def test_a_judge_that_got_stuck_is_read_up_to_a_limit():
    assert len(list(steps("The knees are bent.\n" * (MOST + 50)))) == MOST


def test_long_texts_are_read_in_linear_time():
    def seconds(size: int) -> float:
        text = "the knees of the man and his hips and so on " * size
        start = time.perf_counter()
        claims(text + "{" * size)
        return time.perf_counter() - start

    seconds(10)
    assert seconds(4000) < 20 * seconds(1000) + 0.5


def test_a_lexicon_that_is_not_sound_is_told_with_its_file():
    texts = {name: FOLDER.joinpath(name).read_text("utf-8") for name in FILES}
    with pytest.raises(TraceError, match=r"parts.toml, key 'parts.knee.0'"):
        compiled(texts | {"parts.toml": 'version = 2\n[parts]\nknee = ["("]\n[sides]\n'})
    with pytest.raises(TraceError, match="'elephant' is not one of"):
        compiled(texts | {"parts.toml": 'version = 2\n[parts]\nelephant = ["x"]\n[sides]\n'})
    with pytest.raises(TraceError, match="different versions"):
        compiled(texts | {"parts.toml": texts["parts.toml"].replace("version = 2", "version = 1")})
    with pytest.raises(TraceError, match=r"cues.toml: cue 'norm': a phrase has to begin with a word"):
        compiled(texts | {"cues.toml": texts["cues.toml"].replace('norm = ["should"', 'norm = [".. should"')})
    with pytest.raises(TraceError, match=r"cues.toml, group 'rule': 'nonesuch' is not one of"):
        compiled(texts | {"cues.toml": texts["cues.toml"].replace('rule = ["headed"', 'rule = ["nonesuch"')})
