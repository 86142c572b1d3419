"""What people can do, one verb a file; an action takes a desk, never commits, and asks the policy itself."""

from engine.actions.acting import acting
from engine.actions.add_signer import add_signer
from engine.actions.batch import approve_batch, approve_seen
from engine.actions.claim import claim, put_back
from engine.actions.complete import Done
from engine.actions.decide import decide
from engine.actions.delegate import delegate
from engine.actions.drafts import Overtaken, draft_time, load_draft, save_draft
from engine.actions.end import cancel, withdraw
from engine.actions.keep_time import due_tasks, keep_time
from engine.actions.messages import read_messages, read_messages_of, set_messages
from engine.actions.opened import is_opened, mark_opened
from engine.actions.publish import Published, publish
from engine.actions.recall import recall
from engine.actions.remove_signer import remove_signer
from engine.actions.retry import retry
from engine.actions.return_to import return_to
from engine.actions.show_password import show_password
from engine.actions.sign_after import sign_after
from engine.actions.sign_before import sign_before
from engine.actions.sign_in import change_password, create_token, ready_password, sign_in, token_digest
from engine.actions.start import Started, start
from engine.actions.suspend import resume, suspend
from engine.actions.take_back import take_back
from engine.actions.talk import comment, copy, mark_read
from engine.actions.transfer import transfer
from engine.actions.unask import unask
from engine.actions.upload import download, receive, upload
from engine.actions.urge import urge
from engine.actions.views import drop_view, keep_view
from engine.actions.wake import due_cases, wake
from engine.actions.workdays import clear_workday, set_office_hours, set_workday

__all__ = [
    "Done",
    "Overtaken",
    "Published",
    "Started",
    "acting",
    "add_signer",
    "approve_batch",
    "approve_seen",
    "cancel",
    "change_password",
    "claim",
    "clear_workday",
    "comment",
    "copy",
    "create_token",
    "decide",
    "delegate",
    "download",
    "draft_time",
    "drop_view",
    "due_cases",
    "due_tasks",
    "is_opened",
    "keep_time",
    "keep_view",
    "load_draft",
    "mark_opened",
    "mark_read",
    "publish",
    "put_back",
    "read_messages",
    "read_messages_of",
    "ready_password",
    "recall",
    "receive",
    "remove_signer",
    "resume",
    "retry",
    "return_to",
    "save_draft",
    "set_messages",
    "set_office_hours",
    "set_workday",
    "show_password",
    "sign_after",
    "sign_before",
    "sign_in",
    "start",
    "suspend",
    "take_back",
    "token_digest",
    "transfer",
    "unask",
    "upload",
    "urge",
    "wake",
    "withdraw",
]
