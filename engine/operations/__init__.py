"""What a service task may do in our own database, inside the transaction of the action that reached it.

An operation takes the work in hand and its parameters as plain JSON, and returns plain JSON that the
diagram keeps under the task's result variable. It raises a QianfaError to refuse the whole action.
"""

from collections.abc import Callable
from inspect import Parameter, signature
from types import UnionType
from typing import Any, get_args

from engine.errors import BadInput
from engine.operations.accounts import (
    change_account,
    check_account,
    close_account,
    idle_accounts,
    open_account,
    restore_account,
    suspend_account,
)
from engine.operations.approval import check_approval
from engine.operations.archive import archive_publication
from engine.operations.belongings import belongings
from engine.operations.calendar import change_calendar, move_slot
from engine.operations.designations import designate, end_designation
from engine.operations.filings import file_record
from engine.operations.lending import register_lending, release_lending, take_back_lending
from engine.operations.mass_send import book_mass_send
from engine.operations.materials import check_material, delist_material, list_material
from engine.operations.passwords import hand_over_password, register_custody
from engine.operations.platforms import (
    certify_platform,
    change_platform,
    close_platform,
    operate_platform,
    register_app,
    register_platform,
    unregister_app,
)
from engine.operations.procedure_changes import check_draft, release_procedure, take_up_draft
from engine.operations.publications import find_publication, take_down_publication
from engine.operations.slots import book_slot, check_slot, check_window, confirm_slot, release_slot
from engine.text import Text
from engine.work import Work

Operation = Callable[..., Any]

OPERATIONS: dict[str, Operation] = {
    operation.__name__: operation
    for operation in (
        archive_publication,
        belongings,
        book_mass_send,
        book_slot,
        certify_platform,
        change_account,
        change_calendar,
        change_platform,
        check_account,
        check_approval,
        check_draft,
        check_material,
        check_slot,
        check_window,
        close_account,
        close_platform,
        confirm_slot,
        delist_material,
        designate,
        end_designation,
        file_record,
        find_publication,
        hand_over_password,
        idle_accounts,
        list_material,
        move_slot,
        open_account,
        operate_platform,
        register_app,
        register_custody,
        register_lending,
        register_platform,
        release_procedure,
        release_slot,
        restore_account,
        suspend_account,
        take_back_lending,
        take_down_publication,
        take_up_draft,
        unregister_app,
    )
}
# These write nothing: a decision they followed can be taken back.
READING = {"belongings", "check_account", "check_approval", "check_material", "check_slot", "check_window"}
READING |= {"check_draft", "find_publication", "idle_accounts", "take_up_draft"}
UNKNOWN = Text("流程图要求的操作「{name}」不存在。", "The diagram asks for an operation “{name}” that does not exist.")
MISSING = Text("操作「{name}」缺少参数「{parameter}」。", "The operation “{name}” lacks its parameter “{parameter}”.")
TOO_MANY = Text("操作「{name}」没有参数「{parameter}」。", "The operation “{name}” has no parameter “{parameter}”.")
WRONG = Text(
    "操作「{name}」的参数「{parameter}」应为{kinds}。",
    "The parameter “{parameter}” of the operation “{name}” is {kinds}.",
)
KINDS = {
    str: Text("文字", "a text"),
    int: Text("整数", "a whole number"),
    bool: Text("是或否", "yes or no"),
    list: Text("列表", "a list"),
}


def services(work: Work) -> Callable[[str, dict[str, Any], dict[str, Any]], Any]:
    """The door through which the running diagram reaches the operations."""

    def call(name: str, parameters: dict[str, Any], _data: dict[str, Any]) -> Any:
        operation = OPERATIONS.get(name)
        if operation is None:
            raise BadInput(UNKNOWN.fill(name=name))
        work.wrote |= name not in READING
        answer = operation(work, **_checked(name, operation, parameters))
        work.served.append((name, answer))
        return answer

    return call


def _checked(name: str, operation: Operation, given: dict[str, Any]) -> dict[str, Any]:
    """The parameters as the operation declares them; what was left unanswered takes its default."""
    asked = {key: one for key, one in signature(operation).parameters.items() if key != "work"}
    for key in given.keys() - asked.keys():
        raise BadInput(TOO_MANY.fill(name=name, parameter=key))
    values = {key: value for key, value in given.items() if value is not None}
    for key, one in asked.items():
        if key not in values and one.default is Parameter.empty:
            raise BadInput(MISSING.fill(name=name, parameter=key))
        kinds = _kinds(one.annotation)
        if kinds == [int] and isinstance(values.get(key), float) and values[key].is_integer():
            values[key] = int(values[key])  # a number of a form
        if key in values and type(values[key]) not in kinds:
            zh = "或".join(KINDS[kind].zh for kind in kinds)
            en = " or ".join(KINDS[kind].en for kind in kinds)
            raise BadInput(WRONG.fill(name=name, parameter=key, kinds=Text(zh, en)))
    return values


def _kinds(annotation: Any) -> list[type]:
    """`int | list[Any]` is int and list."""
    members = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    return [getattr(member, "__origin__", member) for member in members]


def release(work: Work) -> None:
    """Give back what a case holds and will not use: its slot, a lending that has not begun."""
    release_slot(work)
    release_lending(work)
