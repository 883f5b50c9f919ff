"""What holds for every test: no screen is needed, and a busy machine is no failure."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Tiny models gain nothing from a second thread, and threads that wait for one another on cores that
# are taken turn seconds into minutes. Before torch comes; engines that tests start inherit it.
os.environ.setdefault("OMP_NUM_THREADS", "1")

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
