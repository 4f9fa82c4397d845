// SPDX-License-Identifier: GPL-3.0-or-later

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    // The copies that are shipped, not the ones in node_modules.
    alias: {
      valibot: here('third_party/valibot/index.mjs'),
      yaml: here('third_party/yaml/index.js'),
      uqr: here('third_party/uqr/index.mjs'),
    },
  },
  test: {
    include: ['src/**/*.test.ts', 'tests/unit/**/*.test.ts'],
    environment: 'node',
    // The parsers and rules are pure; a test that needs longer than this waits for something it should not.
    testTimeout: 20_000,
    restoreMocks: true,
    passWithNoTests: true,
  },
});
