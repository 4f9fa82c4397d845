// SPDX-License-Identifier: GPL-3.0-or-later

// That the tests in this folder have what they are here for: systemd as process 1 and a user manager.

import GLib from 'gi://GLib?version=2.0';
import { assert, equal, run, test } from '../../support/tap.ts';

function output(command: string): string {
  const [, stdout] = GLib.spawn_command_line_sync(command);
  return new TextDecoder().decode(stdout ?? new Uint8Array()).trim();
}

test('systemd is process 1', () => {
  equal(output('cat /proc/1/comm'), 'systemd');
});

test('the user manager runs, and this test is part of it', () => {
  equal(output('systemctl --user is-system-running'), 'running');
  assert(output('cat /proc/self/cgroup').includes('/user@1000.service/'), 'in the user manager');
});

test('a unit can be started and leaves its mark', () => {
  const mark = `${GLib.get_user_runtime_dir()}/mark`;
  output(`systemd-run --user --wait --quiet touch ${mark}`);
  assert(GLib.file_test(mark, GLib.FileTest.EXISTS), 'the mark is there');
});

await run();
