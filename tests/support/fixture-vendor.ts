// SPDX-License-Identifier: GPL-3.0-or-later

import { lockIds, noVendor, type Vendor, type VendorProblem } from '../../src/core/vendor/types.ts';

/** Everything that a distributor or an administrator can decide for the window. Made up. */
export const fixtureVendor: Vendor = {
  ...noVendor,
  organisation: 'Example University',
  welcome: 'Welcome to the lab',
  help: 'https://help.example.org/',
  order: ['model', 'try', 'tools', 'driver', 'computer'],
  hidden: ['driver'],
  locked: lockIds,
};

export const fixtureProblem: VendorProblem = {
  file: '/etc/hearth/vendor.d/10-lab.yaml',
  line: 3,
  key: 'lockd',
  problem: 'is not a key that is known',
};
