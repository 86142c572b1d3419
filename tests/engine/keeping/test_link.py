"""A public link is found by what names the page, however it was shared; two pages are never taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.link import link_key, plain_link

SAME = [
    [
        "https://mp.weixin.qq.com/s/Ab-9_x",
        "http://mp.weixin.qq.com/s/Ab-9_x?from=timeline&chksm=1#rd",
        "mp.weixin.qq.com/s/Ab-9_x/",
    ],
    [
        "https://mp.weixin.qq.com/s?__biz=MzA3&mid=26&idx=1&sn=f0a1",
        "http://mp.weixin.qq.com/s?sn=f0a1&__biz=MzA3&idx=1&mid=26&chksm=84&scene=27&pass_ticket=x#wechat_redirect",
    ],
    [
        "https://weibo.com/1234567/Ab12",
        "https://m.weibo.cn/status/Ab12?jumpfrom=x",
        "https://weibo.com/1234567/Ab12?from=page_1005",
    ],
    [
        "https://www.example.com/news/1?utm_source=a&id=7",
        "http://m.example.com:80/news/1/?id=7&spm=1.2",
        " example.com/news/1?id=7 ",
    ],
    ["https://example.com/%E6%96%B0%E9%97%BB", "https://example.com/新闻"],
]  # fmt: skip


@pytest.mark.parametrize("links", SAME)
def test_a_link_is_the_same_however_it_was_shared(links: list[str]) -> None:
    assert len({link_key(link) for link in links}) == 1, [plain_link(link) for link in links]


def test_two_pages_are_two() -> None:
    apart = [links[0] for links in SAME] + [
        "https://mp.weixin.qq.com/s/ab-9_x",
        "https://mp.weixin.qq.com/s?__biz=MzA3&mid=26&idx=2&sn=f0a1",
        "https://weibo.com/1234567/Ab13",
        "https://weibo.com/1234567",
        "https://example.com/news/1?id=8",
        "https://example.com/news/1",
        "https://example.com:8443/news/1",
        "https://app.example.com/#/news/1",
        "https://app.example.com/#/news/2",
        "ftp://example.com/news/1",
        "公告栏第三格",
    ]
    assert len({link_key(link) for link in apart}) == len(apart)
    assert link_key(" ") == ""


@given(st.text() | st.from_regex(r"https?://[\w.]{1,9}(:\d{1,6})?/[^\n]{0,20}"))
def test_no_link_is_too_odd_and_its_plain_form_is_found_by_itself(link: str) -> None:
    plain = plain_link(link)
    assert link_key(link) == link_key(f" {link} ")
    assert len(link_key(link)) == (64 if plain else 0)
