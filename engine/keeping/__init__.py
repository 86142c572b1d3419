"""保存: how long cases and closed accounts are kept, what holds them, and what goes when they are disposed of."""

from engine.keeping.account_bars import account_bars, account_is_free
from engine.keeping.account_file import account_file
from engine.keeping.bars import bars, is_free
from engine.keeping.belongings import forget, forget_account
from engine.keeping.held import held, held_accounts, held_people
from engine.keeping.terms import ACCOUNTS, DEFAULT, account_years_of, accounts_over, closed_by, over, years_of

__all__ = [
    "ACCOUNTS",
    "DEFAULT",
    "account_bars",
    "account_file",
    "account_is_free",
    "account_years_of",
    "accounts_over",
    "bars",
    "closed_by",
    "forget",
    "forget_account",
    "held",
    "held_accounts",
    "held_people",
    "is_free",
    "over",
    "years_of",
]
