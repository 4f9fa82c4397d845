// SPDX-License-Identifier: GPL-3.0-or-later

import type { ObserveOptions } from '../../core/machine/observe.ts';
import { RecordedLook } from '../../core/machine/recorded-look.ts';
import { observeOptions, openRecording } from '../../core/machine/recording.ts';
import type { Look } from '../../core/ports.ts';
import { LocalLook } from '../look.ts';

/** A recorded machine that can be looked at like this one. */
export interface PracticeMachine {
  readonly look: Look;
  /** Home, models folder and the name of the recording, for `observeMachine`. */
  readonly options: ObserveOptions;
}

/** Opens `DIR`, as `hearth record DIR` writes it. Only files below it are ever read. @throws bad-recording, denied, io */
export async function openMachine(folder: string): Promise<PracticeMachine> {
  const disk = new LocalLook();
  const machine = await openRecording(disk, folder);
  return { look: new RecordedLook(disk, machine), options: observeOptions(machine.about) };
}
