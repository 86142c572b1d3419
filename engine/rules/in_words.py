"""What a figure asks for, in a sentence for those who read the catalogue."""

from collections.abc import Callable
from typing import Any

from engine.rules.figures import RuleFigure
from engine.rules.required import PARTS
from engine.rules.words import word_list
from engine.text import Text

MEGABYTE = 1_048_576
UNKNOWN = Text("规则 {rule}:{figure}", "Rule {rule}: {figure}")
MORE_PARTS = {
    "source": Text("来源", "source"),
    "copyright": Text("版权", "copyright"),
    "url": Text("地址", "address"),
    "description": Text("内容和用途说明", "what it is for"),
    "listed_from": Text("上架时间", "start of listing"),
    "listed_until": Text("下架时间", "end of listing"),
    "contact": Text("联系人", "contact"),
    "account": Text("账号名称", "account name"),
    "purpose": Text("用途", "purpose"),
    "valid_from": Text("起始时间", "start of validity"),
}


def _plain(value: Any) -> Text:
    return Text(str(value), str(value))


def _joined(texts: list[Text]) -> Text:
    return Text("、".join(one.zh for one in texts), ", ".join(one.en for one in texts))


def _parts(value: Any) -> Text:
    """Keys of a form by what they are called."""
    told = value if isinstance(value, list) else [value]
    return _joined([PARTS.get(one) or MORE_PARTS.get(one) or _plain(one) for one in map(str, told)])


def _listed(value: Any) -> Text:
    return _joined([_plain(one) for one in value]) if isinstance(value, list) else _plain(value)


def _formats(value: Any) -> Text:
    return _joined([_plain(str(one).removeprefix("image/").upper()) for one in value])


def _size(value: Any) -> Text:
    return _plain(f"{value / MEGABYTE:g} MB")


def _category(value: Any) -> Text:
    """The title of a list of words."""
    return word_list(value).title


def _words(value: Any) -> Text:
    return _joined([_plain(f"“{one}”") for one in value.values()])


