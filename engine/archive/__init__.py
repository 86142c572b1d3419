"""Archive packages: what was published or decided, who approved it, and the proof of both, in one file."""

from engine.archive.case_file import CaseFile, build_case_package, pack
from engine.archive.package import TRY, Attachment, build_package, own_folder, package_path, verify_package

__all__ = [
    "TRY",
    "Attachment",
    "CaseFile",
    "build_case_package",
    "build_package",
    "own_folder",
    "pack",
    "package_path",
    "verify_package",
]
