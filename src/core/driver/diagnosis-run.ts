// SPDX-License-Identifier: GPL-3.0-or-later

import { valueOr } from '../known.ts';
import { finding, keepOr, moduleOf, type Case, type Row } from './diagnosis-case.ts';
import { kernelState } from './kernel-state.ts';
import type { CardAdvice } from './types.ts';

const served = ({ sight }: Case): readonly CardAdvice[] =>
  sight.advice.cards.filter((card) => card.leftOut !== true);

/** Driver that each NVIDIA card which is served is bound to. */
function bound(c: Case): readonly (string | null)[] {
  const addresses = served(c).map((card) => card.address);
  const gpus = valueOr(c.machine.gpus, []).filter((gpu) => addresses.includes(gpu.address));
  return gpus.map((gpu) => valueOr(gpu.driver, null));
}

function major(version: string | null): number {
  return Number(/^\d{2,4}/.exec(version ?? '')?.[0] ?? NaN);
}

/** The driver that is there, and the card. */
export const runRows: readonly Row[] = [
  // 19
  {
    id: 'card-dropped',
    detect(c) {
      const old = served(c).find((card) => card.branch === 'legacy-580');
      if (old === undefined || !c.wanted) return null;
      const version =
        c.version ?? valueOr(c.sight.loaded, null)?.version ?? moduleOf(c.next)?.version ?? null;
      if (!(major(version) >= 590) && !/580\.xx Legacy drivers/.test(c.log)) return null;
      return finding('blocks', 'switch-branch', { card: old.name, version: version ?? '' });
    },
  },
  // 20: closed modules on a card that has open ones only, or a card left in a bad state by firmware.
  {
    id: 'card-not-started',
    detect(c) {
      const newest = served(c).find((card) => card.open === 'required');
      const module = moduleOf(c.running) ?? moduleOf(c.next);
      if (newest !== undefined && module?.open === false) {
        // With an old card beside it the closed ones are chosen again.
        const old = c.sight.advice.cards.some((card) => card.branch === 'legacy-580');
        return finding('blocks', old || c.image ? null : 'rebuild', {
          cause: 'closed',
          card: newest.name,
          kernel: c.next?.kernel ?? '',
        });
      }
      if (valueOr(c.sight.cuda, null) !== false) return null;
      return /WPR2 already up|RmInitAdapter failed/.test(c.log)
        ? finding('blocks', null, { cause: 'state' })
        : null;
    },
  },
  // 21
  {
    id: 'other-driver-holds-card',
    detect(c) {
      const line = c.readings === null ? null : valueOr(c.readings.arguments, null);
      const other = bound(c).find((driver) => driver === 'nouveau' || driver === 'nova_core');
      if (other === undefined || line === null || c.running === null || !c.wanted) return null;
      if (kernelState(c.running, c.version).tag !== 'fine') return null;
      const kept = /(?:^|\s)(?:rd\.driver|modprobe)\.blacklist=\S*\bnouveau\b/.test(line);
      return kept ? null : finding('blocks', 'driver-arguments', { driver: other });
    },
  },
  // 22
  {
    id: 'version-mismatch',
    detect(c) {
      const loaded = valueOr(c.sight.loaded, null);
      const said = /version mismatch/i.test(c.readings?.complaint ?? '');
      const differs = loaded !== null && c.version !== null && loaded.version !== c.version;
      if (loaded === null || (!said && !differs)) return null;
      const { tag } = c.sight.guard;
      // A restart cures it where the next start is known to have the driver.
      const cure = tag === 'safe' ? 'restart' : tag === 'building' ? 'wait' : null;
      return finding('blocks', cure, { loaded: loaded.version, installed: c.version ?? '' });
    },
  },
  // 23
  {
    id: 'bad-compression',
    detect({ next, image }) {
      const said = moduleOf(next)?.badCompression === true;
      return said && next !== null
        ? finding('blocks', image ? null : 'rebuild', { kernel: next.kernel })
        : null;
    },
  },
  // 24
  {
    id: 'foreign-kernel',
    detect(c) {
      const { running, secureBoot, sight } = c;
      if (!secureBoot || running === null || running.ofDistribution || running.trust !== 'trusted')
        return null;
      const loaded = !sight.loaded.known || sight.loaded.value !== null;
      return loaded || moduleOf(running)?.prebuilt === true ? null : keepOr(c, running.kernel, null);
    },
  },
  // 28
  {
    id: 'dark-passphrase',
    detect(c) {
      const line = c.readings === null ? null : valueOr(c.readings.arguments, null);
      const screen = valueOr(c.machine.gpus, []).find((gpu) => gpu.bootScreen);
      const dark = screen?.vendor === 'nvidia' && valueOr(screen.driver, null) === 'nvidia';
      if (!dark || c.readings?.encrypted !== true || line === null) return null;
      return /\bplymouth\.use-simpledrm\b/.test(line) ? null : finding('tells', null);
    },
  },
];
