"""Whether this process is ready to serve: for the one who starts it and the one who watches it."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from web import wiring

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    try:
        ready = wiring.is_ready()
    except SQLAlchemyError:
        ready = False
    return jsonify({"ready": ready}), 200 if ready else 503
