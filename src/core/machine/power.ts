// SPDX-License-Identifier: GPL-3.0-or-later

import { known, missing, type Known } from '../known.ts';
import type { Look } from '../ports.ts';
import { listNames, readText } from './read.ts';

const folder = '/sys/class/power_supply';

/**
 * Whether the computer runs on battery: it has one that gives power to all of it, and no supply from outside that is
 * online. Batteries of mice and headsets say `Device` for their scope. Source: the kernel's sysfs-class-power.
 */
export async function observeOnBattery(look: Look): Promise<Known<boolean>> {
  const names = await listNames(look, folder);
  if (!names.known) return names;
  const supplies = await Promise.all(
    names.value.slice(0, 32).map(async (name) => ({
      type: await word(look, `${folder}/${name}/type`),
      scope: await word(look, `${folder}/${name}/scope`),
      online: await word(look, `${folder}/${name}/online`),
    })),
  );
  const own = supplies.filter(({ scope }) => scope !== 'Device');
  if (!own.some(({ type }) => type === 'Battery')) return known(false, folder);
  const outside = own.filter(({ type }) => type !== 'Battery' && type !== null);
  if (outside.length === 0) return missing('not-told', folder);
  return known(!outside.some(({ online }) => online === '1' || online === '2'), folder);
}

/** Charge of the fullest battery that powers the computer, in percent; missing where there is none. */
export async function observeCharge(look: Look): Promise<Known<number>> {
  const names = await listNames(look, folder);
  if (!names.known) return names;
  const charges = await Promise.all(
    names.value.slice(0, 32).map(async (name) => {
      const isBattery = (await word(look, `${folder}/${name}/type`)) === 'Battery';
      if (!isBattery || (await word(look, `${folder}/${name}/scope`)) === 'Device') return [];
      const text = (await word(look, `${folder}/${name}/capacity`)) ?? '';
      return /^\d{1,3}$/.test(text) ? [Math.min(100, Number(text))] : [];
    }),
  );
  const all = charges.flat();
  return all.length === 0 ? missing('not-told', folder) : known(Math.max(...all), folder);
}

async function word(look: Look, path: string): Promise<string | null> {
  const text = await readText(look, path, 4096);
  return text.known ? text.value.trim() : null;
}
