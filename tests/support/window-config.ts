// SPDX-License-Identifier: GPL-3.0-or-later

import type { BuildConfig } from '../../src/core/config.ts';

export const readableConfig: BuildConfig = {
  appId: 'io.github.hearthdesktop.Hearth',
  version: '0.1.0',
  profile: 'default',
  pkgDataDir: '/nonexistent',
  localeDir: '/nonexistent',
  libexecDir: '/nonexistent',
  resourceBase: '/io/github/hearthdesktop/Hearth',
};
