"""Make a level small before its markings are walked, by rules that keep every deadlock and doubled token."""

from engine.procedures.checks.tokens import Cell, Level, Place


def shrink(level: Level) -> None:
    """Melt what cannot matter: a cell with one way in and one way out, and blocks that open and close alike."""
    changed = True
    while changed:
        changed = any([_melt(level), _close(level), _fuse(level), _spin(level)])


def _simple(cell: Cell) -> bool:
    return len(cell.inputs) == 1 and len(cell.outputs) == 1 and not cell.extra and not cell.ends_all


def _melt(level: Level) -> bool:
    """Series: a token before the cell is as good as one behind it."""
    changed = False
    for cell in list(level.cells):
        if not _simple(cell) or cell.inputs == cell.outputs or cell.outputs == [-1]:
            continue  # before a plain end the place stays, for there two tokens could meet
        into, out = cell.inputs[0], cell.outputs[0]
        giver = next((one for one in level.cells if into in one.outputs + one.extra), None)
        if giver is None or giver is cell:
            continue
        giver.outputs = [out if place == into else place for place in giver.outputs]
        giver.default = out if giver.default == into else giver.default
        giver.extra = [out if place == into else place for place in giver.extra]
        level.cells.remove(cell)
        changed = True
    return changed


def _close(level: Level) -> bool:
    """Block: a split and a join of one kind with several places between them need only one."""
    changed = False
    takers = {place: cell for cell in level.cells for place in cell.inputs}
    for split in level.cells:
        for join in {id(takers[place]): takers[place] for place in split.outputs if place in takers}.values():
            between = [place for place in split.outputs if takers.get(place) is join]
            if len(between) < 2 or join is split or not _alike(split, join, between):
                continue
            gone = set(between[1:])
            split.outputs = [place for place in split.outputs if place not in gone]
            join.inputs = [place for place in join.inputs if place not in gone]
            changed = True
    return changed | _prune(level, takers)


def _prune(level: Level, takers: dict[Place, Cell]) -> bool:
    """Of several ways straight to a plain end, each through a cell of its own, one tells all."""
    changed = False
    for cell in level.cells:
        last = [one for one in cell.outputs if one in takers and takers[one].outputs == [-1]]
        last = [one for one in last if _simple(takers[one])]
        ends = [one for one in cell.outputs if one == -1]
        spare = last[1:] + ends[1:]
        for place in spare:
            cell.outputs.remove(place)
            changed = True
        level.cells = [one for one in level.cells if not set(one.inputs) & set(last[1:])]
    return changed


def _fuse(level: Level) -> bool:
    """A merge right before a choice is one cell, as long as two tokens would still meet behind it."""
    changed = False
    takers = {place: cell for cell in level.cells for place in cell.inputs}
    for merge in list(level.cells):
        choice = takers.get(merge.outputs[0]) if len(merge.outputs) == 1 else None
        if merge not in level.cells or choice is None or choice is merge or len(choice.inputs) > 1:
            continue
        if {merge.takes, choice.gives} != {"one"} or merge.extra or choice.extra or choice.ends_all:
            continue
        if set(choice.outputs) - {-1} - set(merge.inputs):
            merge.outputs, merge.gives = choice.outputs, "one"
            level.cells.remove(choice)
            changed = True
            takers = {place: cell for cell in level.cells for place in cell.inputs}
    return changed


def _alike(split: Cell, join: Cell, between: list[Place]) -> bool:
    if split.gives == "one" and join.takes == "one":
        return True
    if split.gives == "all" and join.takes == "all":
        return True
    # some -> some only when nothing else goes out or comes in: the join's wait is not local
    whole = len(between) == len(split.outputs) == len(join.inputs) and not split.extra
    return split.gives in ("some", "all") and join.takes == "some" and whole


def _spin(level: Level) -> bool:
    """Circle: a place that leads from a choosing cell straight back into itself changes nothing."""
    changed = False
    for cell in level.cells:
        back = set(cell.inputs) & set(cell.outputs)
        others = [place for place in cell.inputs if place not in back]
        onward = [place for place in cell.outputs if place not in back]
        if cell.takes == cell.gives == "one" and back and others and onward and not cell.extra:
            cell.inputs, cell.outputs = others, onward
            changed = True
    return changed
