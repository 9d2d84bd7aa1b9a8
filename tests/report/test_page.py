from __future__ import annotations

from collections import Counter
from dataclasses import replace

import polars as pl
import pytest

from aqa_eval.findings import Settings, find_all
from aqa_eval.report import Contents, DatasetLine, JudgeLine, Tally, render, write
from aqa_eval.report.answers import answer_bars, score_histograms
from aqa_eval.report.glossary import TERMS
from aqa_eval.vocabulary import Status, Verdict
from report.example_study import CRITERIA, JUDGES, finding, frames, specimen, study, table
from report.reading import Page


@pytest.fixture(scope="module")
def html() -> str:
    return render(study())


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page.of(html)


def _undrawn(**fields) -> Contents:
    """A study without results: its page has no figure, which is most of the work."""
    return study(table=table().clear(), findings=(), **fields)


# --------------------------------------------------------------------------- the file as such


def test_every_tag_is_closed_where_it_should_be(page):
    assert page.unbalanced == []


def test_nothing_is_fetched_and_nothing_runs(page, html):
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "iframe", "object", "embed", "form", "audio", "video", "base"}
    for attribute in ("src", "href", "xlink:href", "srcset", "action", "data", "poster"):
        for value in page.values(attribute):
            assert value.startswith(("#", "data:")), (attribute, value[:80])
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert "@import" not in html
    assert "@font-face" not in html
    assert "http://" not in html
    assert "https://" not in html
    assert html.count("url(") == html.count("url(#")
    policy = next(m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none';")


def test_ids_are_single_and_every_reference_is_met(page):
    ids = page.values("id")
    assert [identifier for identifier, times in Counter(ids).items() if times > 1] == []
    wanted = {value[1:] for value in page.values("href") if value.startswith("#")}
    wanted |= {identifier for value in page.values("aria-labelledby") for identifier in value.split()}
    assert wanted <= set(ids)


def test_who_cannot_see_is_told(page):
    assert all(image["alt"] for image in page.all("img"))
    assert all(drawing["role"] == "img" and drawing["aria-label"] for drawing in page.all("svg"))
    assert all(header.get("scope") for header in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    assert page.all("html") == [{"lang": "en"}]
    assert [len(page.all(tag)) for tag in ("h1", "main", "header")][:2] == [1, 1]
    scrolling = [a for tag, a in page.elements if tag == "div" and a.get("class") == "scroll"]
    assert all(a["tabindex"] == "0" and a["role"] == "region" and a["aria-label"] for a in scrolling)


def test_the_same_contents_are_the_same_bytes_anywhere(tmp_path):
    for place in ("one", "two/deeper"):
        write(study(), tmp_path / place / "report.html")
    written = [
        {path.name: path.read_bytes() for path in (tmp_path / place).iterdir() if path.is_file()}
        for place in ("one", "two/deeper")
    ]
    assert set(written[0]) == {"report.html", "findings.json", "verdicts.csv", "verdicts.parquet"}
    assert written[0] == written[1]
    assert str(tmp_path).encode() not in b"".join(written[0].values())


# --------------------------------------------------------------------------- what it says


def test_every_section_is_there(page):
    assert [s["id"] for s in page.all("section")] == [
        "answer",
        "asked",
        "headline",
        "polarity",
        "score",
        "distributions",
        "failures",
        "trials",
        "reading",
    ]


def test_the_headline_table_has_what_every_number_carries(html):
    table_text = Page.of(html[html.index('id="headline"') : html.index('id="polarity"')]).text
    for word in (
        "Balanced accuracy",
        "Sensitivity",
        "Specificity",
        "Noise floor",
        "n",
        "Clusters",
        "Failures",
    ):
        assert word in table_text
    assert table_text.index("Models") < table_text.index("Reference judges")
    assert all(criterion in table_text for criterion in CRITERIA)


def test_simulated_and_rendered_are_marked_wherever_they_are_named(html):
    # Every table row and list line that begins with the simulated judge's name carries the mark at once.
    named = html.count("<bdi>observer</bdi>")
    assert named > 8
    assert html.count('<bdi>observer</bdi> <span class="badge">SIMULATED</span>') == named
    assert html.count("<bdi>mannequin</bdi>") == html.count(
        '<bdi>mannequin</bdi> <span class="badge drawn">RENDERED</span>'
    )
    assert "observer (simulated)" in html
    assert ">observer</text>" not in html


def test_what_cannot_be_estimated_says_why(page):
    assert "not estimable" in page.text
    assert "constant gives one answer to everything: d′ cannot be estimated." in page.text


def test_planted_values_stand_beside_what_was_found(page):
    assert "planted 1.500, inside" in page.text


def test_an_unknown_finding_gets_a_section_of_its_own():
    later = finding(
        "modality_index", "cue_weight", "qwen3-vl", 0.625, parts={"words": 0.5}, reading="Words win."
    )
    shown = Page.of(render(study(findings=[later])))
    assert "further-1" in shown.values("id")
    for text in ("Modality index", "cue weight", "0.625", "words", "Words win."):
        assert text in shown.text


def test_figures_keep_to_clips_in_which_the_body_was_found_and_the_counts_do_not():
    odd = pl.col("clip").str.tail(1).is_in(["1", "5", "9"])
    rows = table().with_columns(coverage=pl.when(odd).then(0.5).otherwise(1.0))
    html = render(study(table=rows))
    assert answer_bars(rows.filter(~odd), JUDGES, "answers") in html
    assert score_histograms(rows.filter(~odd), JUDGES, "scores") in html
    # 9 of 30 clips, asked about five times by each of four judges.
    page = Page.of(html)
    assert "All trials are counted here, also 180 about clips in which the body was not found" in page.text
    whole = render(study(table=rows, pose_gate=0.5))
    assert answer_bars(rows, JUDGES, "answers") in whole
    assert "All trials are counted here" not in Page.of(whole).text


def test_unseen_has_a_column_that_says_what_it_is(page):
    assert "Unseen (nobody found)" in page.text
    assert "Unprobed (nothing to interfere with)" in page.text
    assert "Missing (not asked yet)" in page.text


def test_withheld_pictures_are_not_in_the_file_and_the_page_says_so():
    why = "16 frames were sent; the terms of fitness-aqa forbid showing them."
    html = render(_undrawn(specimens=[specimen(frames=(), withheld=why)]))
    assert "data:image" not in html
    assert why in Page.of(html).text


def test_notes_on_the_data_are_listed():
    shown = Page.of(render(_undrawn(problems=["mtl-aqa: dive 3-12 breaks the score rule", "a & b <c>"])))
    assert "2 notes on the data" in shown.text
    assert "a & b <c>" in shown.text


def test_the_programs_own_findings_have_their_places_and_their_words():
    rows = table()
    found = find_all(rows, Settings(seed=7, resamples=50, planted={"observer": {"d_prime": 1.5}}))
    assert {f.measure for f in found} <= set(TERMS)
    shown = _readable(study(findings=found, table=rows))
    ids = shown.values("id")
    assert not [identifier for identifier in ids if identifier.startswith("further")]
    assert {"headline", "polarity", "score", "failures"} <= set(ids)
    assert "Protocol, " not in shown.text


# --------------------------------------------------------------------------- what models say is data

ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</pre></details></main><h1>owned</h1>",
    "{{ contents.seed }} {% raw %}",
    "--></style><style>body{display:none}</style>",
    "nul\x00 esc\x1b[31m",
    "lone \ud83d surrogate",
    "\u202egnp.exe\u202c \u05d0\u05d1\u05d2 ok",
    "https://example.org/?q=<b>",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_from_outside_never_becomes_markup(attack):
    judge = JudgeLine(attack, attack, attack, ((attack, attack),))
    hostile = study(
        table=table().clear(),
        study=attack,
        judges=(judge, *JUDGES),
        datasets=[DatasetLine(attack, attack, 1, 1, attack)],
        conditions=[{attack: attack}],
        findings=[
            finding("chance", "balanced_accuracy", attack, 0.5, reading=attack, about={"strategy": attack}),
            finding("chance", "balanced_accuracy", attack, 0.5, about={"criterion": attack}),
            finding(attack, attack, attack, None, reading=attack, method=attack, parts={attack: 1.0}),
        ],
        specimens=[
            specimen(
                attack,
                dataset=attack,
                item=attack,
                criterion=attack,
                system=attack,
                prompt=attack,
                answer=attack,
                reasoning=attack,
                verdict=Verdict(Status.UNPARSED, note=attack),
                note=attack,
            )
        ],
        problems=[attack],
    )
    html = render(hostile)
    html.encode("utf-8")
    page = Page.of(html)
    assert page.unbalanced == []
    assert not page.all("script")
    assert len(page.all("style")) == 1
    assert len(page.all("h1")) == 1
    assert not [image for image in page.all("img") if not image["src"].startswith("data:image/jpeg;base64,")]
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert all(value.startswith(("#", "data:")) for value in page.values("href") + page.values("src"))
    assert not set(html) & {"\x00", "\x1b", "\u202e", "\u202c"}


# --------------------------------------------------------------------------- empty cases


def _readable(contents: Contents) -> Page:
    page = Page.of(render(contents))
    assert page.unbalanced == []
    return page


def test_before_any_answer():
    rows = table().with_columns(
        status=pl.lit("missing"),
        said=pl.lit(None, pl.Boolean),
        fault=pl.lit(None, pl.Boolean),
        score=pl.lit(None, pl.Float64),
    )
    tallies = {line.name: Tally(150, 0, 150) for line in JUDGES}
    page = _readable(study(findings=[], specimens=[], table=rows, tallies=tallies))
    assert "No question has been answered yet." in page.text
    assert "There is no result to state yet." in page.text
    assert [s["id"] for s in page.all("section")] == ["answer", "asked", "failures", "reading"]


def test_a_study_of_nothing_at_all():
    nothing = study(
        judges=(), datasets=(), conditions=(), findings=(), table=table().clear(), specimens=(), tallies={}
    )
    assert "There is no result to state yet." in _readable(nothing).text


def test_a_judge_with_only_failures():
    rows = table().with_columns(
        status=pl.lit("refused"), said=pl.lit(None, pl.Boolean), score=pl.lit(None, pl.Float64)
    )
    reading = "qwen3-vl gave no verdict at all: nothing can be estimated."
    found = [
        finding(
            "chance", "balanced_accuracy", "qwen3-vl", None, n=0, failures=150, chance=0.5, reading=reading
        )
    ]
    refused = specimen(answer="", verdict=Verdict(Status.REFUSED, note="no answer"), reasoning="")
    page = _readable(study(table=rows, findings=found, specimens=[refused]))
    assert page.text.count(reading) >= 2
    assert "600 answers gave no verdict" in page.text
    assert "(empty answer)" in page.text


def test_a_study_without_scores_has_no_section_on_them():
    rows = table().filter(pl.col("task") == "verify")
    found = [f for f in study().findings if f.name not in ("rank", "regression_trap")]
    ids = [s["id"] for s in _readable(study(table=rows, findings=found)).all("section")]
    assert "score" not in ids
    assert "polarity" in ids


def test_a_study_of_scores_alone_leads_with_the_order():
    rows = table().filter(pl.col("task") == "score")
    found = [f for f in study().findings if f.name in ("rank", "regression_trap")]
    page = _readable(study(table=rows, findings=found))
    assert "headline" not in page.values("id")
    assert "Spearman ρ, 95% interval" in page.text


def test_findings_by_criterion_alone_are_shown():
    found = [f for f in study().findings if f.about.get("criterion")]
    assert "Criterion by criterion" in _readable(study(findings=found)).text


def test_many_judges_and_places():
    judges = [replace(JUDGES[0], name=f"model-{n:02}") for n in range(30)]
    found = [
        finding("chance", "balanced_accuracy", line.name, 0.5, chance=0.5, about={"strategy": strategy})
        for line in judges
        for strategy in ("base", "grounding")
    ]
    page = _readable(study(judges=judges, findings=found, table=table().clear()))
    assert page.text.count("model-29") > 2


def test_pictures_are_shown_once_for_all_who_saw_them():
    sent = frames(4)
    page = _readable(_undrawn(specimens=[specimen(frames=sent), specimen("constant", frames=sent)]))
    assert len(page.all("img")) == 4
