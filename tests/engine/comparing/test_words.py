"""What a change means is said in business words, in both languages, what changes who decides before the rest."""

from pathlib import Path

import pytest

from engine.procedures.comparing import compare
from engine.procedures.comparing.sentences import sentences
from engine.procedures.package import SUFFIXES
from engine.text import Text

FOLDER = Path(__file__).resolve().parents[3] / "bpmn" / "publishing" / "pub-company-info"
FILES = {path.name: path.read_text() for path in FOLDER.iterdir() if path.suffix in SUFFIXES}
BPMN = "pub-company-info.bpmn"
WHO = {'role("企管办")': "企管办", 'role("法务部")': "法务部", 'role("企管办"); role("法务部")': "企管办、法务部"}
OFFICE = 'name="who" value="role(&quot;企管办&quot;)" />'
PROPERTY = "<spiffworkflow:property "
SIGNERS = f'{PROPERTY}name="signers" value="role(&quot;企管办&quot;); role(&quot;法务部&quot;)" />'
NEW_STEP = f"""<bpmn:userTask id="legal" name="法务复核"><bpmn:extensionElements><spiffworkflow:properties>
{PROPERTY}name="who" value="role(&quot;法务部&quot;)" />{PROPERTY}name="due" value="PT4H" />
</spiffworkflow:properties></bpmn:extensionElements><bpmn:incoming>submit_to_review_by_unit_head</bpmn:incoming>
<bpmn:outgoing>legal_on</bpmn:outgoing></bpmn:userTask>
<bpmn:sequenceFlow id="legal_on" sourceRef="legal" targetRef="review_by_unit_head" /><bpmn:userTask id="submit" """
INTO = 'sourceRef="submit" targetRef="review_by_unit_head"'
REVIEW = "<bpmn:incoming>submit_to_review_by_unit_head</bpmn:incoming>\n      <bpmn:outgoing>review"
NEW_FIELD = '{"type": "textfield", "key": "new", "label": "来源", "validate": {"required": true}}'
WEIBO = '{"label": "官方微博", "value": "official_weibo", "en": "Official account on Weibo"}'
EDITS = {
    BPMN: [
        ([(OFFICE, OFFICE.replace("企管办", "法务部"))], ["「审核把关」的办理人由「企管办」改为「法务部」"]),
        (
            [(OFFICE, f'{OFFICE}{PROPERTY}name="mode" value="all" />{SIGNERS}')],
            ["「审核把关」现在要由企管办、法务部全部同意(以前一人即可)"],
        ),
        ([('value="P1D"', 'value="P1W"')], ["「审核本单位信息」的期限由「1 个工作日」改为「1 周」"]),
        ([('value="transfer,copy', 'value="copy')], ["「审核本单位信息」不再允许转办"]),
        (
            [('"submit,review_by_unit_head"', '"submit"')],
            ["「审核把关」的职责分离(不得由其经手人办理)由「提出发布申请、审核本单位信息」改为「提出发布申请」"],
        ),
        (
            [("not switches.gatekeeper", 'channel == "x"')],
            [
                "走向「不需要:需要企管办把关吗? → 是企管部自己的信息吗?」的条件"
                '由「not switches.gatekeeper」改为「channel == "x"」'
            ],
        ),
        (
            [
                ('<bpmn:userTask id="submit" ', NEW_STEP),
                (INTO, INTO.replace("review_by_unit_head", "legal")),
                (REVIEW, REVIEW.replace("submit_to_review_by_unit_head", "legal_on")),
            ],
            ["新增步骤「法务复核」,由法务部办理,期限 4 个工作小时,在「提出发布申请」之后"],
        ),
        (
            [(INTO, 'sourceRef="submit" targetRef="needs_gatekeeping"')],
            [
                "走向「提出发布申请 → 审核本单位信息」改为「提出发布申请 → 需要企管办把关吗?」",
                "「审核本单位信息」的进入的走向设为「submit_to_review_by_unit_head」(以前没有)",
                "「需要企管办把关吗?」的进入的走向设为「unit_head_approves」(以前没有)",
            ],
        ),
        ([('name="审核把关"', 'name="把关"')], ["步骤「审核把关」改名为「把关」"]),
    ],
    "forms.json": [
        ([('"components": [', f'"components": [{NEW_FIELD},')], ["表单「提出发布申请」新增必填项「来源」"]),
        ([('"required": true, "maxLength": 64', '"maxLength": 64')], ["表单「提出发布申请」的「标题」不再必填"]),
        (
            [(WEIBO, '{"label": "抖音", "value": "douyin"}')],
            [
                "表单「提出发布申请」的「发布渠道」取消选项「官方微博」",
                "表单「提出发布申请」的「发布渠道」新增选项「抖音」",
            ],
        ),
    ],
    "procedure.json": [
        ([('"value": true', '"value": false')], ["开关「企管办审核把关」由开改为关"]),
        ([('"retention_years": 3', '"retention_years": 5')], ["保存年限由「3」改为「5」"]),
        (
            [('"article": "第八条"', '"article": "第八条(1)"')],
            ["依据「《公司微博、微信管理办法》第八条(1)」有改动:条款"],
        ),
    ],
}
CASES = [(file, edits, told) for file, cases in EDITS.items() for edits, told in cases]


@pytest.mark.parametrize(("file", "edits", "told"), CASES, ids=[told[0][:20] for _, _, told in CASES])
def test_a_change_is_one_sentence_in_business_words(file: str, edits: list[tuple[str, str]], told: list[str]) -> None:
    text = FILES[file]
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    found = sentences(compare(FILES, FILES | {file: text}), lambda rule: Text(WHO.get(rule, rule), rule))
    assert [one.text.zh for one in found] == told
    assert all(one.text.en != one.text.zh for one in found)


def test_who_decides_comes_first_and_layout_last() -> None:
    text = FILES[BPMN].replace('name="审核把关"', 'name="把关"', 1).replace('value="P1D"', 'value="P2D"', 1)
    text = text.replace(OFFICE, OFFICE.replace("企管办", "法务部"), 1).replace('<dc:Bounds x="', '<dc:Bounds x="1', 2)
    found = sentences(compare(FILES, FILES | {BPMN: text}), lambda rule: Text(rule, rule))
    assert [one.weight for one in found] == sorted(one.weight for one in found)
    assert "办理人" in found[0].text.zh and "图形" in found[-1].text.zh
