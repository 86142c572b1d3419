"""`make bench`: the table of costs; CPU and counts first, each beside what it is compared with."""

from tests.bench import crowd, decision, figures, http, lists, log
from tests.bench.house import House, seeded

ROUNDS = 200
CASES = 200
US = 1e6


def line(what: str, value: float, unit: str, note: str = "") -> None:
    print(f"{what:<58}{value:>10,.1f} {unit:<8}{note}", flush=True)


def decisions(house: House) -> None:
    decision.ours(house, 20)
    library, bare = decision.library(house.folder, ROUNDS), decision.bare(house.folder, ROUNDS)
    ours, statements, commits, written = decision.ours(house, ROUNDS)
    line("human task, the library's engine, thin, flat, one commit", library * US, "us CPU", "the baseline")
    line("human task, our kernel alone, one commit", bare * US, "us CPU", f"{bare / library:.2f} x")
    line("decision in process, policy to trail", ours * US, "us CPU", f"{ours / library:.2f} x (allowed 2.50)")
    line("  beside our kernel alone", ours / bare, "x")
    line("  statements", statements, "", "allowed 9")
    line("  commits", commits, "", "allowed 1")
    line("  written to the log of the database", written / 1024, "KB")
    first, last = decision.rounds(house, 50)
    line("return round 1", first * US, "us CPU")
    line("return round 50", last * US, "us CPU", f"{last / first:.2f} x (allowed 1.10)")


def inboxes(house: House) -> None:
    lists.fill(house, 1_000)
    few, statements = lists.first_page(house)
    lists.fill(house, 100_000)
    many, _ = lists.first_page(house)
    line("first page of the inbox, 1,000 open tasks", few * US, "us CPU", f"{statements} statements")
    line("first page of the inbox, 100,000 open tasks", many * US, "us CPU", f"{many / few:.2f} x (allowed 1.30)")


def crowds() -> None:
    """Lists in a house of a million tasks, on both kinds of database; wall time, since a server does the work."""
    for kind in ("sqlite", "postgresql"):
        with crowd.house(kind) as engine:
            for one in crowd.measure(engine):
                note = f"{kind}, p95, allowed {crowd.ALLOWED}; {one.statements} statements"
                line(f"1,000,000 tasks: {one.what}", one.p95, "ms", note)


def audits() -> None:
    """The page of the figures over a year of many cases, its months closed."""
    for kind in ("sqlite", "postgresql"):
        with crowd.house(kind, crowded=False) as engine:
            for what, ms, statements in figures.measure(engine):
                line(f"a year of {figures.CASES:,} cases: {what}", ms, "ms", f"{kind}; {statements} statements")


def logs() -> None:
    """Pages of the audit log over few and over very many rows of trail."""
    for kind in ("sqlite", "postgresql"):
        with log.house(kind) as engine:
            log.fill(engine, log.FEW)
            few = {one.what: one.p95 for one in log.measure(engine)}
            log.fill(engine, log.MANY)
            for one in log.measure(engine):
                beside = f"{few[one.what]:.1f} ms with 1,000 rows; {one.statements} statements"
                note = f"{kind}, p95, allowed {log.ALLOWED}; {beside}"
                line(f"1,000,000 rows of trail, {one.what}", one.p95, "ms", note)


def main() -> None:
    with seeded() as house:
        decisions(house)
        inboxes(house)
    audits()
    crowds()
    logs()
    served = http.measure(CASES)
    line("five-step case over HTTP, 16 requests", served["cpu_ms"], "ms CPU", "allowed 20, one worker")
    line("  memory of the worker", served["memory_mb"], "MB", "allowed 110")
    line("  from the command to the first answer", served["ready_s"], "s", "allowed 3")


if __name__ == "__main__":
    main()
