// SPDX-License-Identifier: GPL-3.0-or-later

import type { ErrorValue } from '../../src/core/errors.ts';
import type { DownloadItem } from '../../src/core/setup/downloads.ts';
import { driverSights, type DriverSightName } from './driver-sights.ts';
import type { FixtureHearth } from './fixture-hearth.ts';
import { fixtureProof, openProof } from './fixture-proof.ts';
import { fixtureProblem, fixtureVendor } from './fixture-vendor.ts';
import { arrivals } from './picture-arrivals.ts';
import { installing, machineOf } from './picture-driver.ts';

const lost: ErrorValue = { code: 'connection-lost', args: { host: 'huggingface.co' }, detail: 'reset' };

/** What happens by itself, before a window opens or while it is open: made up, as the rest of a `FixtureHearth`. */
const happenings: Readonly<Record<string, (hearth: FixtureHearth) => void>> = {
  back: (hearth) => arrivals('back', hearth),
  'restart-ahead': (hearth) => arrivals('restart-ahead', hearth),
  news: (hearth) => arrivals('news', hearth),
  vendor: (hearth) => hearth.set({ vendor: { ...fixtureVendor, problems: [fixtureProblem] } }),
  'proof-open': (hearth) => hearth.set({ proof: openProof() }),
  'proof-holds': (hearth) => hearth.set({ proof: fixtureProof(true) }),
  'proof-again': (hearth) => {
    const { proof } = hearth.state.value;
    if (proof !== null) hearth.set({ proof: { ...proof, running: true } });
  },
  'goes-on': (hearth) => first(hearth, { status: 'running', plan: 'p1', rate: 11.8e6, phase: 'downloading' }),
  'is-held': (hearth) =>
    first(hearth, { held: 'metered', rate: null, phase: null, plan: 'p1', status: 'paused' }),
  'is-lost': (hearth) => {
    first(hearth, { status: 'failed', plan: null, error: lost });
    hearth.set({ failures: { model: lost } });
  },
  'is-there': (hearth) => {
    const { shelf, choices } = hearth.state.value;
    const there = { modelId: choices.modelId ?? '', path: '/m', size: 1, verified: true, verifiedAt: 1 };
    const offers = (shelf?.offers ?? []).map((offer) =>
      offer.entry.id === choices.modelId ? { ...offer, installed: there, partial: null } : offer,
    );
    hearth.set({ downloads: [], ...(shelf === null ? {} : { shelf: { ...shelf, offers } }) });
  },
  installing: (hearth) => hearth.set({ jobs: { driver: installing } }),
  'installing-on': (hearth) => {
    const progress = { ...installing.progress, done: installing.progress.done + 9.6e6 };
    hearth.set({ jobs: { driver: { ...installing, progress } } });
  },
  comes: (hearth) => first(hearth, { bytes: (hearth.state.value.downloads[0]?.bytes ?? 0) + 11.8e6 }),
  installed: (hearth) => hearth.set({ jobs: {}, driver: driverSights.key() }),
  'driver-failed': (hearth) =>
    hearth.set({ jobs: {}, failures: { driver: { ...lost, args: { host: 'fedoraproject.org' } } } }),
};

function first(hearth: FixtureHearth, change: Partial<DownloadItem>): void {
  const downloads = hearth.state.value.downloads.map((item, at) =>
    at === 0 ? { ...item, ...change } : item,
  );
  hearth.set({ downloads });
}

function isSight(name: string): name is DriverSightName {
  return name in driverSights;
}

export function isHappening(name: string): boolean {
  return name in happenings || isSight(name);
}

/** @param name one of the above, or a sight of a driver */
export function happen(name: string, hearth: FixtureHearth): void {
  if (isSight(name)) hearth.set({ driver: driverSights[name](), machine: machineOf(name) });
  else happenings[name]?.(hearth);
}
