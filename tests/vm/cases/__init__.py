# SPDX-License-Identifier: GPL-3.0-or-later
"""The endings, each proven on a machine of its own. Those that take longest start first."""

from . import enrolment, power, preflight, whole

ALL = [*whole.CASES, *power.CASES[:1], *enrolment.CASES, *preflight.CASES, *power.CASES[1:]]
