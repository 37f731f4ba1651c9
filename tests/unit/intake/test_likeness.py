"""What of a text is compared with others."""

import itertools

import pytest

from intake.domain.likeness import pieces

MATTERS = [
    [
        "三号楼二单元楼道灯坏了好几天，晚上上楼看不见",
        "我们3号楼2单元的楼道灯不亮，老人晚上上楼很危险，请来修",
        "二单元楼梯间没有灯，黑漆漆的，已经坏了快一周了",
    ],
    [
        "三单元门口垃圾桶满了三天没人清运，味道很大",
        "3单元楼下垃圾好几天没清，臭得很",
        "垃圾桶满了没人收，三单元门口到处是垃圾，苍蝇特别多",
    ],
    [
        "楼下烧烤店每天油烟直排，熏得不敢开窗",
        "一楼烧烤摊油烟太大，住户没法开窗户",
        "烧烤店的油烟味每天晚上飘到家里，受不了",
    ],
    [
        "消防通道被私家车堵住了，救护车进不来",
        "小区消防通道天天停满车，万一着火怎么办",
        "私家车占用消防通道，昨天救护车都开不进去",
    ],
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("楼道灯", {"楼道", "道灯", "灯"}, id="two Chinese characters at a time"),
        pytest.param("lamp", {"lam", "amp", "mp", "p"}, id="three letters at a time"),
        pytest.param("楼道，灯！", {"楼道", "道灯", "灯"}, id="no punctuation"),
        pytest.param("ＬＡＭＰ 1", pieces("lamp1"), id="no width, case or space"),
        pytest.param("", set(), id="nothing of nothing"),
        pytest.param("。。。", set(), id="nothing of points"),
        pytest.param("灯" * 299 + "楼道路", pieces("灯" * 299 + "楼"), id="only of the beginning"),
    ],
)
def test_pieces_are_of_what_is_said_and_not_of_how_it_is_written(text, expected):
    assert pieces(text) == expected


def test_the_same_matter_told_by_another_is_among_the_first_three():
    texts = [(number, text) for number, matter in enumerate(MATTERS) for text in matter]
    for number, text in texts:
        others = [one for one in texts if one[1] is not text]
        others.sort(key=lambda one: alike(text, one[1]), reverse=True)
        assert number in [other for other, _ in others[:3]], text


def test_most_of_what_is_told_again_reaches_the_threshold_and_little_else_does():
    texts = [(number, text) for number, matter in enumerate(MATTERS) for text in matter]
    pairs = list(itertools.combinations(texts, 2))
    same = [alike(a, b) >= 0.06 for (i, a), (j, b) in pairs if i == j]
    other = [alike(a, b) >= 0.06 for (i, a), (j, b) in pairs if i != j]
    assert sum(same) / len(same) > 0.75
    assert sum(other) / len(other) < 0.05


def alike(one, other):
    return len(pieces(one) & pieces(other)) / len(pieces(one) | pieces(other))
