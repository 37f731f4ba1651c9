"""A kind's file is read or refused with sentences; a city's own folder comes last and wins."""

from pathlib import Path

import pytest

from chassis.workflow.kind_files import KindRefused, load, parse

KINDS = Path(__file__).parent / "kinds"

HEAD = 'kind = "errand"\ntitle = { zh = "跑腿", en = "Errand" }\nsource = "test"\n'


def step(name: str, *lines: str, by: str = 'by = ["host"]') -> str:
    title = f'title = {{ zh = "步", en = "{name}" }}'
    return "\n".join(["[[step]]", f'name = "{name}"', title, by, *lines, ""])


def value(name: str, *lines: str) -> str:
    return "\n".join([f"[{name}]", 'title = { zh = "此", en = "Here" }', *lines, ""])


def test_the_last_folder_wins_as_a_whole(tmp_path):
    ours = HEAD.replace("errand", "relief") + step("clue_collected")
    (tmp_path / "relief.toml").write_text(ours, encoding="utf-8")
    kinds = load(KINDS, tmp_path)
    assert set(kinds) == {"petition", "relief", "deliberation"}
    assert [each.name for each in kinds["relief"].steps] == ["clue_collected"]


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(KindRefused, match="is no folder"):
        load(KINDS, tmp_path / "kidns")


def test_one_folder_says_each_kind_once(tmp_path):
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(HEAD + step("begun"), encoding="utf-8")
    with pytest.raises(KindRefused, match=r"b\.toml: another file of .* is errand already"):
        load(tmp_path)


def test_a_file_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "errand.toml").write_text(HEAD + step("begun"), encoding="gbk")
    with pytest.raises(KindRefused, match="this is not UTF-8"):
        load(tmp_path)


