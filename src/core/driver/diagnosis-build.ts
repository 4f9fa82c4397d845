// SPDX-License-Identifier: GPL-3.0-or-later

import { finding, keepOr, lacksModule, moduleOf, type Case, type Row } from './diagnosis-case.ts';
import type { BuildFailure, KernelSight } from './types.ts';

function failedFor(c: Case, ...reasons: readonly BuildFailure[]): KernelSight | null {
  const { next } = c;
  return c.wanted && next?.build.tag === 'failed' && reasons.includes(next.build.reason) ? next : null;
}

/** Some other kernel has a module, so the driver was at work before this one came. */
function hadModule({ sight }: Case, kernel: KernelSight): boolean {
  return sight.kernels.some((other) => other.kernel !== kernel.kernel && moduleOf(other) !== null);
}

/** Modules are built here: not on images, and not where the distribution's own packages bring them. */
function isBuiltHere({ sight, image }: Case): boolean {
  return !image && !sight.kernels.some((kernel) => moduleOf(kernel)?.prebuilt === true);
}

/** Building the module, and what comes of it. */
export const buildRows: readonly Row[] = [
  // 9
  {
    id: 'module-unsigned',
    detect({ next, image }) {
      if (next?.trust !== 'unsigned' || image) return null;
      return finding('blocks', 'rebuild', { kernel: next.kernel });
    },
  },
  // 11
  {
    id: 'restarted-too-early',
    detect(c) {
      const { running } = c;
      if (!c.wanted || !isBuiltHere(c) || !lacksModule(running) || !hadModule(c, running)) return null;
      if (running.build.tag !== 'idle' || !running.headers) return null;
      return finding('blocks', 'rebuild', { kernel: running.kernel });
    },
  },
  // 12
  {
    id: 'first-start-builds',
    detect({ running, wanted }) {
      if (!wanted || running?.build.tag !== 'building' || moduleOf(running) !== null) return null;
      return finding('tells', 'wait', { kernel: running.kernel });
    },
  },
  // 13
  {
    id: 'driver-too-old',
    detect(c) {
      const kernel = failedFor(c, 'too-old', 'other');
      if (kernel === null || kernel.build.tag !== 'failed') return null;
      const found = keepOr(c, kernel.kernel, kernel.build.log === null ? null : 'show-log');
      return { ...found, args: { ...found.args, cause: kernel.build.reason } };
    },
  },
  // 14
  {
    id: 'build-tools-missing',
    detect(c) {
      const kernel = failedFor(c, 'missing-packages');
      return kernel && finding('blocks', 'install-build-tools', { kernel: kernel.kernel });
    },
  },
  // 15: seen before the build fails, too.
  {
    id: 'headers-missing',
    detect(c) {
      const { next } = c;
      const failed = failedFor(c, 'no-headers');
      const missing = c.wanted && isBuiltHere(c) && lacksModule(next) && !next.headers ? next : null;
      const kernel = failed ?? (missing?.build.tag === 'idle' ? missing : null);
      return kernel && finding('blocks', 'install-headers', { kernel: kernel.kernel });
    },
  },
  // 16
  {
    id: 'image-module-unsigned',
    detect({ next, image }) {
      if (next?.trust !== 'unsigned' || !image) return null;
      return finding('blocks', 'rebase-image', { kernel: next.kernel });
    },
  },
  // 17
  {
    id: 'image-upgrade-refused',
    detect: ({ failure, image }) =>
      image &&
      /kernel-devel(?:-matched)?\b/.test(failure) &&
      /conflict|nothing provides|cannot install|depsolve/i.test(failure)
        ? finding('blocks', 'rebase-image')
        : null,
  },
  // 18
  {
    id: 'image-build-refused',
    detect: ({ failure }) => (/Not to be used as root/.test(failure) ? finding('blocks', null) : null),
  },
  // 29
  {
    id: 'prebuilt-missing',
    detect(c) {
      const { next } = c;
      if (c.image || !lacksModule(next)) return null;
      const prebuilt = c.sight.kernels.some((kernel) => moduleOf(kernel)?.prebuilt === true);
      return prebuilt ? keepOr(c, next.kernel, null) : null;
    },
  },
];
