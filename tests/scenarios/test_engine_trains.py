"""Trains on the engine: dates come, releases are made ahead of them, and what can't be made is told to its owners."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration.domain.errors import Invalid, NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.frequency import Weeks
from orchestration.domain.people import Actor
from orchestration.domain.release import Release
from orchestration.domain.train import DayOff, Late, Offset, RunState, SlotPlan, Train
from orchestration.ports.runtime import OutgoingKind
from orchestration.services import train_acts, trains
from orchestration.services.captains import go_away, set_order
from orchestration.services.duties import work_duty
from orchestration.domain.rotation import Absence
from tests.support.engine import TENANT, Bench, bench
from tests.support.rehearsed import ANN, BO, Company, found, order
from orchestration.services.start_release import start_release
from orchestration.store.integrations import IntegrationState