def test_without_next_a_step_leads_to_the_one_below():
    kind = parse(HEAD + step("a") + step("b") + step("c"))
    assert [kind.after(name) for name in (None, "a", "b", "c")] == [("a",), ("b",), ("c",), ()]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("kind = ", "this is not TOML", id="not TOML"),
        pytest.param(HEAD, "step is missing", id="no steps"),
        pytest.param(
            HEAD + step("a").replace('en = "a"', 'en = ""'),
            "step a: title.en: String should have at least 1 character",
            id="empty title",
        ),
        pytest.param(
            HEAD + '[[step]]\nname = "a"\ntitle = { zh = "步" }\n',
            "step a: title.en is missing",
            id="title in one language only",
        ),
        pytest.param(
            HEAD + '[[step]]\ntitle = { zh = "步", en = "a" }\n',
            "step number 1: name is missing",
            id="step without a name",
        ),
        pytest.param(
            HEAD + step("a", by='by = ["Grid Worker"]'),
            "step a: by.0 is 'Grid Worker'; write lower_case_words",
            id="role in another form",
        ),
        pytest.param(
            HEAD + step("a", 'withing = "3 days"'),
            "step a: withing is no key that is known here",
            id="misspelt key",
        ),
        pytest.param(
            HEAD + step("a") + step("b", 'within = "3 weeks"'),
            "step b: within: a span of time is written like `15 workdays` or `60 days`",
            id="span in weeks",
        ),
        pytest.param(
            HEAD + step("a", 'next = ["gone"]'),
            "step a: its `next` names gone, which is no step; the steps are a",
            id="unknown next",
        ),
        pytest.param(
            HEAD + step("a") + step("b", 'within = "3 days"', 'since = ["gone"]'),
            "step b: its `since` names gone, which is no step",
            id="unknown since",
        ),
        pytest.param(
            HEAD + step("a") + step("b", 'within = "3 days"', 'since = ["c"]') + step("c"),
            "step b: its `since` names c, which has to stand above it in the file",
            id="since below",
        ),
        pytest.param(
            HEAD + step("a", "next = []") + step("b"),
            "step b cannot be reached; name it in the `next` of another step",
            id="unreachable step",
        ),
        pytest.param(
            HEAD + step("a") + step("a"), "step a stands in the file 2 times", id="same name twice"
        ),
        pytest.param(
            HEAD + step("a", by=""), "step a: nobody may take it; name the roles", id="nobody may"
        ),
        pytest.param(
            HEAD + step("a", by="at_once = true"),
            "step a is the first: somebody takes it",
            id="begins by itself",
        ),
        pytest.param(
            HEAD + step("a") + step("b", "at_once = true"),
            "step b: it is at_once, so it has no `by`",
            id="at once, yet by somebody",
        ),
        pytest.param(
            HEAD + step("a") + step("b", 'next = ["b"]', by="at_once = true"),
            "step b: it is at_once and follows itself without end",
            id="at once for ever",
        ),
        pytest.param(
            HEAD + step("a", 'next = ["b", "c"]') + step("b", by="at_once = true") + step("c"),
            "step a: after outcome * an at_once step has to be the only one",
            id="at once beside a choice",
        ),
        pytest.param(
            HEAD + step("a", "next = { won = [] }"),
            "step a: its `next` names the outcome won; add it to `outcomes` with a title",
            id="unknown outcome",
        ),
        pytest.param(
            HEAD
            + step("a", "next = { won = [] }")
            + 'outcomes.won = { zh = "胜", en = "Won" }\n'
            + 'outcomes.lost = { zh = "负", en = "Lost" }',
            "step a: nothing is said for the outcome lost",
            id="outcome that leads nowhere",
        ),
        pytest.param(
            HEAD + step("a", 'rating = { field = "score", best = 5, bad_up_to = 5 }'),
            "step a: its rating is bad up to 5 of 5: nothing would be good",
            id="rating that cannot be good",
        ),
        pytest.param(
            HEAD + step("a", 'rating = { field = "score", best = 5, bad_up_to = 2 }'),
            "step a: it has a rating, so its outcomes are exactly `good` and `bad`",
            id="rating without its outcomes",
        ),
        pytest.param(
            HEAD + step("a") + step("b", 'escalate_to = "host"'),
            "step b: it has no deadline to which",
            id="escalation without deadline",
        ),
        pytest.param(
            HEAD + step("a") + step("b", 'within = "3 days"', 'extend_at_most = "1 workday"'),
            "step b: `extend_at_most` has to count in days, as `within` does",
            id="extension in another unit",
        ),
        pytest.param(
            HEAD
            + step("a", 'next = ["b", "c"]')
            + step("b", "next = []")
            + step("c", 'within = "3 days"'),
            "step c: its `within` never counts; name it first in the `next` of a step",
            id="deadline that is never waited for",
        ),
        pytest.param(
            HEAD
            + step("a")
            + step("b", 'within = "3 days"', "lapses = true", 'escalate_to = "host"'),
            "step b: it lapses when it is late, so there is nothing to escalate",
            id="lapses and escalates",
        ),
        pytest.param(
            HEAD + step("a") + step("b", 'after_lapse = ["gone"]'),
            "step b: its `after_lapse` names gone, which is no step; the steps are a, b",
            id="waits for the time of no step",
        ),
        pytest.param(
            HEAD + step("a", 'next = ["b", "c"]') + step("b") + step("c", 'after_lapse = ["b"]'),
            "step c: its `after_lapse` names b, which has no `within` that could run out",
            id="waits for a time without end",
        ),
        pytest.param(
            HEAD + step("a") + step("b", 'within = "3 days"', 'after_lapse = ["b"]'),
            "step b: its `after_lapse` names itself",
            id="waits for its own time",
        ),
        pytest.param(
            HEAD + step("a") + step("b", 'after_lapse = ["c"]', by="at_once = true") + step("c"),
            "step b: it is at_once, so it cannot wait",
            id="at once, yet waits",
        ),
        pytest.param(
            'filer_adds = ["far", "song"]\n' + HEAD + step("a") + value("text.song"),
            "`filer_adds` names far, which is no list, number or reference of it",
            id="whoever files adds what there is not",
        ),
        pytest.param(
            'filer_adds = ["song"]\n' + HEAD + step("a") + value("text.song"),
            "`filer_adds` names song, which is no list, number or reference of it",
            id="whoever files adds a text that is for steps",
        ),
        pytest.param(
            'filer_sees = ["far"]\n' + HEAD + step("a"),
            "`filer_sees` names far, which has no list; add [field.far.…]",
            id="whoever files sees what is not listed",
        ),
        pytest.param(
            HEAD
            + step("a")
            + '[field.to.here]\ntitle = { zh = "此", en = "Here" }\nsuggests = { to = "there" }\n',
            "to here suggests to there, which is not listed",
            id="suggests what is not listed",
        ),
        pytest.param(
            HEAD + step("a") + value("field.to.here", 'only = { way = "far" }'),
            "to here is only for way far, which is not listed",
            id="only for what is not listed",
        ),
        pytest.param(
            HEAD + step("a") + value("field.far.off") + value("text.far"),
            "far is declared as two things; give each its own name",
            id="one name for two things",
        ),
        pytest.param(
            HEAD + step("a") + value("number.trips", "least = 3", "most = 2"),
            "number trips is at least 3 and at most 2: none is",
            id="a number that there is not",
        ),
        pytest.param(
            HEAD + step("a") + value("ref.talk", 'to = "meeting"', 'brings = "level"'),
            "talk brings level, which has no list; add [field.level.…]",
            id="a reference that brings what is not listed",
        ),
        pytest.param(
            HEAD
            + 'gate = { checklist = "barred", step = "c", forbids = "a" }\n'
            + step("a")
            + step("b")
            + step("c"),
            "the gate leads to c; name it in the `next` of the first step",
            id="a gate that leads elsewhere",
        ),
        pytest.param(
            HEAD
            + 'gate = { checklist = "barred", step = "b", forbids = "c" }\n'
            + step("a")
            + step("b"),
            "the gate forbids c, which is no step",
            id="a gate that forbids nothing",
        ),
        pytest.param(
            HEAD + step("a") + step("b", 'climbs = "rung"'),
            "step b: it climbs rung, which has no list; add [field.rung.…]",
            id="climbs nothing",
        ),
        pytest.param(
            HEAD + step("a") + step("b", 'within = "3 days"', 'within_by.way.far = "5 days"'),
            "step b: its `within_by` names way far, which is not listed",
            id="another span for what is not listed",
        ),
        pytest.param(
            HEAD
            + step("a")
            + step("b", 'within = "3 days"', 'within_by.way.far = "5 workdays"')
            + value("field.way.far"),
            "step b: its `within_by` for far has to count in days",
            id="another span in another unit",
        ),
        pytest.param(
            HEAD + step("a") + step("b", 'within_by.way.far = "5 days"') + value("field.way.far"),
            "step b: its `within_by` needs a `within` for all other values",
            id="another span than none",
        ),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(KindRefused) as refused:
        parse(text, "errand.toml")
    assert f"errand.toml: {sentence}" in str(refused.value)


def test_everything_wrong_is_said_at_once():
    with pytest.raises(KindRefused) as refused:
        parse(HEAD + step("a", 'next = ["gone"]') + step("b"), "errand.toml")
    assert len(str(refused.value).splitlines()) == 2
