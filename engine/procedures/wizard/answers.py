"""What a wizard was answered, and whether a procedure can be made of it."""

from dataclasses import dataclass

from engine.errors import Invalid
from engine.procedures.manifest import LONGEST_SLUG, SLUG
from engine.procedures.wizard.families import FAMILIES, Family
from engine.procedures.wizard.posts import APPLICANT, OWN_HEAD, Posts
from engine.text import Text

MOST_REVIEWS, MOST_DAYS = 3, 30
LONGEST_NAME = 100  # what a register takes as the kind of a filing
NO_TITLE = Text("请写出流程名称,不超过 {limit} 个字符。", "Give the procedure a name of {limit} characters at most.")
BAD_SLUG = Text(
    "代号用小写英文字母、数字和短横线,以字母开头,不超过 {limit} 个字符。",
    "The code is made of small letters, digits and dashes, begins with a letter and has {limit} characters at most.",
)
NOT_OFFERED = Text("请从列表中选择。", "Choose one of the list.")
BAD_DAYS = Text("期限是 1 到 {limit} 个工作日。", "A deadline is 1 to {limit} working days.")
MANY_REVIEWS = Text("审核最多 {limit} 步。", "There are {limit} reviews at most.")
NO_ACCOUNT = Text("这个机构没有官方账号,不能做发布流程。", "This organisation has no official account to publish on.")


@dataclass(frozen=True)
class Answers:
    """`reviewers`, `approver` and `doer` are assignments as the diagram writes them; days are working days."""

    family: str
    slug: str
    title: Text
    organisation: str
    owner: str
    starter: str
    reviewers: tuple[str, ...]
    approver: str
    doer: str
    review_days: int = 1
    carry_days: int = 2

    @property
    def kind(self) -> Family:
        return FAMILIES[self.family]


def checked(answers: Answers, posts: Posts) -> None:
    """Invalid with what is wrong by question."""
    wrong: dict[str, list[Text]] = {}
    if not all(0 < len(name) <= LONGEST_NAME and name.isprintable() for name in answers.title):
        wrong["title"] = [NO_TITLE.fill(limit=LONGEST_NAME)]
    if not SLUG.fullmatch(answers.slug) or len(answers.slug) > LONGEST_SLUG:
        wrong["slug"] = [BAD_SLUG.fill(limit=LONGEST_SLUG)]
    actors = {one.value for one in posts.actors()} | {OWN_HEAD}
    chosen = (
        ("owner", answers.owner, {one.value for one in posts.owners()}),
        ("starter", answers.starter, {one.value for one in posts.starters()}),
        ("approver", answers.approver, actors),
        ("doer", answers.doer, actors if answers.kind.opens_account else actors | {APPLICANT}),
        *(("reviewers", one, actors) for one in answers.reviewers),
    )
    wrong |= {name: [NOT_OFFERED] for name, value, offered in chosen if value not in offered}
    if len(answers.reviewers) > MOST_REVIEWS:
        wrong["reviewers"] = [MANY_REVIEWS.fill(limit=MOST_REVIEWS)]
    for name, days in (("review_days", answers.review_days), ("carry_days", answers.carry_days)):
        if not 1 <= days <= MOST_DAYS:
            wrong[name] = [BAD_DAYS.fill(limit=MOST_DAYS)]
    if answers.kind.publishes and not posts.channels:
        wrong["family"] = [NO_ACCOUNT]
    if wrong:
        raise Invalid(wrong)
