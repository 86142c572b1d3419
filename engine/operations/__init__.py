"""What a service task may do in our own database, inside the transaction of the action that reached it.

An operation takes the work in hand and its parameters as plain JSON, and returns plain JSON that the
diagram keeps under the task's result variable. It raises a QianfaError to refuse the whole action.
"""

from collections.abc import Callable
from inspect import signature
from typing import Any

from engine.errors import BadInput
from engine.operations.accounts import hand_over_password, open_account
from engine.operations.approval import check_approval
from engine.operations.archive import archive_publication
from engine.operations.calendar import change_calendar
from engine.operations.lending import register_lending, release_lending, take_back_lending
from engine.operations.mass_send import book_mass_send
from engine.operations.slots import book_slot, check_slot, check_window, confirm_slot, move_slot, release_slot
from engine.text import Text
from engine.work import Work

Operation = Callable[..., Any]

OPERATIONS: dict[str, Operation] = {
    "archive_publication": archive_publication,
    "book_mass_send": book_mass_send,
    "book_slot": book_slot,
    "change_calendar": change_calendar,
    "check_approval": check_approval,
    "check_slot": check_slot,
    "check_window": check_window,
    "confirm_slot": confirm_slot,
    "hand_over_password": hand_over_password,
    "move_slot": move_slot,
    "open_account": open_account,
    "register_lending": register_lending,
    "release_slot": release_slot,
    "take_back_lending": take_back_lending,
}
UNKNOWN = Text("流程图要求的操作「{name}」不存在。", "The diagram asks for an operation “{name}” that does not exist.")
WRONG = Text("操作「{name}」的参数不对。", "The parameters of the operation “{name}” are not right.")


def services(work: Work) -> Callable[[str, dict[str, Any], dict[str, Any]], Any]:
    """The door through which the running diagram reaches the operations."""

    def call(name: str, parameters: dict[str, Any], _data: dict[str, Any]) -> Any:
        operation = OPERATIONS.get(name)
        if operation is None:
            raise BadInput(UNKNOWN.fill(name=name))
        try:
            signature(operation).bind(work, **parameters)
        except TypeError:
            raise BadInput(WRONG.fill(name=name)) from None
        return operation(work, **parameters)

    return call


def release(work: Work) -> None:
    """Give back what a case holds and will not use: its slot, a lending that has not begun."""
    release_slot(work)
    release_lending(work)
