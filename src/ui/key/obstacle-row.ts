// SPDX-License-Identifier: GPL-3.0-or-later

import type Adw from 'gi://Adw?version=1';
import { never } from '../../core/cancel.ts';
import { canBuild } from '../../core/driver/offers.ts';
import { obstacleCure, type ObstacleCure } from '../../core/driver/key-stage.ts';
import type { DriverSight, Obstacle } from '../../core/driver/types.ts';
import { cureLabel, keyTexts } from '../../words/key-page.ts';
import { obstacleWords } from '../../words/obstacles.ts';
import type { Ui } from '../context.ts';
import { toldRow } from '../driver/told-row.ts';
import { lockedBy } from '../widgets/locks.ts';

/** What has to be put right before a request, with the button that does it where one can. */
export function obstacleRow(ui: Ui, obstacle: Obstacle, sight: DriverSight | null): Adw.PreferencesRow {
  const { sentence, next } = obstacleWords(obstacle);
  const cure = obstacleCure(obstacle);
  const act = cure === null ? null : actionFor(ui, cure, sight);
  // Going to the driver's page and taking back stay everybody's.
  const planned = cure === 'build' || cure === 'place-key-manager';
  const locked = planned ? lockedBy(ui.hearth.state.value.vendor, 'driver') : null;
  const buttons = cure === null || act === null ? [] : [{ label: cureLabel(cure), act, locked }];
  return toldRow(`obstacle-${obstacle}`, 'dialog-warning-symbolic', sentence, next, buttons);
}

function actionFor(ui: Ui, cure: NonNullable<ObstacleCure>, sight: DriverSight | null): (() => void) | null {
  const { driver } = ui.hearth;
  switch (cure) {
    case 'install':
      return () => ui.open('driver');
    case 'withdraw':
      return () =>
        ui.attempt(async () => {
          await driver.cancelRequest(never);
          ui.toast(keyTexts.withdrawn());
        });
    case 'build':
    case 'place-key-manager': {
      const wanted = cure === 'build' ? 'rebuild' : cure;
      const finding = sight?.findings.find((each) => each.cure === wanted);
      if (finding !== undefined) return () => ui.preview(() => driver.planCure(finding.id));
      const kernel = sight?.kernels.find(({ running }) => running)?.kernel;
      return cure === 'build' && kernel !== undefined && sight !== null && canBuild(sight)
        ? () => ui.preview(() => driver.planBuild(kernel))
        : null;
    }
  }
}
