"""The HTML of articles: what Word and the editors of WeChat articles paste, what attackers write, what readers see."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import TooLarge
from engine.rules import article

PASTED = Path(__file__).parent / "pasted"
SHA256 = "ab" * 32
ALLOWED = "p h1 h2 h3 h4 section blockquote ul ol li hr br img a span table tbody tr td th".split()
ALLOWED += "strong em u s sub sup".split()
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)((?: [a-z]+=\"[^\"]*\")*)>")
STYLE = re.compile(r"((; )?[a-z-]+: (#[0-9a-f]{6}|[0-9.]+(px)?|left|center|right|justify))+")
HOSTILE = [
    "<p>看<script>alert(1)</script></p>",
    "<p>看<SCRIPT SRC=//evil.example/x.js></SCRIPT></p>",
    "<p>看<img src=x onerror=alert(1)></p>",
    "<p onclick=alert(1)>看</p>",
    "<p>看<a href='javascript:alert(1)'>点</a></p>",
    "<p>看<a href='jav&#x0A;ascript:alert(1)'>点</a></p>",
    "<p>看<a href=' &#14;javascript:alert(1)'>点</a></p>",
    "<p>看<a href='data:text/html,<script>alert(1)</script>'>点</a></p>",
    "<p>看<iframe src=javascript:alert(1)></iframe></p>",
    "<p style='width:expression(alert(1))'>看</p>",
    "<p style='color:red;behavior:url(x.htc)'>看</p>",
    "<p style='-moz-binding:url(x.xml#x)'>看</p>",
    "<p style='width:exp/**/ression(alert(1))'>看</p>",
    "<meta http-equiv='refresh' content='0;url=https://evil.example'><p>看</p>",
    "<base href='https://evil.example/'><p>看</p>",
    "<object data='x.swf'></object><p>看</p>",
    "<embed src='x.swf'><p>看</p>",
    "<svg onload=alert(1)></svg><p>看</p><script>1</script>",
]
SNEAKY = [
    "<svg><style><img src=x onerror=alert(1)></style></svg><p>看</p>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>"
    "</mglyph></table></mtext></math><p>看</p>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img onerror=alert(1) src>'>"
    "</form><p>看</p>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript><p>看</p>",
    "<p>看</p><!--><img src=x onerror=alert(1)>-->",
    "<p>看</p><![CDATA[><img src=x onerror=alert(1)>]]>",
    "<p>看<img src=\"/uploads/" + SHA256 + "\"onerror=alert(1)></p>",
    "<p>看<template><img src=x onerror=alert(1)></template></p>",
    "<p style='position:fixed;top:0;left:0;z-index:9999'>看</p>",
    "<p style='background:url(https://evil.example/track.gif)'>看</p>",
    "<p>看<a href='//evil.example'>点</a><a href='vbscript:x'>点</a></p>",
    "<p style=\"color:red&quot;onmouseover=alert(1)\">看</p>",
    "<table><style>*{x:y}</style><tr><td>看<td background='javascript:alert(1)'></table>",
    "<p>看<textarea><script>alert(1)</script></textarea></p>",
    "<plaintext><p>看",
    "<xmp><img src=x onerror=alert(1)></xmp><p>看</p>",
    "<p>看<a href='https://a.example/\" onmouseover=\"alert(1)'>点</a></p>",
    "<isindex action=javascript:alert(1)><p>看</p>",
    "<p id=csrf_token name=csrf_token class=qf-bar data-drop>看</p>",
]  # fmt: skip


def harmless(html: str) -> None:
    """Read tag by tag: nothing but what an article may have, written as we write it."""
    assert not re.sub(TAG, "", html).count("<"), html
    for _, tag, attributes in TAG.findall(html):
        assert tag in ALLOWED, html
        for name, value in re.findall(r' ([a-z]+)="([^"]*)"', attributes):
            if name == "style":
                assert STYLE.fullmatch(value), html
            elif name == "src":
                assert re.fullmatch("/uploads/[0-9a-f]{64}", value), html
            elif name == "href":
                assert value.startswith(("http://", "https://")), html
            else:
                assert name in ("alt", "colspan", "rowspan"), html


def cleaned(name: str) -> article.Cleaned:
    return article.clean((PASTED / name).read_text("utf-8"))


def test_a_page_of_word_keeps_its_text_and_says_what_went() -> None:
    found = cleaned("word.html")
    harmless(found.html)
    assert '<h1 style="text-align: center">秋季新品发布会</h1>' in found.html
    assert '<strong><span style="color: #ff0000; font-size: 16px">十二月一日</span></strong>' in found.html
    assert "300m<sup>2</sup>。</span>" in found.html
    assert '<td style="background-color: #d9e2f3"><p>地点</p></td>' in found.html
    assert '<td colspan="2"><p>总部展厅</p></td>' in found.html
    assert "1.\xa0\xa0 上午九点开场" in article.text(found.html)
    said = article.in_words(found.dropped).zh
    assert "1 段样式表" in said and "1 张本机图片" in said and "处字体" in said and "处表格边框" in said, said
    assert "脚本" not in said


def test_a_layout_of_xiumi_keeps_boxes_colours_and_lines() -> None:
    found = cleaned("xiumi.html")
    harmless(found.html)
    assert "background-color: #1c5caf" in found.html and "letter-spacing: 2px" in found.html
    assert "<strong>走进展厅</strong>" in found.html
    assert '<span style="color: #d60036">三十件</span>' in found.html and "<u>可以试用</u>" in found.html
    assert article.text(found.html) == "走进展厅\n展厅里有三十件新品,可以试用。\n\n期待与您见面。"
    assert found.dropped["svg"] == 1 and found.dropped["outside_picture"] == 1
    assert not found.dropped.keys() & article.HOSTILE


def test_a_layout_of_135_loses_what_wechat_would_not_show_and_what_nobody_may_send() -> None:
    found = cleaned("editor135.html")
    harmless(found.html)
    assert "line-height: 1.75" in found.html and "background-color: #ffd700" in found.html
    assert "<blockquote><p>好产品自己会说话。</p></blockquote>" in found.html
    assert '<a href="https://weixin.qq.com/r/demo">了解更多</a>' in found.html
    assert '<span style="color: #000000">看不见的字</span>' in found.html
    expected = {"script": 1, "handler": 1, "frame": 1, "sheet": 1, "background": 1, "motion": 1, "colour": 1}
    assert expected.items() <= found.dropped.items(), found.dropped


@pytest.mark.parametrize("source", [*HOSTILE, *SNEAKY])
def test_nothing_that_runs_comes_out(source: str) -> None:
    found = article.clean(source)
    harmless(found.html)
    assert article.clean(found.html).html == found.html == article.safe(found.html)


@pytest.mark.parametrize("source", HOSTILE)
def test_what_no_article_has_by_accident_is_told_as_such(source: str) -> None:
    found = article.clean(source)
    assert found.dropped.keys() & article.HOSTILE, found.dropped
    assert "看" in article.text(found.html)


@pytest.mark.parametrize(
    "source",
    [
        "<p>法轮<b></b>大法</p>", "<p>法轮<span style='color:red'>大</span>法</p>", "<p>法&#36718;大法</p>",
        "<p>法轮<!-- x -->大法</p>", "<p>法轮<script>x</script>大法</p>", "<p>法轮<img src=x>大法</p>",
        "<p>法轮<svg><text>x</text></svg>大法</p>", "<p><em>法</em><strong>轮</strong><u>大</u><s>法</s></p>",
        "<p>法轮<a href='https://a.example'>大</a>法</p>", "<p>法轮<x-y>大</x-y>法</p>",
    ],
)  # fmt: skip
def test_tags_between_letters_leave_the_word_whole(source: str) -> None:
    assert article.text(source) == "法轮大法"


def test_text_in_the_colour_of_its_ground_becomes_readable() -> None:
    assert article.clean('<p style="color:#fff">暗语</p>').html.count("#000000") == 1
    assert "color: #ffffff" in article.clean('<section style="background:#000"><p>一</p><p>二</p></section>').html
    assert article.clean('<p><span style="color:rgba(0,0,0,.02)">x</span></p>').html == "<p>x</p>"
    assert article.clean('<p style="font-size:0">x</p>').html == "<p>x</p>"


def test_only_our_own_pictures_stay() -> None:
    found = article.clean(
        f'<p><img src="/uploads/{SHA256}" alt="展厅" onerror="x"><img src="https://a.example/uploads/{SHA256}">'
        f'<img src="data:image/png;base64,AA"><img src="//a.example/x.png"><img src="/uploads/{SHA256}/../x"></p>'
    )
    assert found.html == f'<p><img src="/uploads/{SHA256}" alt="展厅"></p>'
    assert {"outside_picture": 2, "inline_picture": 1, "local_picture": 1}.items() <= found.dropped.items()
    assert article.pictures(found.html) == [SHA256] and article.captions(found.html) == "展厅"


def test_a_plain_text_is_no_html() -> None:
    for text in ("a < b 且 c > d", "<3", "第一行\n第二行", "if (a<b) x", "见<附件>", "1<2>1"):
        assert not article.looks_like_html(text) and not article.is_html(text), text
    for text in ("<p>一</p>", "前<br>后", "<!-- x -->", "x<b>y</b>", "<img src=x>"):
        assert article.looks_like_html(text), text


def test_more_tags_than_any_article_has_are_refused() -> None:
    with pytest.raises(TooLarge):
        article.clean("<div>" * 20_001)


def test_links_are_told_with_their_words() -> None:
    source = (
        '<p><a href="https://a.example/1">一<b>二</b></a>三<a href="https://a.example/2">四</a><a href="#x">五</a></p>'
    )
    assert article.links(source) == [("https://a.example/1", "一二"), ("https://a.example/2", "四")]


_NAMES = st.sampled_from(
    [*ALLOWED, "div", "b", "i", "font", "center", "script", "style", "svg", "math", "mtext", "pre", "o:p", "form",
     "iframe", "template", "noscript", "thead", "caption", "dl", "dt", "dd", "h5", "button", "title", "figure"]
)  # fmt: skip
_TEXT = st.text(st.sampled_from("字法 a1 \n\t\xa0\u200b\u3000&<>\"'=/-!;:"), max_size=8)
_STYLES = st.lists(
    st.sampled_from(
        ["color:red", "color:#fff", "background:#000", "background-color:rgb(1,2,3)", "font-size:12pt", "font-size:1px",
         "text-align:center", "line-height:150%", "letter-spacing:2px", "font-weight:bold", "position:fixed",
         "background:url(x)", "font-family:x", "text-decoration:underline", "vertical-align:super"]
    ), max_size=3,
).map(";".join)  # fmt: skip
_ATTRIBUTES = st.one_of(
    st.just(""),
    _STYLES.map(lambda style: f' style="{style}"'),
    st.sampled_from([" onclick=x", f' src="/uploads/{SHA256}"', " href=https://a.example/?a=1&b", " colspan=2"]),
)
_OPEN = st.builds(lambda name, attributes: f"<{name}{attributes}>", _NAMES, _ATTRIBUTES)
_CLOSE = _NAMES.map(lambda name: f"</{name}>")
_COMMENT = st.sampled_from(["<!--", "-->", "<![if x]>", "<![endif]>", "<!--[if mso]>", "<?xml?>"])
_SOUP = st.lists(st.one_of(_OPEN, _CLOSE, _TEXT, _COMMENT), max_size=25).map("".join)


@settings(max_examples=250, deadline=None)
@given(_SOUP)
def test_any_soup_of_tags_has_one_harmless_canonical_form(source: str) -> None:
    found = article.clean(source)
    harmless(found.html)
    again = article.clean(found.html)
    assert again.html == found.html == article.safe(found.html)
    assert not again.dropped
    assert article.text(found.html) == article.text(source)
    assert not found.html or article.is_html(found.html)


_LETTERS = st.sampled_from("字法a1&<>\"'=;\u200b\u3000")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(_LETTERS, min_size=1, max_size=10), min_size=1, max_size=5))
def test_the_text_of_paragraphs_is_kept_to_the_letter(lines: list[str]) -> None:
    escape = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
    source = "".join(f"<p><b>{line[:3].translate(escape)}</b>{line[3:].translate(escape)}</p>" for line in lines)
    assert article.text(article.clean(source).html) == "\n".join(lines)
