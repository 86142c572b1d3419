"""What people can do, one verb a file; an action takes a desk, never commits, and asks the policy itself."""

from engine.actions.acting import acting
from engine.actions.add_signer import add_signer
from engine.actions.answer_outside import answer_outside, enter_code, knock
from engine.actions.ask_outside import Invitation, ask_outside, revoke_outside
from engine.actions.batch import approve_batch, approve_seen
from engine.actions.begin_by_wizard import begin_blank, begin_by_wizard
from engine.actions.check_cases import ask_check
from engine.actions.claim import claim, put_back
from engine.actions.complete import Done
from engine.actions.copy_procedure import copy_procedure
from engine.actions.decide import decide
from engine.actions.decision_tables import new_table, remove_table, save_table
from engine.actions.delegate import delegate
from engine.actions.disable import disable_person, enable_person
from engine.actions.draft_forms import (
    add_field,
    change_field,
    delete_form,
    limit_fields,
    move_field,
    new_form,
    remove_field,
)
from engine.actions.drafts import Overtaken, draft_time, load_draft, save_draft
from engine.actions.dry_run import ask_dry_run
from engine.actions.end import cancel, withdraw
from engine.actions.export_cases import ask_export, cancel_export
from engine.actions.hand_in import HandedIn, hand_in
from engine.actions.hand_over import Moved, Preview, hand_back, hand_over, preview_moves, tell_receivers
from engine.actions.import_draft import import_draft, import_into
from engine.actions.import_people import Blocked, import_people, keep_table, table_of
from engine.actions.installation import note_installation
from engine.actions.keep_time import due_tasks, keep_time
from engine.actions.messages import read_messages, read_messages_of, set_messages
from engine.actions.migrate_back import migrate_case_back, undo_migration
from engine.actions.migrate_cases import Forecast, migrate_case, plan_migration, start_migration
from engine.actions.opened import is_opened, mark_opened
from engine.actions.posts import end_post, give_post, pass_post
from engine.actions.print_sheet import Printed, press, print_sheet
from engine.actions.procedure_drafts import drop_draft, new_draft, open_draft, save_procedure_draft
from engine.actions.profile import set_language, set_profile
from engine.actions.prove_draft import prove_draft
from engine.actions.publish import publish
from engine.actions.put_into_force import put_into_force
from engine.actions.read import Look, put_each_on_record, put_on_record, read
from engine.actions.recall import recall
from engine.actions.reinstate_version import reinstate_version
from engine.actions.release import release
from engine.actions.remove_signer import remove_signer
from engine.actions.repair import approve_repair, ask_repair, refuse_repair, withdraw_repair
from engine.actions.repairing import Wish
from engine.actions.reset_password import check_reset_link, make_reset_link, use_reset_link
from engine.actions.retry import retry
from engine.actions.return_to import return_to
from engine.actions.sessions import Session, end_other_sessions, end_session, sign_out
from engine.actions.set_rights import set_rights
from engine.actions.show_password import show_password
from engine.actions.sign_after import sign_after
from engine.actions.sign_before import sign_before
from engine.actions.sign_in import change_password, create_token, ready_password, sign_in, token_digest
from engine.actions.stand_in import appoint_stand_in, end_stand_in
from engine.actions.start import Started, start
from engine.actions.submit_release import refuse_release, submit_release, withdraw_release
from engine.actions.suspend import resume, suspend
from engine.actions.take_back import take_back
from engine.actions.talk import comment, copy, mark_read
from engine.actions.transfer import transfer
from engine.actions.tries import keep_lived, keep_try, kept_for_draft
from engine.actions.unask import unask
from engine.actions.unmask import unmask
from engine.actions.upload import download, receive, upload
from engine.actions.urge import urge
from engine.actions.views import drop_view, keep_view, sharing
from engine.actions.wake import due_cases, wake
from engine.actions.workdays import clear_workday, set_office_hours, set_workday
from engine.releasing.versions import Published

__all__ = [
    "Blocked",
    "Done",
    "Forecast",
    "HandedIn",
    "Invitation",
    "Look",
    "Moved",
    "Overtaken",
    "Preview",
    "Printed",
    "Published",
    "Session",
    "Started",
    "Wish",
    "acting",
    "add_field",
    "add_signer",
    "answer_outside",
    "appoint_stand_in",
    "approve_batch",
    "approve_repair",
    "approve_seen",
    "ask_check",
    "ask_dry_run",
    "ask_export",
    "ask_outside",
    "ask_repair",
    "begin_blank",
    "begin_by_wizard",
    "cancel",
    "cancel_export",
    "change_field",
    "change_password",
    "check_reset_link",
    "claim",
    "clear_workday",
    "comment",
    "copy",
    "copy_procedure",
    "create_token",
    "decide",
    "delegate",
    "delete_form",
    "disable_person",
    "download",
    "draft_time",
    "drop_draft",
    "drop_view",
    "due_cases",
    "due_tasks",
    "enable_person",
    "end_other_sessions",
    "end_post",
    "end_session",
    "end_stand_in",
    "enter_code",
    "give_post",
    "hand_back",
    "hand_in",
    "hand_over",
    "import_draft",
    "import_into",
    "import_people",
    "is_opened",
    "keep_lived",
    "keep_table",
    "keep_time",
    "keep_try",
    "keep_view",
    "kept_for_draft",
    "knock",
    "limit_fields",
    "load_draft",
    "make_reset_link",
    "mark_opened",
    "mark_read",
    "migrate_case",
    "migrate_case_back",
    "move_field",
    "new_draft",
    "new_form",
    "new_table",
    "note_installation",
    "open_draft",
    "pass_post",
    "plan_migration",
    "press",
    "preview_moves",
    "print_sheet",
    "prove_draft",
    "publish",
    "put_back",
    "put_each_on_record",
    "put_into_force",
    "put_on_record",
    "read",
    "read_messages",
    "read_messages_of",
    "ready_password",
    "recall",
    "receive",
    "refuse_release",
    "refuse_repair",
    "reinstate_version",
    "release",
    "remove_field",
    "remove_signer",
    "remove_table",
    "resume",
    "retry",
    "return_to",
    "revoke_outside",
    "save_draft",
    "save_procedure_draft",
    "save_table",
    "set_language",
    "set_messages",
    "set_office_hours",
    "set_profile",
    "set_rights",
    "set_workday",
    "sharing",
    "show_password",
    "sign_after",
    "sign_before",
    "sign_in",
    "sign_out",
    "start",
    "start_migration",
    "submit_release",
    "suspend",
    "table_of",
    "take_back",
    "tell_receivers",
    "token_digest",
    "transfer",
    "unask",
    "undo_migration",
    "unmask",
    "upload",
    "urge",
    "use_reset_link",
    "wake",
    "withdraw",
    "withdraw_release",
    "withdraw_repair",
]
