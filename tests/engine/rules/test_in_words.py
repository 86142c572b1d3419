"""Every figure of the catalogue is told in a sentence, in both languages."""

import pytest

from engine.procedures.package import load_package, package_folders
from engine.rules.figures import CHANNELS, RuleFigure, load, read
from engine.rules.in_words import in_words
from tests.bpmn.drawing import CATALOGUE


def every_figure() -> list[RuleFigure]:
    general = [figure for path in sorted(CHANNELS.glob("*.json")) for figure in load(path.stem)]
    manifests = [load_package(folder).manifest for folder in package_folders(CATALOGUE)]
    return general + [figure for manifest in manifests for figure in read(manifest.get("rules", ()))]


def test_every_figure_has_a_sentence_in_both_languages() -> None:
    for figure in every_figure():
        told = in_words(figure)
        assert not told.zh.startswith("规则") and "{" not in told.zh.replace(str(figure.figure), ""), figure
        assert told.en and told.en != told.zh, figure


@pytest.mark.parametrize(
    ("kind", "rule", "aspect", "said"),
    [
        ("weibo", "C-T1", "", "正文不超过 140 字"),
        ("weibo", "C-I1", "larger_than", "图片大于 1 MB"),
        ("weibo", "C-V1", "at_most", "视频不超过 500 MB"),
        ("weibo", "C-I1", "format", "图片格式为 JPEG"),
        ("accounts", "C-W1", "", "密码含字母、数字和特殊字符,至少 10 位"),
    ],
)
def test_the_sentence_has_the_figure(kind: str, rule: str, aspect: str, said: str) -> None:
    figures = [one for one in load(kind) if (one.rule, one.aspect) == (rule, aspect)]
    assert said in [in_words(one).zh for one in figures]
