"""The structures are drawn as anybody may draw them: nothing in them that publication would refuse."""

import pytest

from engine.kernel.document import Document
from engine.procedures.checks import Context, Part, run_checks
from engine.procedures.findings import blocking
from tests.engine.acts.structures import KINDS, TIMED, procedure


@pytest.mark.parametrize("kind", [*KINDS, *TIMED])
def test_the_checks_find_no_error(kind: str) -> None:
    package, _ = procedure("fit", ["plain", kind])
    drawn, *called = [Document.read(one) for one in package.documents.values()]
    parts = {one.main().id: Part(one, package.forms) for one in called}
    found = run_checks(drawn, Context(forms=package.forms, parts=parts))
    assert not blocking(found), found
