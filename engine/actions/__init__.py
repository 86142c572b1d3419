"""What people can do, one verb a file; an action takes a desk, never commits, and asks the policy itself."""

from engine.actions.acting import acting
from engine.actions.claim import claim, put_back
from engine.actions.decide import Done, decide
from engine.actions.drafts import load_draft, save_draft
from engine.actions.end import cancel, withdraw
from engine.actions.print_sheet import Printed, press, print_sheet
from engine.actions.publish import Published, publish
from engine.actions.retry import retry
from engine.actions.return_to import return_to
from engine.actions.show_password import show_password
from engine.actions.sign_in import change_password, create_token, ready_password, sign_in, token_digest
from engine.actions.start import Started, start
from engine.actions.take_back import take_back
from engine.actions.talk import comment, copy, mark_read
from engine.actions.transfer import transfer
from engine.actions.upload import download, receive, upload
from engine.actions.wake import due_cases, wake

__all__ = [
    "Done",
    "Printed",
    "Published",
    "Started",
    "acting",
    "cancel",
    "change_password",
    "claim",
    "comment",
    "copy",
    "create_token",
    "decide",
    "download",
    "due_cases",
    "load_draft",
    "mark_read",
    "press",
    "print_sheet",
    "publish",
    "put_back",
    "ready_password",
    "receive",
    "retry",
    "return_to",
    "save_draft",
    "show_password",
    "sign_in",
    "start",
    "take_back",
    "token_digest",
    "transfer",
    "upload",
    "wake",
    "withdraw",
]
