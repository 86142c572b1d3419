"""A calendar in words."""

from engine.calendar.plan import Plan
from engine.text import Text

DAILY = Text("每天", "every day")
STEPS = Text("自{since}起每{step}天一次", "every {step} days from {since}")
MONTHLY = Text("每月{days}日", "on day {days} of the month")
SHORT = Text("(当月没有的日子改为月末)", " (or the last day of a shorter month)")
WINDOW = Text(",{begin}至{end}", ", {begin} to {end}")


def words_of(plan: Plan) -> Text:
    """`每月8、16、24、30日(当月没有的日子改为月末),17:00至17:30`."""
    days = sorted(plan.month_days)
    if days:
        zh, en = "、".join(map(str, days)), ", ".join(map(str, days))
        said = [MONTHLY.fill(days=Text(zh, en)), *([SHORT] if days[-1] > 28 else [])]
    elif plan.since is None:
        said = [DAILY]
    else:
        said = [STEPS.fill(step=plan.step, since=plan.since.isoformat())]
    if plan.window:
        begin, end = (f"{one:%H:%M}" for one in plan.window)
        said.append(WINDOW.fill(begin=begin, end=end))
    return Text("".join(one.zh for one in said), "".join(one.en for one in said))


def cited(plan: Plan, *about: str) -> Text:
    """The account's clauses that speak of one of these words, quoted; empty when none does."""
    found = [clause for clause in plan.clauses if any(word in clause["quote"] for word in about)]
    zh = "".join(f"依据:{one['regulation']} {one['article']}“{one['quote']}”。" for one in found)
    return Text(zh, " ".join(f"Clause {one['regulation']} {one['article']}." for one in found))