SENTENCES: dict[tuple[str, str], tuple[Callable[[Any], Text], Text]] = {
    ("C-T1", ""): (_plain, Text("正文不超过 {figure} 字", "the text has at most {figure} characters")),
    ("C-T2", ""): (_plain, Text("正文不少于 {figure} 字", "the text has at least {figure} characters")),
    ("C-T3", ""): (
        _plain,
        Text("超过 {figure} 字用链接分享", "a text of more than {figure} characters is shared as a link"),
    ),
    ("C-T4", ""): (_plain, Text("至少 {figure} 张图片", "at least {figure} picture")),
    ("C-T5", ""): (_plain, Text("网络新词后加括号注释", "new internet words are explained in brackets")),
    ("C-T6", "wording"): (_plain, Text("没有错别字和重复标点", "no slips of the pen and no doubled punctuation")),
    ("C-T6", "self_check"): (_plain, Text("提交人自查文字", "who submits has checked the wording")),
    ("C-T7", ""): (_words, Text("通知须带回复用语:{figure}", "a notice carries one of these answers: {figure}")),
    ("C-T8", ""): (_parts, Text("必须填写{figure}", "to be given: {figure}")),
    ("C-T8", "expiry"): (_plain, Text("有效期在今天之后", "the validity lies ahead")),
    ("C-T9", ""): (_parts, Text("稿件必须有{figure}", "a manuscript has {figure}")),
    ("C-I1", "format"): (_formats, Text("图片格式为 {figure}", "pictures are {figure}")),
    ("C-I1", "larger_than"): (_size, Text("图片大于 {figure}", "pictures are larger than {figure}")),
    ("C-I1", "smaller_than"): (_size, Text("图片小于 {figure}", "pictures are smaller than {figure}")),
    ("C-I2", "format"): (_formats, Text("图片格式为 {figure}", "pictures are {figure}")),
    ("C-I2", "smaller_than"): (_size, Text("图片小于 {figure}", "pictures are smaller than {figure}")),
    ("C-I3", "camera"): (
        _plain,
        Text("图片经过设计,不是相机原图", "pictures are designed, not straight from a camera"),
    ),
    ("C-I3", "pixels"): (
        _plain,
        Text("图片长边至少 {figure} 像素", "the long side of a picture has at least {figure} pixels"),
    ),
    ("C-I4", ""): (_parts, Text("图片和视频注明{figure}", "pictures and videos name their {figure}")),
    ("C-V1", "format"): (_listed, Text("视频格式为 {figure}", "videos are {figure}")),
    ("C-V1", "doubtful"): (_listed, Text("格式 {figure} 请确认是视频", "of {figure} make sure that it is a video")),
    ("C-V1", "at_most"): (_size, Text("视频不超过 {figure}", "videos have at most {figure}")),
    ("C-L1", ""): (_parts, Text("链接注明{figure}", "links give their {figure}")),
    ("C-L1", "host"): (_plain, Text("链接不指向短网址和可疑网站", "links lead to no shortener and no doubtful site")),
    ("C-S1", ""): (
        _plain,
        Text("注明信息来源,来源不明不予发布", "the source is named; of unknown source nothing is published"),
    ),
    ("C-S2", ""): (_plain, Text("事实可以核实", "facts can be checked")),
    ("C-S3", ""): (_plain, Text("转载内容已经核实", "what is reposted has been verified")),
    ("C-S4", ""): (_plain, Text("原创,引用注明出处", "own work; what is quoted names its source")),
    ("C-S5", ""): (_plain, Text("转载取得授权", "what is reposted is licensed")),
    ("C-S6", ""): (
        _plain,
        Text("标明以公司官方还是员工个人名义", "it says whether the company or a member of staff speaks"),
    ),
    ("C-P1", ""): (_plain, Text("涉密信息不得发布", "nothing secret is published")),
    ("C-P2", ""): (_listed, Text("属于规定的信息类别:{figure}", "it belongs to one of the categories {figure}")),
    ("C-P3", ""): (_category, Text("不含“{figure}”内容", "no words of “{figure}”")),
    ("C-P4", ""): (_plain, Text("使用个人信息须经本人同意", "personal data is used with consent")),
    ("C-P5", ""): (_plain, Text("医疗内容经专业人士审核", "medical content is reviewed by a professional")),
    ("C-P6", ""): (_plain, Text("未经审核不得发布", "nothing is published without review")),
    ("C-P7", ""): (_plain, Text("内部信息不得对外发布", "what is internal stays inside")),
    ("C-P8", ""): (_plain, Text("不传播未经证实、未公开报道的消息", "nothing unconfirmed or not publicly reported")),
    ("C-P9", ""): (_plain, Text("不购买粉丝和点击", "no followers and clicks are bought")),
    ("C-F1", ""): (_plain, Text("每天群发 {figure} 次", "{figure} mass send a day")),
    ("C-F2", ""): (_plain, Text("群发前先测试", "a test goes before the mass send")),
    ("C-B1", ""): (_plain, Text("至少提前 {figure} 天", "at least {figure} days ahead")),
    ("C-B2", ""): (_parts, Text("写明{figure}", "to be given: {figure}")),
    ("C-B3", ""): (
        _plain,
        Text("官方渠道已发布的内容可以直接使用", "what an official channel has published may be used as it is"),
    ),
    ("C-B4", ""): (_plain, Text("排除不愿接收的客户", "customers who opted out are left out")),
    ("C-B5", ""): (_plain, Text("原则上逐一回复客户", "every customer is answered")),
    ("C-N1", ""): (_plain, Text("昵称格式 {figure}", "the nickname reads {figure}")),
    ("C-N2", ""): (_plain, Text("昵称格式 {figure}", "the nickname reads {figure}")),
    ("C-N3", ""): (_plain, Text("使用真实姓名", "the real name is used")),
    ("C-N4", ""): (_plain, Text("头像符合要求", "the avatar is as asked for")),
    ("C-N5", ""): (_plain, Text("账号与公司邮箱前缀一致", "the account is the prefix of the company mailbox")),
    ("C-N6", ""): (_listed, Text("名称含“{figure}”须附说明", "a name with {figure} needs a statement")),
    ("C-N7", ""): (_plain, Text("名称不与他人相似", "the name is not close to another’s")),
    ("C-N8", ""): (_parts, Text("资料齐全:{figure}", "the profile is complete: {figure}")),
    ("C-A1", ""): (_plain, Text("一人一个账号", "one account for each person")),
    ("C-A2", ""): (_plain, Text("每个部门、团队、项目一个应用", "one app for each department, team or project")),
    ("C-A3", ""): (_parts, Text("必须写明{figure}", "to be given: {figure}")),
    ("C-A4", ""): (_plain, Text("借用账号须经批准并备案", "lending needs approval and filing")),
    ("C-A5", ""): (_plain, Text("官方账号不得转让、出租", "an official account is not transferred or rented")),
    ("C-A6", ""): (_plain, Text("先认证,后运营", "certified first, then operated")),
    ("C-A7", ""): (_plain, Text("删除账号前先备份", "a backup is made before an account is deleted")),
    ("C-A8", ""): (_parts, Text("附上{figure}", "to be attached: {figure}")),
    ("C-A9", ""): (_parts, Text("附上{figure}", "to be attached: {figure}")),
    ("C-A10", ""): (_plain, Text("外部人员须签订协议", "outside people need an agreement")),
    ("C-A11", ""): (_plain, Text("不得为自己授权", "nobody grants rights to oneself")),
    ("C-R3", ""): (_plain, Text("登记并存档", "registered and filed")),
    ("C-R4", ""): (_parts, Text("事前附上{figure}", "to be attached beforehand: {figure}")),
    ("C-W1", ""): (
        _plain,
        Text(
            "密码含字母、数字和特殊字符,至少 {figure} 位",
            "passwords have letters, digits and special signs, {figure} at least",
        ),
    ),
    ("C-W5", ""): (_plain, Text("密码不告诉任何人", "passwords are told to nobody")),
}


def in_words(figure: RuleFigure) -> Text:
    """The sentence of the figure's rule with its figure; of a rule without one its number."""
    found = SENTENCES.get((figure.rule, figure.aspect)) or SENTENCES.get((figure.rule, ""))
    if found is None:
        return UNKNOWN.fill(rule=figure.rule, figure=_listed(figure.figure))
    say, sentence = found
    return sentence.fill(figure=say(figure.figure))
