// SPDX-License-Identifier: GPL-3.0-or-later

import { keyStage } from '../core/driver/key-stage.ts';
import type { DriverSight } from '../core/driver/types.ts';
import type { HearthState } from '../core/setup/state.ts';
import { listed, paragraph } from './joined.ts';
import { progressWords } from './tasks.ts';
import { _, fill } from './translate.ts';

export interface DriverHead {
  readonly title: string;
  readonly sentence: string;
}

/** The driver in use, and what it can do for AI. */
export function driverHead(state: HearthState): DriverHead {
  const { driver: sight } = state;
  const job = state.jobs.driver;
  if (job !== undefined) return { title: _('Working on the Driver'), sentence: progressWords(job.progress) };
  if (sight === null) return { title: _('Looking at the Driver'), sentence: '' };
  const { advice } = sight;
  const names = listed(advice.cards.map(({ name }) => name));
  if (advice.cards.length === 0)
    return {
      title: _('Nothing to Install'),
      sentence: _(
        'Cards of AMD and Intel use drivers that are part of the system, and so does this computer. Models can use them through Vulkan.',
      ),
    };
  const loaded = sight.loaded.known ? sight.loaded.value : null;
  if (loaded !== null) return loadedHead(sight, names, loaded.version);
  if (advice.branch === 'none')
    return {
      title: _('No Newer Driver'),
      sentence: fill(
        _(
          'NVIDIA makes no driver for {names} any more that works with today’s kernels. The system’s own driver, nouveau, stays in use, and models run on the processor.',
        ),
        { names },
      ),
    };
  if (isInstalled(sight))
    return {
      title: _('Driver Not Loaded'),
      sentence: fill(_('NVIDIA’s driver for {names} is installed, but the system does not use it yet.'), {
        names,
      }),
    };
  return {
    title: _('System Driver in Use'),
    sentence: fill(
      _(
        '{names} works with nouveau, the system’s own driver. Models can use the card through Vulkan, more slowly than with NVIDIA’s driver, and CUDA is not there.',
      ),
      { names },
    ),
  };
}

function loadedHead(sight: DriverSight, names: string, version: string): DriverHead {
  const works = fill(_('{names} uses NVIDIA’s driver {version}.'), { names, version });
  if (!sight.cuda.known || !sight.cuda.value)
    return {
      title: _('NVIDIA’s Driver in Use'),
      sentence: paragraph(works, _('CUDA does not answer; what models use of the card is Vulkan.')),
    };
  return {
    title: _('The Driver Works'),
    sentence: paragraph(
      works,
      sight.cdi
        ? _('CUDA answers, here and in containers.')
        : _('CUDA answers. Containers do not see the card yet.'),
    ),
  };
}

function isInstalled(sight: DriverSight): boolean {
  return sight.installed.known && sight.installed.value.length > 0;
}

/** Whether there is a driver that could be removed again. */
export function canRemove(sight: DriverSight | null): boolean {
  return (
    sight !== null &&
    isInstalled(sight) &&
    sight.advice.flavours.every((each) => each.because !== 'managed' && each.way !== 'in-image')
  );
}

/** The row that leads to the page of the key; null where no key is needed. */
export function keyRow(
  sight: DriverSight | null,
): { readonly subtitle: string; readonly waits: boolean } | null {
  if (sight === null) return null;
  const stage = keyStage(sight, 'enrol');
  const wanted = sight.advice.flavours.some(({ inUse, needsKey }) => inUse && needsKey);
  switch (stage.tag) {
    case 'unknown':
      return null;
    case 'no-service':
      return wanted
        ? { subtitle: _('Hearth’s system service, which asks the firmware, does not answer'), waits: false }
        : null;
    case 'done':
      return { subtitle: _('The firmware trusts the key that the driver is signed with'), waits: false };
    case 'pending':
      return { subtitle: _('A request waits for the restart'), waits: true };
    case 'ready':
      return wanted
        ? { subtitle: _('The firmware does not trust the driver yet: enrol its key'), waits: true }
        : null;
    case 'refused':
      return wanted
        ? { subtitle: _('Something has to be put right before the key can be enrolled'), waits: true }
        : null;
  }
}

export const driverTexts = {
  guardHeading: () => _('The Next Start'),
  findingsHeading: () => _('What Stands in the Way'),
  endingHeading: () => _('After the Restart'),
  build: () => _('_Build Now…'),
  keep: () => _('_Keep This Kernel…'),
  keepSystem: () => _('Keep _This System…'),
  log: () => _('_Show Log'),
  key: () => _('_Security Key…'),
  logTitle: () => _('Log of the Build'),
  noLog: () => _('There is no log that this account may read.'),
  keyTitle: () => _('Security Key'),
  remove: () => _('Remove Driver…'),
  removeKey: () => _('Delete Security Key…'),
  progress: () => _('Progress of the work on the driver'),
  tryAgain: () => _('_Try Again…'),
  cancel: () => _('_Cancel'),
  withdrawn: () => _('The request was withdrawn'),
};
