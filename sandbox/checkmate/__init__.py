"""A Checkmate server to rehearse against."""

from sandbox.checkmate.simulator import READER_TOKEN, TOKEN, CheckmateSimulator
from sandbox.checkmate.world import Case, CaseStatus, RunStatus

__all__ = ["READER_TOKEN", "TOKEN", "Case", "CaseStatus", "CheckmateSimulator", "RunStatus"]
