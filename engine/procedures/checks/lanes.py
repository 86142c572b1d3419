"""Lanes have names, stand side by side, and no step is in two."""

from collections.abc import Iterator

from engine.procedures.checks.base import Scene, error, warning
from engine.procedures.findings import Finding


def check(scene: Scene) -> Iterator[Finding]:
    home: dict[str, str] = {}
    for lane in scene.process.lanes:
        if lane.nested:
            yield error(
                "lane_nested", lane,
                "泳道「{at}」套在另一条泳道里;请并排画。",
                "The lane “{at}” lies inside another lane; draw lanes side by side.",
            )  # fmt: skip
            continue
        if not lane.name:
            yield warning(
                "lane_unnamed", lane,
                "泳道「{at}」没有名称;请写上由谁负责。",
                "The lane “{at}” has no name; write who is responsible.",
            )  # fmt: skip
        if not lane.members and not any(other.nested for other in scene.process.lanes):
            yield warning(
                "lane_empty", lane,
                "泳道「{at}」里没有任何步骤;请放入步骤或删除。",
                "The lane “{at}” holds no steps; put some in or remove it.",
            )  # fmt: skip
        for member in lane.members:
            node = scene.process.by_id.get(member)
            if node is not None and member in home and home[member] != lane.id:
                yield error(
                "lane_twice", node,
                    "「{at}」同时在两条泳道里;请只留一条。",
                    "“{at}” is in two lanes at once; keep one.",
                )  # fmt: skip
            home.setdefault(member, lane.id)
