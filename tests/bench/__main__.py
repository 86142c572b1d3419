"""`make bench`: print the table of costs."""

from tests.bench import decision, lists
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
        lists.fill(house, 1_000)
        few, statements = lists.first_page(house)
        lists.fill(house, 100_000)
        many, _ = lists.first_page(house)
        print(f"first page of the inbox, 1,000 open         {few * 1e6:8.0f} us CPU   {statements} statements")
        print(f"first page of the inbox, 100,000 open       {many * 1e6:8.0f} us CPU   {many / few:4.2f} x")


if __name__ == "__main__":
    main()
