"""保存: how long a case is kept, what holds it, and what of it goes when it is disposed of."""

from engine.keeping.bars import bars, is_free
from engine.keeping.belongings import forget
from engine.keeping.held import held, held_people
from engine.keeping.terms import DEFAULT, over, years_of

__all__ = ["DEFAULT", "bars", "forget", "held", "held_people", "is_free", "over", "years_of"]
