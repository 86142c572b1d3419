"""`make bench`: print the table of costs."""

from tests.bench import decision
from tests.bench.house import seeded

ROUNDS = 150


def main() -> None:
    with seeded() as house:
        decision.ours(house, 10)
        bare, (ours, statements, commits) = decision.bare(house.folder, ROUNDS), decision.ours(house, ROUNDS)
        print(f"one human task, bare engine + FULL commit   {bare * 1e6:8.0f} us CPU")
        print(f"one decision, in process                    {ours * 1e6:8.0f} us CPU   {ours / bare:4.2f} x bare")
        print(f"  statements {statements}, commits {commits}")
        first, last = decision.rounds(house, 50)
        print(f"return round 1 and 50                       {first * 1e6:8.0f} and {last * 1e6:.0f} us CPU   {last / first:4.2f} x")


if __name__ == "__main__":
    main()
