"""The nouns of the program. This module *is* the architecture.

One road, walked one way::

    study -> datasets -> items -> trials -> requests -> answers -> verdicts -> findings -> report

A `Clip` shows a person moving; a `Criterion` says what is judged; a `Label` is the truth for the
two. Together they make an `Item`. An item asked under a `Condition` of a `Judge` for the n-th time
is a `Trial`; what is sent for it is a `Request`, what comes back an `Answer`, what it means a
`Verdict`, and what many verdicts say together a `Finding`.

Everything here is frozen: data flows in as arguments and out as values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal

# --------------------------------------------------------------------------- what there is to see


@dataclass(frozen=True, slots=True)
class FrameSpan:
    """A stretch of a video by frame numbers, 0-based, both ends included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A stretch of a video in seconds of its own clock: start included, end excluded.

    `pad`: so many seconds more are shown on either side, as far as the recording goes; for times that an
    annotation gives in whole seconds.
    """

    start: float
    end: float
    pad: float = 0.0


@dataclass(frozen=True, slots=True)
class VideoFile:
    """A video on disk, or a part of one."""

    path: Path
    span: FrameSpan | TimeSpan | None = None


@dataclass(frozen=True, slots=True)
class FrameFolder:
    """A video as numbered image files: `folder / (pattern % n)` for n in first..last (both included)."""

    folder: Path
    pattern: str
    first: int
    last: int
    fps: float


@dataclass(frozen=True, slots=True)
class Still:
    """One image."""

    path: Path


@dataclass(frozen=True, slots=True)
class Rendered:
    """A clip of the mannequin, given by its recipe; it is drawn when it is first needed.

    `dials` are (name, amount) pairs in the unit the movement declares for the dial, sorted by name.
    `seed` chooses the body, its clothes, the light and small habits of movement.
    """

    movement: str
    dials: tuple[tuple[str, float], ...]
    view: str
    seed: int


Media = VideoFile | FrameFolder | Still | Rendered
"""Where a clip's pictures come from. A path may lead into an archive as if that were a folder
(`videos.zip/clips/1.mp4`, `frames.tar.00/...`): `aqa_eval.media.archives` reads it there.
"""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the upright picture; its sides are fractions of width and height from the top left."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Clip:
    """One recorded execution of one action.

    `media` is None where the dataset names a clip whose recording is not at hand. `cluster` is what
    makes clips dependent (subject, record, source video, event): statistics resample whole clusters.
    `rotation` is how far the stored picture must be turned, in degrees clockwise, to stand upright.
    `masks` are painted black in every frame before anyone sees it (a scoreboard tells the score).
    `match` names executions that differ only in what is judged (same body, same camera). `code` names the
    movement more finely than `action` where the dataset does (a dive's number), `difficulty` is its degree of
    difficulty: what is known of a performance before it is seen.
    """

    id: str
    dataset: str
    action: str
    media: Media | None
    cluster: str
    split: str = "test"
    view: str = ""
    rotation: int = 0
    subject: str = ""
    event: str = ""
    masks: tuple[Box, ...] = ()
    match: str = ""
    code: str = ""
    difficulty: float | None = None


# --------------------------------------------------------------------------- what is judged


@dataclass(frozen=True, slots=True)
class Scale:
    """A score scale: closed range, unit of the number, and which way is better."""

    minimum: float
    maximum: float
    unit: str
    higher_is_better: bool = True


@dataclass(frozen=True, slots=True)
class PoseRule:
    """A criterion as geometry of the body, as far as keypoints can tell.

    `quantity` names a measurement in `aqa_eval.media.geometry`; the fault is present when the
    measured value lies at or beyond `threshold` on the `faulty_side`.
    """

    quantity: str
    threshold: float
    faulty_side: Literal["above", "below"]
    unit: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is judged: a statement in both polarities, a score on a scale, or a question with options.

    `requirement` says how the movement should be and `fault` how it goes wrong, each one whole
    sentence that is true or false of a clip. For a score both describe the scale's ends. With
    `options` it is `question` that is asked, and both texts may be empty.
    `views` are the cameras from which the criterion can be judged; empty means any. `panel` names the rule by
    which raters' marks make one truth (`aqa_eval.measures.panels`); empty means the mean of scores and the
    majority of anything else.
    """

    id: str
    action: str
    requirement: str
    fault: str
    scale: Scale | None = None
    question: str = ""
    options: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    rule: PoseRule | None = None
    panel: str = ""

    @property
    def task(self) -> Task:
        """How one clip is asked about it: `score` with a scale, `choose` with options, else `verify`."""
        if self.scale is not None:
            return Task.SCORE
        return Task.CHOOSE if self.options else Task.VERIFY


LabelValue = bool | float | str
Truth = LabelValue | TimeSpan
"""For verify: is the *fault* present. For score: the score. For choose and control: the option. For compare:
which of the two clips is better, `FIRST` or `SECOND`. For locate: when the fault can be seen.
"""
FIRST, SECOND, TIE = "first", "second", "tie"


@dataclass(frozen=True, slots=True)
class Label:
    """The truth for one clip and one criterion, with the individual ratings where there are any.

    `amount`: what was measured of the fault, where that is known exactly, in the unit of its dial. `span`:
    when a fault can be seen, and `moment`: when its presence or absence shows most clearly, both in seconds
    from the clip's start, where they are known.
    """

    clip: str
    criterion: str
    value: LabelValue
    ratings: tuple[float, ...] = ()
    span: TimeSpan | None = None
    amount: float | None = None
    moment: float | None = None


class Task(StrEnum):
    """The kinds of question: is it true, which of these options, what score, which of two clips is better,
    when does the fault happen; and the positive control, an easy question that only a broken road fails.
    """

    VERIFY = "verify"
    CHOOSE = "choose"
    SCORE = "score"
    COMPARE = "compare"
    LOCATE = "locate"
    CONTROL = "control"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to ask: a task, the clip or clips it is about, a criterion, and the truth.

    `gap` is how far apart two compared clips are: the difference of their scores, or of the measured
    amounts of a fault; None where the labels only say which of the two is faulty. `span`, `moment` and
    `amount` are those of the label.
    """

    task: Task
    clips: tuple[Clip, ...]
    criterion: Criterion
    truth: Truth
    ratings: tuple[float, ...] = ()
    gap: float | None = None
    span: TimeSpan | None = None
    moment: float | None = None
    amount: float | None = None

    @property
    def id(self) -> str:
        """Unique within a dataset: `task:criterion:clip[+clip]`."""
        return f"{self.task}:{self.criterion.id}:{'+'.join(c.id for c in self.clips)}"

    @property
    def dataset(self) -> str:
        """The dataset the clips come from."""
        return self.clips[0].dataset

    @property
    def cluster(self) -> str:
        """The cluster of the (first) clip."""
        return self.clips[0].cluster


# --------------------------------------------------------------------------- how it is asked


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which frames are shown: `count` spread evenly over the clip, or `fps` a second; one is None.

    `size` is the shorter side of the picture in pixels; pictures are never enlarged.
    """

    count: int | None = 16
    fps: float | None = None
    size: int = 448


PICTURELESS = frozenset({"none", "pose-text"})
"""Representations that show no picture."""
ONE_FRAME = frozenset({"random-frame", "keyframe"})
"""Perturbations that show a single frame, whatever was to be sampled."""


RESUMED = frozenset({"truncated", "corrupted"})
"""Probes that put a judge's own reasoning before it, in part or made wrong."""
MASKED = frozenset({"masked-cited", "masked-control"})
"""Probes that mask a part of the pictures."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How an item is asked. The defaults are the plainest way; a trial's key hashes only deviations.

    What is seen. `representation`: rgb, crop, overlay, skeleton, pose-text or none (no picture: the blind
    judge). `perturbation`: what is done to the pictures. `keypoints`: where the skeleton comes from.
    `transport`: the frames as images or as one video with their times, or the recording itself (native),
    with `audio` or without.

    What is said. `strategy`: a prompt file's name. `framing`: the polarity of what is put to the judge
    (neutral: requirement and fault are offered side by side). `negated`: the same meaning as a denial of its
    opposite. `answer_key`: by which words a statement is affirmed or denied. `answer_format`: plain (as the
    task has it), words, letters, json, or choice (the endpoint is held to the allowed answers).
    `paraphrase`: which wording of the set. `cue`: what is told or shown besides. `shots`: so many examples,
    with their true labels, as many of each truth (balanced), or with labels drawn at random.

    Of two clips. `order`: as given or the other way round. `permuted`: the first is called B. `ties`: a draw
    may be declared.

    `probe`: the question is asked again after the judge's own answer was interfered with: its reasoning is
    cut short or made wrong before the answer, or what it cited is masked in the pictures (or, to compare, as
    large and as long a stretch elsewhere).
    """

    representation: str = "rgb"
    strategy: str = "base"
    framing: Literal["positive", "negative", "neutral"] = "positive"
    sampling: Sampling = field(default_factory=Sampling)
    perturbation: str = "none"
    keypoints: Literal["blazepose", "oracle", "files"] = "blazepose"
    transport: Literal["images", "video", "native"] = "images"
    audio: bool = False
    negated: bool = False
    answer_key: Literal["true-false", "yes-no", "a-b"] = "true-false"
    answer_format: Literal["plain", "words", "letters", "json", "choice"] = "plain"
    paraphrase: int = 0
    cue: str = "none"
    shots: int = 0
    shot_labels: Literal["balanced", "random"] = "balanced"
    order: Literal["given", "swapped"] = "given"
    permuted: bool = False
    ties: bool = False
    probe: Literal["none", "truncated", "corrupted", "masked-cited", "masked-control"] = "none"


@dataclass(frozen=True, slots=True)
class Cover:
    """A part of one picture that is masked: which of the pictures shown of the clip, counted from 0, and the
    rectangle in it, as it is shown.
    """

    place: int
    box: Box


@dataclass(frozen=True, slots=True)
class Presentation:
    """What the media room makes of one clip for a judge: everything that decides the pictures.

    `captions` are burnt into the frames: one for all of them, or one a frame. `moment`: the time in seconds
    from the clip's start that the one frame of an oracle shows. `seed`: of what is drawn; 0 where nothing is.
    `film`: the recording itself instead of frames, without or with its sound. `covered`: what is masked in
    the finished pictures.
    """

    representation: str = "rgb"
    sampling: Sampling = field(default_factory=Sampling)
    perturbation: str = "none"
    keypoints: str = "blazepose"
    captions: tuple[str, ...] = ()
    moment: float | None = None
    seed: int = 0
    film: Literal["", "silent", "sound"] = ""
    covered: tuple[Cover, ...] = ()


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens."""

    input: float
    output: float


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an endpoint can do, declared or probed; None and "" where nobody knows.

    `images`: most pictures in a request. `context`: tokens of prompt and answer together. `video`: takes
    frames as one video with their times. `native`: takes a recording itself, and `audio` its sound.
    `logprobs`: tells the log-probabilities of tokens. `structured`: how it is held to a form: by a JSON
    schema in `response_format`, or by vLLM's `structured_outputs`. `seed`: honours one.
    """

    images: int | None = None
    context: int | None = None
    video: bool | None = None
    native: bool | None = None
    audio: bool | None = None
    logprobs: bool | None = None
    structured: Literal["", "json_schema", "structured_outputs"] = ""
    seed: bool | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """Who is asked: a model behind an endpoint, or a reference judge.

    `decoding` holds whatever changes the answer (temperature, seed, top_p, ...; for a simulated judge
    its planted parameters). What only changes the asking (address, pace, patience) is beside it and
    never enters a trial's key. `key_variable` names an environment variable; the key itself is read
    when a request leaves and is kept nowhere. `family` says how the model counts tokens and names points in
    a picture (`aqa_eval.judges.families`). `logprobs`: so many likeliest tokens are asked for in the place of
    each token of an answer; 0 asks for none.
    """

    name: str
    protocol: str
    model: str = ""
    decoding: tuple[tuple[str, str | float | int | bool], ...] = ()
    repeats: int = 1
    base_url: str = ""
    key_variable: str = ""
    concurrency: int = 8
    requests_per_minute: float | None = None
    timeout: float = 600.0
    retries: int = 5
    price: Price | None = None
    family: str = ""
    capabilities: Capabilities = field(default_factory=Capabilities)
    logprobs: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """Item x condition x judge x repeat.

    `key` is the SHA-256 of everything that can change the answer and is known without decoding a
    frame, so that a million trials are planned, and a run resumed, without opening a video.

    `shown` are the clips whose pictures are sent, in the order in which they are: the item's own, or in
    their place those of another label (perturbation `swapped`), and `truth` is what is true of them, by
    which the trial is scored. `examples` are shown before, each with the truth it is told to have.
    `description_key` names the exchange of a two-step strategy that other trials share; empty without one.
    `parent`, of a probe, is the same trial without it: what is done here rests on the judge's answer there,
    which is asked for once, whether or not the study asks it for its own sake.
    """

    key: str
    item: Item
    condition: Condition
    judge: str
    repeat: int
    shown: tuple[Clip, ...]
    truth: Truth
    examples: tuple[Item, ...] = ()
    description_key: str = ""
    parent: Trial | None = None


# --------------------------------------------------------------------------- what is sent and said


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture exactly as sent: source frame number (0-based in a video, the file's own number in a
    folder of frames), time in seconds from the clip's start, SHA-256 of the JPEG bytes, and width and
    height in pixels. `clip`: which of the item's clips it shows, 0 but for the second of two compared;
    -1, -2, ... for the clips of examples.
    """

    number: int
    time: float
    digest: str
    width: int
    height: int
    clip: int = 0


@dataclass(frozen=True, slots=True)
class Film:
    """A recording exactly as sent: SHA-256 and size of the file's bytes, its media type, length in seconds,
    frames a second, width and height in pixels, and whether it has sound. `clip` as in `Frame`.
    """

    digest: str
    bytes: int
    media_type: str
    seconds: float
    fps: float
    width: int
    height: int
    sound: bool = False
    clip: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """One clip as it is put before a judge: frames, or a film, or its pose in words.

    `coverage`: in which share of the sampled frames the body was found, before gaps are filled; None where
    no pose was needed.
    """

    frames: tuple[Frame, ...] = ()
    film: Film | None = None
    text: str = ""
    coverage: float | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What one judge is sent for one exchange: a system text and a user turn of texts and pictures in order.

    `criterion` and `condition` ride along for reference judges; an endpoint is sent only `system` and
    `parts`, its pictures as `condition.transport` says. `answers` are the answers that are possible, word
    for word, with what each means on the truth's scale; `schema` is the JSON schema of an answer where the
    condition asks for JSON. The truth is hidden (None) from every judge but a simulated one; so is the
    `trial`, with the raters' marks, from all but those whose protocol says that they are told. `clips` are
    the item's own, with what is recorded of them, for a judge that knows performances by their records.
    """

    key: str
    system: str
    parts: tuple[str | Frame | Film, ...]
    task: Task
    criterion: Criterion
    condition: Condition
    truth: Truth | None = None
    answers: Mapping[str, Truth] = field(default_factory=dict)
    schema: Mapping[str, object] | None = None
    trial: Trial | None = None
    clips: tuple[Clip, ...] = ()

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The manifest: the pictures in the order they are sent."""
        return tuple(p for p in self.parts if isinstance(p, Frame))


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the server counted them; None where it did not say."""

    prompt: int | None = None
    completion: int | None = None
    reasoning: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer. `kind`: media, connection, timeout, http, protocol. `status`: HTTP status."""

    kind: Literal["media", "connection", "timeout", "http", "protocol"]
    message: str
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """One token of an answer: its text, its natural log-probability, and the likeliest in its place, itself
    among them, as (text, log-probability).
    """

    text: str
    logprob: float
    likeliest: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, raw: never interpreted here. Exactly one of a reply or a `failure`.

    `trace_kind` says what `reasoning` is: the raw trace, or a summary of it (Gemini's thoughts). `tokens` are
    the last ones of the text, after any reasoning, where the endpoint tells them. `sent` is the manifest's
    other half: what was done to what was sent (clips, examples, perturbation and its seed, pose coverage).
    """

    text: str = ""
    reasoning: str = ""
    finish: str = ""
    usage: Usage = field(default_factory=Usage)
    latency: float = 0.0
    manifest: tuple[Frame, ...] = ()
    failure: Failure | None = None
    trace_kind: Literal["", "raw", "summary", "inline"] = ""
    tokens: tuple[Token, ...] = ()
    sent: Mapping[str, object] = field(default_factory=dict)


NOBODY = "nobody"
"""The `finish` of what stands in the ledger for a trial that was not asked, since nobody was found."""


class Status(StrEnum):
    """What became of a trial. Only `OK` carries a judgement; none of the others is ever guessed.

    `UNSEEN`: nothing was asked, since what was to be shown rests on the person and nobody was found in the
    clip. `UNPROBED`: nothing was asked, since the judge's own answer has nothing that the probe could
    interfere with (no reasoning to cut, no evidence to mask). Neither is a failure of the judge.
    """

    OK = "ok"
    UNPARSED = "unparsed"
    REFUSED = "refused"
    TRUNCATED = "truncated"
    ERROR = "error"
    UNSEEN = "unseen"
    UNPROBED = "unprobed"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that a cited answer says was seen: when (seconds), on which body part, where (fractions of
    the picture's width and height from its top left), and what. None where it does not say, or not readably.
    """

    time: float | None
    part: str
    point: tuple[float, float] | None
    observation: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer, read. `literal` is what was said (True/False to the statement, the number, the option, the
    time span); `judgement` is the same on the truth's scale (verify: is the fault present; score: the score;
    choose: the option; compare: which of the item's two clips is better, or a tie; locate: the time span).
    `confidence`, 0 to 1, is the judge's own in its answer, by `confidence_source`: stated in the answer, or
    the probability of the answer's token among the possible answers.
    """

    status: Status
    literal: Truth | None = None
    judgement: Truth | None = None
    confidence: float | None = None
    note: str = ""
    confidence_source: Literal["", "stated", "token"] = ""
    evidence: tuple[Evidence, ...] = ()


# --------------------------------------------------------------------------- what is known


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement with its evidence.

    `name` is the failure mode (chance, correctness_bias, ...), `measure` the quantity, `about` where
    it holds (judge, dataset, task, criterion, representation, strategy). `low` and `high` bound the
    95% interval; `noise_floor` is the half-width a judge at chance would have with this n and these
    clusters. `parts` are the numbers the estimate is made of, `baselines` the same measure of the
    reference judges. `estimate` is None when it cannot be estimated, and `reading` then says why.
    """

    name: str
    measure: str
    about: Mapping[str, str]
    estimate: float | None
    low: float | None
    high: float | None
    chance: float | None
    noise_floor: float | None
    n: int
    clusters: int
    failures: int
    method: str
    reading: str
    fragile: bool = False
    parts: Mapping[str, float | None] = field(default_factory=dict)
    planted: float | None = None
    baselines: Mapping[str, float | None] = field(default_factory=dict)
