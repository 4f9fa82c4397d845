// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';
import type { Paths, Settings } from '../core/ports.ts';

/** The usual places of the person who runs Hearth. */
export function realPaths(): Paths {
  return pathsUnder({
    home: GLib.get_home_dir(),
    data: GLib.get_user_data_dir(),
    state: GLib.get_user_state_dir(),
    config: GLib.get_user_config_dir(),
    runtime: GLib.get_user_runtime_dir(),
  });
}

/** Everything in one folder: practice mode and tests leave nothing elsewhere. */
export function practicePaths(folder: string): Paths {
  return pathsUnder({
    home: `${folder}/home`,
    data: `${folder}/data`,
    state: `${folder}/state`,
    config: `${folder}/config`,
    runtime: `${folder}/run`,
  });
}

/** The same, with models where a person wants them, also after that was changed. */
export function chosenPaths(paths: Paths, settings: Pick<Settings, 'read'>): Paths {
  return {
    ...paths,
    get models() {
      return settings.read().modelsFolder ?? paths.usualModels;
    },
  };
}

function pathsUnder(base: {
  home: string;
  data: string;
  state: string;
  config: string;
  runtime: string;
}): Paths {
  const data = `${base.data}/hearth`;
  const state = `${base.state}/hearth`;
  const runtime = `${base.runtime}/hearth`;
  return {
    home: base.home,
    config: base.config,
    data,
    state,
    runtime,
    models: `${data}/models`,
    usualModels: `${data}/models`,
    keyFile: `${data}/api-key`,
    // A folder of its own: it is the only thing that the walled-in server can write to.
    socket: `${runtime}/server/model.sock`,
    journal: `${state}/journal.jsonl`,
  };
}
