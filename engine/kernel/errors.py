"""What can be wrong with a diagram: one error that names the element, its line and one sentence."""

from typing import Any

from engine.errors import QianfaError
from engine.text import Text


class DiagramError(QianfaError):
    """A diagram that cannot be run; `finding_code` is stable, `element` is the id drawn (or empty)."""

    code = "diagram"
    status = 422
    message = Text("流程图无法使用。", "The diagram cannot be used.")

    def __init__(
        self,
        finding_code: str,
        text: Text | None = None,
        *,
        element: str = "",
        name: str = "",
        line: int | None = None,
        **facts: Any,
    ):
        super().__init__(text, **facts)
        self.finding_code = finding_code
        self.element = element
        self.name = name
        self.line = line
