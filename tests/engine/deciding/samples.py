"""Small decision tables with one fault each, and good ones; beside each faulty one what must be said of it."""

from decimal import Decimal
from typing import NamedTuple

from engine.procedures.deciding import Domain, Source
from engine.text import Text


def source(key: str, kind: str, required: bool = True, **domain: object) -> Source:
    return Source(key, Text(key, key), kind, Domain(**domain), required=required)  # type: ignore[arg-type]


KNOWN = {
    one.key: one
    for one in (
        source("channel", "string", values=("weibo", "wechat")),
        source("kind", "string", values=("a", "b", "c")),
        source("urgent", "boolean"),
        source("amount", "number", low=Decimal(0)),
        source("people", "number", low=Decimal(1), high=Decimal(10), whole=True),
        source("rate", "number"),
        source("day", "date"),
        source("word", "string"),
        source("maybe", "boolean", required=False),
        source("files", ""),
    )
}


class Faulty(NamedTuple):
    table: str
    code: str
    rows: tuple[int, ...] = ()
    example: str = ""
    hit: str = "UNIQUE"


GAP, OVERLAP = "table_gap", "table_overlap"
FAULTY = {
    "a choice is forgotten": Faulty('kind:string => x:string\n"a" => "1"\n"b" => "2"', GAP, (), "kind=c"),
    "no is forgotten": Faulty('urgent:boolean => x:string\ntrue => "1"', GAP, (), "urgent=false"),
    "the bound itself": Faulty('amount:number => x:string\n< 10 => "1"\n> 10 => "2"', GAP, (), "amount=10"),
    "above the last": Faulty('amount:number => x:string\n[0..10] => "1"', GAP, (), "amount=11"),
    "a half between": Faulty('rate:number => x:string\n<= 1 => "1"\n>= 2 => "2"', GAP, (), "rate=1.5"),
    "a day between": Faulty(
        'day:date => x:string\n< date("2026-03-01") => "1"\n> date("2026-03-01") => "2"', GAP, (), "day=2026-03-01"
    ),
    "any other word": Faulty('word:string => x:string\n"甲" => "1"\n"乙" => "2"', GAP, (), "word=其他"),
    "one corner of two": Faulty(
        'channel:string | urgent:boolean => x:string\n"weibo" | - => "1"\n"wechat" | true => "2"',
        GAP,
        (),
        "channel=wechat urgent=false",
    ),
    "gap under FIRST": Faulty('kind:string => x:string\n"a" => "1"\n"a","b" => "2"', GAP, (), "kind=c", "FIRST"),
    "people have no halves but an end": Faulty(
        'people:number => x:string\n[1..5] => "1"\n[6..9] => "2"', GAP, (), "people=10"
    ),
    "the same choice twice": Faulty(
        'kind:string => x:string\n"a","b" => "1"\n"b","c" => "2"', OVERLAP, (1, 2), "kind=b"
    ),
    "bounds that meet": Faulty('amount:number => x:string\n<= 10 => "1"\n>= 10 => "2"', OVERLAP, (1, 2), "amount=10"),
    "a catch-all under UNIQUE": Faulty(
        'urgent:boolean => x:string\ntrue => "1"\n- => "2"', OVERLAP, (1, 2), "urgent=true"
    ),
    "results that differ under ANY": Faulty(
        'kind:string => x:string\nnot("c") => "1"\nnot("a") => "2"', OVERLAP, (1, 2), "kind=b", "ANY"
    ),
    "two columns overlap in one corner": Faulty(
        'channel:string | amount:number => x:string\n"weibo" | < 10 => "1"\n- | >= 10 => "2"\n"wechat" | <= 10 => "3"',
        OVERLAP,
        (2, 3),
        "channel=wechat amount=10",
    ),
    "a row behind a wider one": Faulty(
        'amount:number => x:string\n> 5 => "1"\n> 10 => "2"\n- => "3"', "table_row_unreachable", (2,), hit="FIRST"
    ),
    "a row behind two": Faulty(
        'kind:string => x:string\n"a" => "1"\nnot("a") => "2"\n"b","a" => "3"',
        "table_row_unreachable",
        (3,),
        hit="FIRST",
    ),
    "an empty interval": Faulty('rate:number => x:string\n- => "1"\n(5..5) => "2"', "table_row_void", (2,)),
    "a value no form offers": Faulty(
        'channel:string => x:string\n"weibo" => "1"\n"wechat","qq" => "2"', "table_value_unknown", (2,)
    ),
    "a result left out": Faulty('urgent:boolean => x:string | y:number\n- => "1" |', "table_output_missing", (1,)),
    "a text where a number belongs": Faulty('amount:number => x:string\n"many" => "1"', "table_cell", (1,)),
    "an order of words": Faulty('word:string => x:string\n> "a" => "1"', "table_cell", (1,)),
    "another kind than the form's": Faulty('amount:string => x:string\n- => "1"', "table_kind"),
    "a list": Faulty('files:string => x:string\n- => "1"', "table_kind"),
    "no row at all": Faulty("urgent:boolean => x:string", "table_hollow"),
}
GOOD = {
    "choices": ('kind:string => x:string\n"a" => "1"\n"b","c" => "2"', "UNIQUE"),
    "not": ('kind:string => x:string\n"a" => "1"\nnot("a") => "2"', "UNIQUE"),
    "yes and no": ("urgent:boolean => x:boolean\ntrue => false\nfalse => true", "UNIQUE"),
    "yes or no in one": ('urgent:boolean => x:string\ntrue, false => "1"', "UNIQUE"),
    "limits": ('amount:number => x:string\n< 10 => "1"\n[10..100) => "2"\n>= 100 => "3"', "UNIQUE"),
    "open ends": ('rate:number => x:string\n<= -1.5 => "1"\n(-1.5..2] => "2"\n> 2 => "3"', "UNIQUE"),
    "whole numbers": ('people:number => x:string\n[1..5] => "1"\n[6..10] => "2"', "UNIQUE"),
    "whole numbers listed": ('people:number => x:string\n1,2,3 => "1"\n>= 4 => "2"', "UNIQUE"),
    "days next to each other": (
        'day:date => x:string\n<= date("2026-02-28") => "1"\n>= date("2026-03-01") => "2"', "UNIQUE"
    ),
    "words with the rest": ('word:string => x:string\n"甲","乙" => "1"\nnot("甲","乙") => "2"', "UNIQUE"),
    "two inputs": (
        'channel:string | urgent:boolean => x:string\n"weibo" | - => "1"\n'
        '"wechat" | true => "2"\n"wechat" | false => "3"',
        "UNIQUE",
    ),
    "three inputs": (
        "channel:string | urgent:boolean | amount:number => x:number\n"
        '"weibo" | - | - => 1\n"wechat" | true | - => 2\n"wechat" | false | < 5 => 3\n"wechat" | false | >= 5 => 4',
        "UNIQUE",
    ),
    "first with a last for all": ('amount:number => x:string\n> 10 => "1"\n> 5 => "2"\n- => "3"', "FIRST"),
    "first through corners": (
        'channel:string | urgent:boolean => x:string\n"weibo" | - => "1"\n- | true => "2"\n- | - => "3"', "FIRST"
    ),
    "any that agree": ('kind:string => x:string\nnot("c") => "1"\nnot("a") => "1"', "ANY"),
    "any without meeting": ('kind:string => x:string\n"a" => "1"\nnot("a") => "2"', "ANY"),
    "two results": (
        'urgent:boolean => x:string | y:date\ntrue => "1" | date("2026-01-01")\nfalse => "2" | date("2026-01-02")',
        "UNIQUE",
    ),
    "holes filled": ('rate:number => x:string\n5 => "1"\nnot(5) => "2"', "UNIQUE"),
    "intervals listed": ('rate:number => x:string\n< 0, [1..2], > 3 => "1"\n[0..1), (2..3] => "2"', "UNIQUE"),
    "one row": ('rate:number => x:number\n- => 0.5', "UNIQUE"),
    "turned brackets": ('rate:number => x:string\n]0..1[ => "1"\n<= 0, >= 1 => "2"', "UNIQUE"),
    "an amount below nothing needs no row": ('amount:number => x:string\n[0..1] => "1"\n> 1 => "2"', "UNIQUE"),
}  # fmt: skip
