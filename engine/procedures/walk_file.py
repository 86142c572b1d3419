"""The walks of a procedure as written in walks.json, each with what it takes over from another one."""

from typing import Any

from engine.errors import BadInput
from engine.text import Text

TAKEN_OVER = ("at", "applicant", "start", "switches", "accounts", "drafts")
STEPS = {"task", "clock", "withdraw", "open", "overdue", "vacate", "appoint", "tamper", "incident", "retry"}
BY_SOMEBODY = {"task", "withdraw", "retry"}
RESULTS = {"expect", "expect_error"}
KINDS = {
    "start": dict, "switches": dict, "expect": dict, "steps": list, "after": list, "at": str, "applicant": str,
    "warns": list, "vacate": list, "appoint": list, "accounts": list, "drafts": list,
}  # fmt: skip
POSTS = {"vacate": {"role"}, "appoint": {"role", "unit", "person"}}  # what each entry must name
ACCOUNT, OF_ACCOUNT = {"kind", "name", "holder"}, {"user_name", "rights", "valid_until"}  # must and may

UNNAMED = Text("第{number}个演练没有 id,或 id 重复", "walk {number} has no id, or one that is taken")
INCOMPLETE = Text("演练「{id}」缺少 {key}", "the walk “{id}” has no {key}")
NO_MODEL = Text("演练「{id}」参照的「{like}」不在它前面", "the walk “{id}” is like “{like}”, which is not before it")
NO_EARLIER = Text("演练「{id}」之前的「{after}」不存在", "the walk “{id}” comes after “{after}”, which does not exist")
BAD_STEP = Text("演练「{id}」的第{number}步不对", "step {number} of the walk “{id}” is not right")


MOST_WALKS, MOST_STEPS = 300, 200
TOO_MANY = Text("最多{most}个演练,每个最多{steps}步", "at most {most} walks, each of at most {steps} steps")


class BadWalk(BadInput):
    code = "bad_walk"


def in_full(written: list[Any]) -> list[dict[str, Any]]:
    """Each walk with the applicant, answers, switches and clock of the one it is `like`; BadWalk names the fault."""
    full: dict[str, dict[str, Any]] = {}
    if len(written) > MOST_WALKS:
        raise BadWalk(TOO_MANY.fill(most=MOST_WALKS, steps=MOST_STEPS))
    for number, walk in enumerate(written, 1):
        name = walk.get("id") if isinstance(walk, dict) else None
        if not isinstance(name, str) or not name or name in full:
            raise BadWalk(UNNAMED.fill(number=number))
        like = walk.get("like")
        if like is not None and (not isinstance(like, str) or like not in full):
            raise BadWalk(NO_MODEL.fill(id=name, like=like))
        full[name] = _one(walk, full[like] if like else {})
    for walk in full.values():
        for earlier in walk.get("after", []):
            elsewhere = isinstance(earlier, str) and "/" in earlier  # another procedure's, looked up when it is lived
            if not elsewhere and (earlier not in full or earlier == walk["id"]):
                raise BadWalk(NO_EARLIER.fill(id=walk["id"], after=earlier))
    return list(full.values())


def _one(walk: dict[str, Any], model: dict[str, Any]) -> dict[str, Any]:
    for key, kind in KINDS.items():
        if not isinstance(walk.get(key, kind()), kind):
            raise BadWalk(INCOMPLETE.fill(id=walk["id"], key=key))
    taken = {key: model[key] for key in TAKEN_OVER if key in model}
    own = {key: value for key, value in walk.items() if key != "like"}
    made: dict[str, Any] = {**taken, **own, "start": _changed(model.get("start", {}), walk.get("start", {}))}
    for key in ("title", "at", "applicant", "start"):
        if not made.get(key):
            raise BadWalk(INCOMPLETE.fill(id=walk["id"], key=key))
    if RESULTS.isdisjoint(made):
        raise BadWalk(INCOMPLETE.fill(id=walk["id"], key="expect"))
    if not all(
        isinstance(one, dict) and ACCOUNT <= one.keys() <= ACCOUNT | OF_ACCOUNT for one in made.get("accounts", [])
    ):
        raise BadWalk(INCOMPLETE.fill(id=walk["id"], key="accounts"))
    if not all(isinstance(one, dict) and _are_names(one.get("by")) for one in made.get("drafts", [])):
        raise BadWalk(INCOMPLETE.fill(id=walk["id"], key="drafts"))
    for key in POSTS.keys() & made.keys():
        if not _are_posts(key, made[key]):
            raise BadWalk(INCOMPLETE.fill(id=walk["id"], key=key))
    if len(walk.get("steps", [])) > MOST_STEPS:
        raise BadWalk(TOO_MANY.fill(most=MOST_WALKS, steps=MOST_STEPS))
    made["steps"] = [_step(walk["id"], number, step, made) for number, step in enumerate(walk.get("steps", []), 1)]
    return made


def _step(name: str, number: int, step: Any, walk: dict[str, Any]) -> dict[str, Any]:
    kinds = STEPS & step.keys() if isinstance(step, dict) else set()
    told = all(isinstance(step.get(key, {}), dict) for key in ("answers", "change", "tamper")) if kinds else False
    posted = all(_are_posts(key, step[key]) for key in kinds & POSTS.keys())
    if len(kinds) != 1 or not told or not posted or (kinds <= BY_SOMEBODY and not step.get("as")):
        raise BadWalk(BAD_STEP.fill(id=name, number=number))
    if "change" not in step:
        return dict(step)
    answers = _changed(walk["start"], step["change"])
    return {key: value for key, value in step.items() if key != "change"} | {"answers": answers}


def _are_posts(key: str, value: Any) -> bool:
    """A list of posts, each a role with (for `vacate`: perhaps) its unit, and for `appoint` the person."""
    if not isinstance(value, list) or not value:
        return False
    known = POSTS["appoint"]
    return all(isinstance(one, dict) and POSTS[key] <= one.keys() <= known for one in value) and all(
        isinstance(name, str) and name for one in value for name in one.values()
    )


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) and one for one in value)


def _changed(answers: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The answers with changes made; null takes an answer away."""
    return {key: value for key, value in {**answers, **changes}.items() if value is not None}
