// SPDX-License-Identifier: GPL-3.0-or-later

// The part of GLibUnix that Hearth uses; there is no package for it in the pinned set.

declare module 'gi://GLibUnix?version=2.0' {
  namespace GLibUnix {
    /** The source id, for GLib.source_remove. The handler returns GLib.SOURCE_CONTINUE to stay. */
    function signal_add(priority: number, signum: number, handler: () => boolean): number;
  }

  export default GLibUnix;
}
