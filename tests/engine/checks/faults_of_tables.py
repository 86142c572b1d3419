"""Faulty diagrams: rule steps and the decision tables that they ask."""

from tests.engine.checks.drawing import Drawing
from tests.engine.checks.faults import fault


def ruled(table: str, asks: str = "level", inside: str = "") -> Drawing:
    """Days are asked for, a decision table says which level they need, a gateway reads it."""
    drawing = Drawing().start().task("ask", form="submit", kind="submit").rule("x", table, asks, inside)
    drawing.xor("high", default="high_end").task("boss").end().path("start", "ask", "x", "high").path("boss", "end")
    return drawing.flow("high", "boss", 'level == "high"').flow("high", "end")


@fault("table_missing", "x")
def a_rule_step_whose_table_is_not_there_is_refused():
    return ruled("")


@fault("table_unread", "x")
def a_rule_step_whose_table_cannot_be_read_is_refused():
    drawing = ruled("days:number => level:string")
    drawing.tables["level"] = b"<html/>"
    return drawing


@fault("rule_repeated", "x")
def a_rule_step_that_repeats_is_refused():
    return ruled('days:number => level:string\n- => "a"', inside="<bpmn:standardLoopCharacteristics loopMaximum='2'/>")


@fault("name_unset", "x")
def a_table_that_reads_what_nobody_set_is_refused():
    return ruled('hours:number => level:string\n- => "a"')


@fault("table_overwrites", "x")
def a_table_that_would_overwrite_an_answer_is_refused():
    return ruled('days:number => level:string | title:string\n- => "a" | "b"')


@fault("table_gap", "x")
def a_table_with_a_gap_is_refused_at_the_step_that_asks_it():
    return ruled('days:number => level:string\n< 3 => "a"\n> 3 => "high"')
