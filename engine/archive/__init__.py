"""The package of a publication: what was published, who approved it, and the proof of both, in one file."""

from engine.archive.package import Attachment, build_package, package_path, verify_package

__all__ = ["Attachment", "build_package", "package_path", "verify_package"]
