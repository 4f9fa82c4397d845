// SPDX-License-Identifier: GPL-3.0-or-later

import type Adw from 'gi://Adw?version=1';
import type Gtk from 'gi://Gtk?version=4.0';
import { canBuild, canChooseKernel, canDropUpdate } from '../../core/driver/offers.ts';
import type { DriverSight } from '../../core/driver/types.ts';
import { guardWords } from '../../words/guard.ts';
import { driverTexts } from '../../words/driver-page.ts';
import type { Ui } from '../context.ts';
import { lockedBy } from '../widgets/locks.ts';
import { showBuildLog } from './log-dialog.ts';
import { toldRow, type ToldButton } from './told-row.ts';

/** What the next start would be like, with what can be done about it. @param now ms since the epoch */
export function guardRow(
  parent: Gtk.Widget,
  ui: Ui,
  sight: DriverSight,
  now: number,
): Adw.PreferencesRow | null {
  const { title, detail, tone } = guardWords(sight.guard, now);
  if (tone === 'none') return null;
  const icon =
    tone === 'good'
      ? 'object-select-symbolic'
      : tone === 'bad'
        ? 'dialog-warning-symbolic'
        : 'dialog-information-symbolic';
  return toldRow('guard', icon, title, detail, buttons(parent, ui, sight));
}

function buttons(parent: Gtk.Widget, ui: Ui, sight: DriverSight): readonly ToldButton[] {
  const { guard, ending } = sight;
  const { driver } = ui.hearth;
  if (guard.tag !== 'falls-back' && guard.tag !== 'failed') return [];
  const { kernel, keep } = guard;
  const locked = lockedBy(ui.hearth.state.value.vendor, 'driver');
  const build = canBuild(sight)
    ? [{ label: driverTexts.build(), act: () => ui.preview(() => driver.planBuild(kernel)), locked }]
    : [];
  const log = { label: driverTexts.log(), act: () => showBuildLog(parent, ui, kernel) };
  const stay = [
    ...(keep === null || !canChooseKernel(sight)
      ? []
      : [{ label: driverTexts.keep(), act: () => ui.preview(() => driver.planKeepKernel(keep)), locked }]),
    ...(canDropUpdate(sight)
      ? [{ label: driverTexts.keepSystem(), act: () => ui.preview(() => driver.planKeepSystem()), locked }]
      : []),
  ];
  if (guard.tag === 'failed') return [log, ...build, ...stay];
  if (guard.because === 'key-not-enrolled')
    return [{ label: driverTexts.key(), act: () => ui.open('key'), suggested: ending === null }, ...stay];
  return guard.because === 'key-blocked' ? stay : [...build, ...stay];
}
