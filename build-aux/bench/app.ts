// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gio from 'gi://Gio?version=2.0';
import system from 'system';

/** Runs a measurement that needs a window, prints what it found as JSON, and ends the process. */
export async function measureInApp(
  name: string,
  id: string,
  measure: (app: Adw.Application) => Promise<object>,
): Promise<never> {
  const app = new Adw.Application({ applicationId: id, flags: Gio.ApplicationFlags.NON_UNIQUE });
  let status = 0;
  app.connect('activate', () => {
    app.hold();
    measure(app)
      .then((result) => print(JSON.stringify(result)))
      .catch((thrown: unknown) => {
        logError(thrown as object, name);
        status = 1;
      })
      .finally(() => app.quit());
  });
  await app.runAsync([]);
  system.exit(status);
}
