"""A diagram carries its drawing, so that people can see the path a case takes."""

from collections.abc import Iterator

from engine.procedures.checks.base import Scene, warning
from engine.procedures.findings import Finding


def check(scene: Scene) -> Iterator[Finding]:
    missing = [node for node in scene.process.nodes if node.id not in scene.document.drawn]
    if len(missing) == len(scene.process.nodes):
        yield warning(
            "layout_missing", scene.process,
            "流程「{at}」没有图形信息,页面上无法显示;请在建模工具里排版后保存。",
            "The process “{at}” has no drawing and cannot be shown; lay it out in a drawing tool and save.",
        )  # fmt: skip
    elif missing:
        yield warning(
            "layout_partial", missing[0],
            "「{at}」等 {count} 个元素没有画在图上;请补上图形。",
            "“{at}” and others ({count} in all) are not in the drawing; add their shapes.",
            count=len(missing),
        )  # fmt: skip
