"""Archive packages: what was published or decided, who approved it, and the proof of both, in one file."""

from engine.archive.account_file import AccountFile, pack_account
from engine.archive.case_file import CaseFile, build_case_package, pack
from engine.archive.package import TRY, Attachment, build_package, own_folder, package_path, verify_package

__all__ = [
    "TRY",
    "AccountFile",
    "Attachment",
    "CaseFile",
    "build_case_package",
    "build_package",
    "own_folder",
    "pack",
    "pack_account",
    "package_path",
    "verify_package",
]
