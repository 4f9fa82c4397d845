// SPDX-License-Identifier: GPL-3.0-or-later

import type Adw from 'gi://Adw?version=1';
import type Gtk from 'gi://Gtk?version=4.0';
import type { DriverSight, Finding } from '../../core/driver/types.ts';
import { findingWords } from '../../words/diagnosis.ts';
import type { Ui } from '../context.ts';
import { lockedBy } from '../widgets/locks.ts';
import { showBuildLog } from './log-dialog.ts';
import { toldRow, type ToldButton } from './told-row.ts';

/** A row of the table of symptoms that applies: what it is, why, and the one button for its cure. */
export function findingRow(
  parent: Gtk.Widget,
  ui: Ui,
  finding: Finding,
  sight: DriverSight | null,
): Adw.PreferencesRow {
  const { title, explanation, button } = findingWords(finding);
  const icon = finding.severity === 'tells' ? 'dialog-information-symbolic' : 'dialog-warning-symbolic';
  const act = actionFor(parent, ui, finding, sight);
  const locked = isPlanned(finding) ? lockedBy(ui.hearth.state.value.vendor, 'driver') : null;
  const buttons: readonly ToldButton[] =
    // The name of a kernel may have an underscore, which is no access key.
    button === null || act === null ? [] : [{ label: button.replaceAll('_', '__'), act, locked }];
  return toldRow(`finding-${finding.id}`, icon, title, explanation, buttons);
}

/** Whether its cure changes the driver; the others look, wait, or lead to a page that says itself what can be done. */
function isPlanned({ cure }: Finding): boolean {
  return cure !== null && !['request-again', 'wait', 'restart', 'show-log'].includes(cure);
}

function actionFor(
  parent: Gtk.Widget,
  ui: Ui,
  finding: Finding,
  sight: DriverSight | null,
): (() => void) | null {
  const { driver } = ui.hearth;
  switch (finding.cure) {
    case null:
      return null;
    case 'request-again':
      return () => ui.open('key');
    case 'wait':
      return () => ui.attempt(() => driver.refresh());
    case 'restart':
      return () => ui.attempt(() => driver.restart());
    case 'show-log': {
      const named = finding.args['kernel'];
      const kernel =
        typeof named === 'string'
          ? named
          : sight?.kernels.find((each) => each.build.tag === 'failed')?.kernel;
      return kernel === undefined ? null : () => showBuildLog(parent, ui, kernel);
    }
    case 'cancel-request':
    case 'place-key-manager':
    case 'rebuild':
    case 'install-headers':
    case 'install-build-tools':
    case 'keep-kernel':
    case 'switch-branch':
    case 'driver-arguments':
    case 'rebase-image':
      return () => ui.preview(() => driver.planCure(finding.id));
  }
}
